"""A clip comes whole or not at all, whatever the transfer does."""

from pathlib import Path

import pytest

from tests.backends.odd_server import Answer, OddServer
from videogen.backends.comfy import download as module
from videogen.backends.comfy.address import comfy_address
from videogen.backends.comfy.download import download
from videogen.backends.comfy.outputs import OutputFile
from videogen.backends.comfy.wire import ComfyWire
from videogen.errors import BackendUnavailableError, DownloadFailedError

FILE = OutputFile("a b.mp4", "sub/folder", "output")
WHOLE = bytes(range(256)) * 40
HALF = len(WHOLE) // 2
TAG = ("ETag", '"one"')


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_S", 0.0)


def _fetched(odd: OddServer, folder: Path, *answers: Answer) -> bytes:
    odd.answers = {"/view": list(answers)}
    wire = ComfyWire(comfy_address(odd.url))
    try:
        download(wire, FILE, folder / "clip.mp4")
    finally:
        wire.close()
    assert [path.name for path in folder.iterdir()] == ["clip.mp4"]
    return (folder / "clip.mp4").read_bytes()


def _broken_off(tag: tuple[str, str] = TAG) -> Answer:
    return Answer(WHOLE[:HALF], kind="video/mp4", headers=(tag,), promised_bytes=len(WHOLE))


def _rest(begin: int, tag: tuple[str, str] = TAG) -> Answer:
    span = ("Content-Range", f"bytes {begin}-{len(WHOLE) - 1}/{len(WHOLE)}")
    return Answer(WHOLE[begin:], 206, "video/mp4", (tag, span))


def test_the_address_is_made_of_name_folder_and_type(odd: OddServer, tmp_path: Path) -> None:
    content = _fetched(odd, tmp_path, Answer(WHOLE))

    assert content == WHOLE
    assert odd.seen[0].path == "/view?filename=a+b.mp4&subfolder=sub%2Ffolder&type=output"


def test_a_broken_transfer_goes_on_where_it_stopped(odd: OddServer, tmp_path: Path) -> None:
    content = _fetched(odd, tmp_path, _broken_off(), _rest(HALF))

    assert content == WHOLE
    assert odd.seen[1].headers["Range"] == f"bytes={HALF}-"
    assert odd.seen[1].headers["If-Range"] == '"one"'


def test_a_busy_moment_in_between_throws_nothing_away(odd: OddServer, tmp_path: Path) -> None:
    content = _fetched(odd, tmp_path, _broken_off(), Answer("busy", 503), _rest(HALF))

    assert content == WHOLE
    assert odd.seen[2].headers["Range"] == f"bytes={HALF}-"


def test_a_file_that_changed_meanwhile_is_taken_from_its_beginning(
    odd: OddServer, tmp_path: Path
) -> None:
    other = Answer(b"another file", headers=(("ETag", '"two"'),))

    assert _fetched(odd, tmp_path, _broken_off(), other) == b"another file"


def test_a_part_from_the_wrong_place_is_thrown_away(odd: OddServer, tmp_path: Path) -> None:
    content = _fetched(odd, tmp_path, _broken_off(), _rest(HALF + 7), Answer(WHOLE))

    assert content == WHOLE
    assert "Range" not in odd.seen[2].headers


def test_a_part_of_another_file_is_thrown_away_though_the_server_ignores_if_range(
    odd: OddServer, tmp_path: Path
) -> None:
    other = _rest(HALF, ("ETag", '"two"'))

    content = _fetched(odd, tmp_path, _broken_off(), other, Answer(b"another file"))

    assert content == b"another file"


def test_without_an_etag_it_begins_anew(odd: OddServer, tmp_path: Path) -> None:
    content = _fetched(odd, tmp_path, _broken_off(("X", "y")), Answer(WHOLE))

    assert content == WHOLE
    assert "Range" not in odd.seen[1].headers


@pytest.mark.parametrize("status", [416, 500, 503])
def test_a_passing_trouble_is_tried_again(odd: OddServer, tmp_path: Path, status: int) -> None:
    assert _fetched(odd, tmp_path, Answer("busy", status), Answer(WHOLE)) == WHOLE


@pytest.mark.parametrize("status", [302, 400, 403, 404])
def test_a_refusal_is_final(odd: OddServer, tmp_path: Path, status: int) -> None:
    with pytest.raises(DownloadFailedError, match=f"HTTP {status}"):
        _fetched(odd, tmp_path, Answer("no", status), Answer(WHOLE))

    assert len(odd.seen) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("answer", [_broken_off(), Answer(b""), Answer("busy", 503)])
def test_trying_ends_and_leaves_no_file(odd: OddServer, tmp_path: Path, answer: Answer) -> None:
    with pytest.raises(DownloadFailedError):
        _fetched(odd, tmp_path, answer)

    assert len(odd.seen) == module.ATTEMPTS
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_listens_the_server_is_down(dead_url: str, tmp_path: Path) -> None:
    wire = ComfyWire(comfy_address(dead_url))

    with pytest.raises(BackendUnavailableError):
        download(wire, FILE, tmp_path / "clip.mp4")

    assert list(tmp_path.iterdir()) == []
