"""A finished clip from Replicate to disk, and the images that clips start from."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from tests.backends.odd_server import Answer, OddServer
from tests.backends.replicate.conftest import Replicate
from tests.backends.requests import token, until_final, wan_request
from videogen.backends import ReplicateBackend, vendor_download
from videogen.backends.replicate import inputs
from videogen.backends.replicate.prediction import REMOVED
from videogen.domain.generation import GenerationState, InputContent
from videogen.domain.input_file import InputKind
from videogen.errors import (
    BackendError,
    BackendUnavailableError,
    ClipRejectedError,
    DownloadFailedError,
    RequestRefusedError,
)

I2V = "replicate-wan-2.2-i2v-fast"
Ended = Callable[..., str]


@pytest.fixture
def ended(replicate: Replicate) -> Ended:
    """The id of a clip that is made, under a scripted fault."""

    def end(kind: str, **params: Any) -> str:
        replicate.script(kind, **params)
        external_id = replicate.started()
        assert until_final(replicate.backend, external_id).state is GenerationState.SUCCEEDED
        return external_id

    return end


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[int, int], InputContent]:
    """Noise, so that it does not shrink."""

    def draw(width_px: int, height_px: int) -> InputContent:
        pixels = np.random.default_rng(1).integers(0, 255, (height_px, width_px, 3), np.uint8)
        path = tmp_path / "start.png"
        Image.fromarray(pixels).save(path)
        return InputContent(
            input_id="ab" * 32, kind=InputKind.IMAGE, path=path, mime_type="image/png"
        )

    return draw


def test_an_address_in_a_list_is_fetched_as_well(
    ended: Ended, replicate: Replicate, tmp_path: Path
) -> None:
    external_id = ended("list_output")

    replicate.backend.fetch(external_id, tmp_path / "clip.mp4")

    with av.open(str(tmp_path / "clip.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (832, 480)
        assert float(stream.average_rate or 0) == 16.0


def test_a_download_that_breaks_off_is_tried_again(
    ended: Ended, replicate: Replicate, tmp_path: Path
) -> None:
    external_id = ended("file_cut", times=2)

    replicate.backend.fetch(external_id, tmp_path / "clip.mp4")

    assert replicate.n_played() == 2
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


@pytest.mark.parametrize(
    ("kind", "params", "expected"),
    [
        ("file_cut", {}, DownloadFailedError),
        ("file_empty", {}, DownloadFailedError),
        ("file_status", {"status": 503}, DownloadFailedError),
        ("file_status", {"status": 403}, DownloadFailedError),
        ("json_video", {}, ClipRejectedError),
    ],
)
def test_what_never_comes_whole_is_an_error_and_leaves_nothing(
    ended: Ended,
    replicate: Replicate,
    tmp_path: Path,
    kind: str,
    params: dict[str, Any],
    expected: type[BackendError],
) -> None:
    external_id = ended(kind, **params)

    with pytest.raises(expected):
        replicate.backend.fetch(external_id, tmp_path / "clip.mp4")

    assert list(tmp_path.iterdir()) == []


def test_a_clip_whose_hour_is_over_is_billed_and_says_why_it_is_gone(
    ended: Ended, replicate: Replicate, tmp_path: Path
) -> None:
    external_id = ended("data_removed")

    with pytest.raises(DownloadFailedError, match=REMOVED):
        replicate.backend.fetch(external_id, tmp_path / "clip.mp4")

    assert replicate.backend.poll(external_id).billed_samples == 1


def test_a_clip_at_a_foreign_host_is_not_asked_for(
    ended: Ended, replicate: Replicate, tmp_path: Path
) -> None:
    external_id = ended("foreign_output")

    with pytest.raises(DownloadFailedError, match="not Replicate's"):
        replicate.backend.fetch(external_id, tmp_path / "clip.mp4")


def test_a_redirect_to_a_foreign_host_is_not_followed(
    ended: Ended, replicate: Replicate, tmp_path: Path, odd: OddServer
) -> None:
    external_id = ended("file_redirect", location=f"{odd.url}/clip.mp4")

    with pytest.raises(DownloadFailedError, match="redirected"):
        replicate.backend.fetch(external_id, tmp_path / "clip.mp4")

    assert odd.seen == []


def test_a_redirect_within_the_own_host_is_followed(
    ended: Ended, replicate: Replicate, tmp_path: Path
) -> None:
    external_id = ended("file_redirect", location="?again", times=1)

    replicate.backend.fetch(external_id, tmp_path / "clip.mp4")

    assert (tmp_path / "clip.mp4").stat().st_size > 0


@pytest.mark.parametrize(
    ("sides", "size"), [((160, 90), (832, 464)), ((90, 160), (464, 832)), ((700, 700), (624, 624))]
)
def test_an_image_goes_along_and_gives_the_clip_its_shape(
    replicate: Replicate,
    picture: Callable[[int, int], InputContent],
    tmp_path: Path,
    sides: tuple[int, int],
    size: tuple[int, int],
) -> None:
    image = picture(*sides)
    is_inline = image.path.stat().st_size < inputs.INLINE_MAX_BYTES

    external_id = replicate.backend.submit(wan_request(I2V, image=image), token())
    until_final(replicate.backend, external_id)
    replicate.backend.fetch(external_id, tmp_path / "clip.mp4")

    assert is_inline is (sides != (700, 700))  # the large one is uploaded
    with av.open(str(tmp_path / "clip.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == size


def test_an_image_that_is_none_is_refused_by_its_field(
    replicate: Replicate, picture: Callable[[int, int], InputContent]
) -> None:
    image = picture(16, 16)
    image.path.write_bytes(b"not a picture")

    with pytest.raises(RequestRefusedError, match=r"input\.image"):
        replicate.backend.submit(wan_request(I2V, image=image), token())


def test_an_upload_that_fails_starts_nothing(
    at_odd: ReplicateBackend, odd: OddServer, picture: Callable[[int, int], InputContent]
) -> None:
    odd.answers["/v1/files"] = Answer("busy", 503)

    with pytest.raises(BackendUnavailableError):
        at_odd.submit(wan_request(I2V, image=picture(700, 700)), token())

    assert [seen.path for seen in odd.seen] == ["/_sandbox/info", "/v1/files"]


def test_an_input_that_is_gone_or_too_large_is_refused(
    at_odd: ReplicateBackend,
    picture: Callable[[int, int], InputContent],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    image = picture(16, 16)
    monkeypatch.setattr(inputs, "UPLOAD_MAX_BYTES", 10)

    with pytest.raises(RequestRefusedError, match="possible: 10"):
        at_odd.submit(wan_request(I2V, image=image), token())
    image.path.unlink()
    with pytest.raises(RequestRefusedError, match="cannot be read"):
        at_odd.submit(wan_request(I2V, image=image), token())


@pytest.mark.parametrize("promised_bytes", [None, 10**10])
def test_a_body_without_end_is_not_written_to_the_disk(
    at_odd: ReplicateBackend,
    odd: OddServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    promised_bytes: int | None,
) -> None:
    monkeypatch.setattr(vendor_download, "MAX_CLIP_BYTES", 1000)
    ended = {"status": "succeeded", "output": f"{odd.url}/clip.mp4"}
    odd.answers |= {
        "/v1/predictions": Answer(ended),
        "/clip.mp4": Answer(b"x" * 1001, promised_bytes=promised_bytes),
    }

    with pytest.raises(DownloadFailedError, match="more than 1000 bytes"):
        at_odd.fetch("abc", tmp_path / "clip.mp4")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("output", "location"),
    [("http://[::1", ""), ("{url}/clip.mp4", "http://["), ("{url}/clip.mp4", None)],
)
def test_an_address_that_is_none_is_an_error_like_any_other(
    at_odd: ReplicateBackend, odd: OddServer, tmp_path: Path, output: str, location: str | None
) -> None:
    headers = () if location is None else (("Location", location),)
    odd.answers |= {
        "/v1/predictions": Answer({"status": "succeeded", "output": output.format(url=odd.url)}),
        "/clip.mp4": Answer("", 302, headers=headers),
    }

    with pytest.raises(DownloadFailedError):
        at_odd.fetch("abc", tmp_path / "clip.mp4")

    assert list(tmp_path.iterdir()) == []
