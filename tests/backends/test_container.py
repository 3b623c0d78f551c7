"""Whether bytes are a whole mp4."""

from pathlib import Path

import pytest

from videogen.backends.container import ContainerFault, container_fault


def _box(kind: bytes, content: bytes = b"") -> bytes:
    return (8 + len(content)).to_bytes(4) + kind + content


FTYP, MOOV, MDAT = _box(b"ftyp", b"isom"), _box(b"moov", b"m" * 40), _box(b"mdat", b"d" * 90)
LARGE_MDAT = (1).to_bytes(4) + b"mdat" + (16 + 90).to_bytes(8) + b"d" * 90
OPEN_MDAT = (0).to_bytes(4) + b"mdat" + b"d" * 90


@pytest.mark.parametrize(
    "content",
    [
        FTYP + MOOV + MDAT,
        FTYP + MDAT + MOOV,
        FTYP + _box(b"free") + MOOV + LARGE_MDAT,
        FTYP + MOOV + OPEN_MDAT,
    ],
)
def test_boxes_that_fill_the_file_are_an_mp4(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "clip.mp4").write_bytes(content)

    assert container_fault(tmp_path / "clip.mp4") is None


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", ContainerFault.EMPTY),
        (b'{"error": {"code": 500, "message": "an error answer"}}', ContainerFault.FOREIGN),
        (b"<html></html>", ContainerFault.FOREIGN),
        (b"abc", ContainerFault.FOREIGN),
        (FTYP, ContainerFault.FOREIGN),
        (FTYP * 64, ContainerFault.FOREIGN),
        (FTYP + MOOV, ContainerFault.FOREIGN),
        ((FTYP + MOOV + MDAT)[:-1], ContainerFault.CUT),
        ((FTYP + MOOV + MDAT)[: len(FTYP) + 20], ContainerFault.CUT),
        (FTYP + MOOV + MDAT + b"\x00\x00", ContainerFault.CUT),
        ((FTYP + MOOV + LARGE_MDAT)[:-5], ContainerFault.CUT),
    ],
)
def test_anything_else_is_not(tmp_path: Path, content: bytes, fault: ContainerFault) -> None:
    (tmp_path / "clip.mp4").write_bytes(content)

    assert container_fault(tmp_path / "clip.mp4") is fault
