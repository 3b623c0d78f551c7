"""Which address a clip is asked for at, and a disk that does not take it."""

import threading
from pathlib import Path

import pytest
from pydantic import SecretStr

from videogen.backends.google.download import source_url
from videogen.backends.google.endpoint import interactions_endpoint
from videogen.backends.vendor_download import save_clip
from videogen.errors import DownloadFailedError

LIVE = interactions_endpoint(base_url=None, api_key=SecretStr("very-secret"))
SANDBOX = interactions_endpoint(base_url="http://127.0.0.1:8189", api_key=None)
FILE = "https://generativelanguage.googleapis.com/v1beta/files/abc123:download?alt=media"


def test_a_file_of_the_api_is_asked_for_where_the_api_is() -> None:
    assert source_url(SANDBOX, FILE) == "http://127.0.0.1:8189/v1/files/abc123:download?alt=media"
    assert source_url(LIVE, FILE) == FILE.replace("v1beta", "v1")


@pytest.mark.parametrize(
    "uri",
    [
        "gs://bucket/clip.mp4",
        "http://generativelanguage.googleapis.com/v1/files/abc123:download",
        "https://example.com/v1/files/abc123:download",
        "file:///etc/passwd",
        "",
    ],
)
def test_an_address_of_nobody_we_know_is_not_asked(uri: str) -> None:
    with pytest.raises(DownloadFailedError):
        source_url(LIVE, uri)


def test_a_folder_that_cannot_be_written_is_a_failed_download(tmp_path: Path) -> None:
    (tmp_path / "clips").write_text("a file where the folder should be", encoding="utf-8")

    with pytest.raises(DownloadFailedError):
        save_clip(SANDBOX, b"bytes", tmp_path / "clips" / "clip.mp4")


def test_two_downloads_to_two_places_do_not_meet(tmp_path: Path) -> None:
    whole = (12).to_bytes(4) + b"ftypisom" + (8).to_bytes(4) + b"moov" + (8).to_bytes(4) + b"mdat"
    places = [tmp_path / f"{index}.mp4" for index in range(4)]
    threads = [threading.Thread(target=save_clip, args=(SANDBOX, whole, at)) for at in places]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(path.name for path in tmp_path.iterdir()) == [path.name for path in places]
