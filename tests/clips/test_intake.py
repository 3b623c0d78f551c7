import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.clips.drawing import draw_clip
from videogen.clips import ExpectedClip, accept_clip, clip_path
from videogen.domain.clip import CheckVerdict, Clip
from videogen.errors import ClipRejectedError, DiskFullError, NotFoundError
from videogen.texts import LANGUAGES, has_key, keys

NOW = datetime(2026, 11, 22, tzinfo=UTC)
EXPECTED = ExpectedClip(width_px=128, height_px=96, n_frames=24, fps=16.0)


def _accept(source: Path, folder: Path, run_id: str = "run-1") -> Clip:
    return accept_clip(source, clips_folder=folder, run_id=run_id, expected=EXPECTED, now=NOW)


def test_an_accepted_clip_stands_under_its_own_digest_with_a_thumbnail(tmp_path: Path) -> None:
    source = draw_clip(tmp_path / "a.mp4")
    content = source.read_bytes()

    clip = _accept(source, tmp_path / "clips")

    digest = hashlib.sha256(content).hexdigest()
    assert clip.sha256 == digest
    assert clip.file == f"{digest[:2]}/{digest}.mp4"
    assert (tmp_path / "clips" / clip.file).read_bytes() == content
    assert clip.size_bytes == len(content)
    assert clip.thumbnail is not None
    assert (tmp_path / "clips" / clip.thumbnail).read_bytes().startswith(b"\xff\xd8")
    assert clip.created_at == NOW
    assert not source.exists()
    assert not list(tmp_path.rglob("*.part"))


def test_taking_the_same_clip_in_again_changes_nothing(tmp_path: Path) -> None:
    first = _accept(draw_clip(tmp_path / "a.mp4"), tmp_path / "clips")

    again = _accept(draw_clip(tmp_path / "a.mp4"), tmp_path / "clips")

    assert again == first


def test_two_runs_with_equal_bytes_are_two_clips_on_one_file(tmp_path: Path) -> None:
    one = _accept(draw_clip(tmp_path / "a.mp4"), tmp_path / "clips", "run-1")
    two = _accept(draw_clip(tmp_path / "b.mp4"), tmp_path / "clips", "run-2")

    assert one.clip_id != two.clip_id
    assert one.file == two.file


@pytest.mark.parametrize("content", [b"", b'{"detail": "gone"}', b"<html></html>", b"\x00" * 999])
def test_what_is_no_clip_is_rejected_and_leaves_nothing(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "a.mp4"
    source.write_bytes(content)

    with pytest.raises(ClipRejectedError) as caught:
        _accept(source, tmp_path / "clips")

    assert caught.value.facts["check"] == "decodes"
    assert source.exists()
    assert not list((tmp_path / "clips").rglob("*.*"))


@pytest.mark.parametrize(
    ("look", "n_frames", "check"),
    [
        ("frozen", 24, "frozen"),
        ("black", 24, "flat"),
        ("noise", 24, "noise"),
        ("pan", 9, "duration"),
    ],
)
def test_a_failed_guard_rejects_the_clip_by_name(
    tmp_path: Path, look: str, n_frames: int, check: str
) -> None:
    source = draw_clip(tmp_path / "a.mp4", look, n_frames=n_frames)

    with pytest.raises(ClipRejectedError) as caught:
        _accept(source, tmp_path / "clips")

    assert caught.value.facts["check"] == check
    assert caught.value.detail is not None
    assert caught.value.detail.startswith(check)


def test_a_warning_does_not_reject(tmp_path: Path) -> None:
    clip = _accept(draw_clip(tmp_path / "a.mp4", "cut"), tmp_path / "clips")

    warned = {check.name for check in clip.checks if check.verdict is CheckVerdict.WARN}
    assert "cut" in warned


def test_a_full_disk_is_named_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    source = draw_clip(tmp_path / "a.mp4")
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    owner = hashlib.sha256(b"run-1").hexdigest()[:16]
    part = tmp_path / "clips" / digest[:2] / f"{digest}.mp4.{owner}.part"
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")  # every write to it is refused with "no space left"

    with pytest.raises(DiskFullError):
        _accept(source, tmp_path / "clips")

    assert not list(part.parent.iterdir())
    assert source.exists()


@pytest.mark.parametrize(
    "file", ["../secret.key", "/etc/hostname", "aa/../../secret.key", "no.mp4"]
)
def test_a_file_outside_the_clips_folder_is_not_found(tmp_path: Path, file: str) -> None:
    (tmp_path / "clips").mkdir()
    (tmp_path / "secret.key").write_text("x")

    with pytest.raises(NotFoundError):
        clip_path(tmp_path / "clips", file)


def test_a_link_that_leads_out_of_the_clips_folder_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    (tmp_path / "secret.key").write_text("x")
    (tmp_path / "clips" / "a.mp4").symlink_to(tmp_path / "secret.key")

    with pytest.raises(NotFoundError):
        clip_path(tmp_path / "clips", "a.mp4")


def test_every_guard_has_a_label_and_an_explanation_in_both_languages() -> None:
    guards = ("decodes", "duration", "fps", "size", "flat", "frozen", "noise", "flicker", "cut")

    for guard in guards:
        for part in ("label", "explain"):
            key = f"clips.check.{guard}.{part}"
            assert has_key(key)
            assert all(key in keys(language) for language in LANGUAGES)
