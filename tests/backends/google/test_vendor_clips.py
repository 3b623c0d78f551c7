"""How a clip of either protocol ends, and what comes to the disk of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.backends.google.conftest import Google
from tests.backends.requests import token, until_final
from videogen.domain.generation import GenerationState
from videogen.domain.run import FailureClass
from videogen.errors import BackendError, ClipRejectedError, DownloadFailedError

ROOT = Path(__file__).resolve().parents[3]


def test_a_filtered_clip_has_its_reason_and_costs_nothing(google: Google) -> None:
    google.script("rai_filtered")

    seen = until_final(google.backend, google.backend.submit(google.request(), token()))

    assert (seen.state, seen.failure_class) == (GenerationState.FAILED, FailureClass.FILTERED)
    assert seen.failure_detail
    assert seen.billed_samples == 0


@pytest.mark.parametrize(
    ("code", "failure_class"),
    [
        (3, FailureClass.INVALID_INPUT),
        (8, FailureClass.QUOTA),
        (13, FailureClass.EXECUTION_ERROR),
        (14, FailureClass.EXECUTION_ERROR),
    ],
)
def test_an_error_after_the_start_has_its_class_and_costs_nothing(
    google: Google, code: int, failure_class: FailureClass
) -> None:
    google.script("op_error", code=code, message="it went wrong")

    seen = until_final(google.backend, google.backend.submit(google.request(), token()))

    assert (seen.state, seen.failure_class) == (GenerationState.FAILED, failure_class)
    assert "it went wrong" in str(seen.failure_detail)
    assert seen.billed_samples == 0


def test_an_end_without_clip_and_without_error_is_a_failure(google: Google, tmp_path: Path) -> None:
    google.script("done_empty")
    external_id = google.backend.submit(google.request(), token())

    seen = until_final(google.backend, external_id)

    assert (seen.state, seen.failure_class) == (
        GenerationState.FAILED,
        FailureClass.EXECUTION_ERROR,
    )
    with pytest.raises(DownloadFailedError):
        google.backend.fetch(external_id, tmp_path / "clip.mp4")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("json_video", ClipRejectedError),
        ("bad_video", ClipRejectedError),
        ("empty_video", DownloadFailedError),
        ("cut_video", DownloadFailedError),
        ("gcs_uri", DownloadFailedError),
    ],
)
def test_what_is_no_whole_clip_is_not_kept(
    google: Google, tmp_path: Path, kind: str, expected: type[BackendError]
) -> None:
    google.script(kind)
    external_id = google.backend.submit(google.request(), token())
    until_final(google.backend, external_id)

    with pytest.raises(expected):
        google.backend.fetch(external_id, tmp_path / "clip.mp4")

    assert list(tmp_path.iterdir()) == []


def test_a_fetch_outlives_broken_polls(google: Google, tmp_path: Path) -> None:
    external_id = google.backend.submit(google.request(), token())
    until_final(google.backend, external_id)
    google.script("poll_status", status=500, times=2)

    google.backend.fetch(external_id, tmp_path / "clip.mp4")

    assert (tmp_path / "clip.mp4").read_bytes()[4:8] == b"ftyp"


def test_a_new_process_finds_a_request_by_its_id_alone(google: Google, tmp_path: Path) -> None:
    external_id = google.backend.submit(google.request(), token())
    code = (
        "import sys, pathlib, time\n"
        f"from videogen.backends.google import {type(google.backend).__name__} as Backend\n"
        "url, external_id, path = sys.argv[1:]\n"
        "backend = Backend(base_url=url)\n"
        "while backend.poll(external_id).state.value != 'succeeded': time.sleep(0.05)\n"
        "backend.fetch(external_id, pathlib.Path(path))\n"
    )
    url = str(google.sandbox.google.base_url).rstrip("/")
    arguments = [sys.executable, "-c", code, url, external_id, str(tmp_path / "clip.mp4")]

    done = subprocess.run(arguments, check=False, timeout=60, cwd=ROOT)

    assert done.returncode == 0
    assert (tmp_path / "clip.mp4").read_bytes()[4:8] == b"ftyp"
    assert google.sandbox.logged(external_id)["outcome"] == "succeeded"
