"""The client against the sandbox's interactions through Google's unmodified SDK."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.backends.google.conftest import NO_FAILURES, SANDBOX_INFO, small_request
from tests.backends.odd_server import Answer, OddServer, odd_server
from tests.backends.requests import CONDITIONS, omni_request, token, until_final
from tests.sandbox.running import RunningSandbox
from videogen.backends import InteractionsBackend, connect_interactions
from videogen.domain.condition import BackendKind
from videogen.domain.generation import BackendLight, GenerationState, Observation
from videogen.domain.run import FailureClass, Origin
from videogen.errors import (
    BackendError,
    ClipRejectedError,
    DownloadFailedError,
    ModelRetiredError,
    RequestRefusedError,
    SignInError,
)


def _played(
    sandbox: RunningSandbox, omni: InteractionsBackend, kind: str, **params: Any
) -> Observation:
    sandbox.script(NO_FAILURES, {"kind": kind, **params})
    return until_final(omni, omni.submit(small_request("gemini-omni"), token()))


def _made(sandbox: RunningSandbox, omni: InteractionsBackend, *faults: dict[str, Any]) -> str:
    """A clip that is ready, and what goes wrong from then on."""
    external_id = omni.submit(small_request("gemini-omni"), token())
    until_final(omni, external_id)
    sandbox.script(NO_FAILURES, *faults)
    return external_id


def test_a_start_is_one_background_request_with_all_that_the_condition_says(
    odd: OddServer,
) -> None:
    odd.answers = {"/_sandbox/info": SANDBOX_INFO}
    odd.otherwise = Answer({"id": "v1_abc", "status": "in_progress"})
    backend = InteractionsBackend(base_url=odd.url)

    external_id = backend.submit(omni_request(seed=42), token())

    assert external_id == "v1_abc"
    (start,) = (seen for seen in odd.seen if seen.method == "POST")
    assert start.path == "/v1/interactions"
    assert json.loads(start.body) == {
        "model": "gemini-omni-1.1-flash",
        "input": "a red kite",
        "background": True,
        "store": True,
        "generation_config": {"seed": 42, "video_config": {"task": "text_to_video"}},
        "response_format": {
            "type": "video",
            "delivery": "uri",
            "duration": "8s",
            "resolution": "720p",
            "aspect_ratio": "16:9",
        },
    }
    backend.close()


@pytest.mark.parametrize(
    ("status", "state", "failure_class"),
    [
        ("incomplete", GenerationState.FAILED, FailureClass.EXECUTION_ERROR),
        ("budget_exceeded", GenerationState.FAILED, FailureClass.QUOTA),
        ("requires_action", GenerationState.FAILED, FailureClass.EXECUTION_ERROR),
        ("cancelled", GenerationState.CANCELLED, None),
    ],
)
def test_an_odd_ending_is_told_and_its_bill_is_unknown(
    sandbox: RunningSandbox,
    omni: InteractionsBackend,
    status: str,
    state: GenerationState,
    failure_class: FailureClass | None,
) -> None:
    seen = _played(sandbox, omni, "odd_status", status=status)

    assert (seen.state, seen.failure_class) == (state, failure_class)
    assert seen.billed_samples is None  # unknown, not zero


@pytest.mark.parametrize("status", ["queued", "requires_continuation", "a_word_of_next_year"])
def test_a_word_that_is_no_end_is_waited_on(odd: OddServer, status: str) -> None:
    odd.answers = {"/_sandbox/info": SANDBOX_INFO}
    odd.otherwise = Answer({"id": "v1_abc", "status": status})
    backend = InteractionsBackend(base_url=odd.url)

    seen = backend.poll("v1_abc")

    assert seen.state in (GenerationState.PENDING, GenerationState.RUNNING)
    assert seen.stage == status
    backend.close()


def test_an_answer_in_words_is_a_failure_with_these_words(odd: OddServer) -> None:
    words = {"type": "text", "text": "I cannot make this video for safety reasons."}
    steps = [{"type": "model_output", "content": [words]}]
    odd.answers = {"/_sandbox/info": SANDBOX_INFO}
    odd.otherwise = Answer({"id": "v1_abc", "status": "completed", "steps": steps})
    backend = InteractionsBackend(base_url=odd.url)

    seen = backend.poll("v1_abc")

    assert seen.failure_class is FailureClass.FILTERED
    assert "I cannot make this video" in str(seen.failure_detail)
    assert seen.billed_samples is None
    backend.close()


def test_an_inline_clip_needs_no_download(
    sandbox: RunningSandbox, omni: InteractionsBackend, tmp_path: Path
) -> None:
    inline = sandbox.google.post(
        "/v1/interactions",
        headers={"x-goog-api-key": "x"},
        json={
            "model": "gemini-omni-1.1-flash",
            "input": "a kite",
            "background": True,
            "response_format": {"type": "video", "duration": "3s", "resolution": "360p"},
        },
    ).json()
    until_final(omni, inline["id"])
    sandbox.script(NO_FAILURES, {"kind": "file_status", "status": 404})

    omni.fetch(inline["id"], tmp_path / "clip.mp4")

    assert (tmp_path / "clip.mp4").read_bytes()[4:8] == b"ftyp"


def test_a_cancelled_interaction_stops_at_google(
    sandbox: RunningSandbox, omni: InteractionsBackend
) -> None:
    sandbox.script(NO_FAILURES, {"kind": "never_done"})
    external_id = omni.submit(small_request("gemini-omni"), token())

    omni.cancel(external_id)
    omni.cancel(external_id)

    assert omni.poll(external_id).state is GenerationState.CANCELLED
    assert sandbox.logged(external_id)["outcome"] == "cancelled"


def test_a_cancel_of_what_has_ended_or_is_unknown_changes_nothing(
    sandbox: RunningSandbox, omni: InteractionsBackend
) -> None:
    external_id = _made(sandbox, omni)

    omni.cancel(external_id)
    omni.cancel("v1_unknown")

    assert omni.poll(external_id).state is GenerationState.SUCCEEDED


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("file_status", {"status": 503}),
        ("file_status", {"status": 429}),
        ("file_cut", {}),
        ("file_json", {}),
        ("file_empty", {}),
    ],
)
def test_a_download_that_breaks_once_is_tried_again(
    sandbox: RunningSandbox,
    omni: InteractionsBackend,
    tmp_path: Path,
    kind: str,
    params: dict[str, Any],
) -> None:
    external_id = _made(sandbox, omni, {"kind": kind, "times": 1, **params})

    omni.fetch(external_id, tmp_path / "clip.mp4")

    assert (tmp_path / "clip.mp4").read_bytes()[4:8] == b"ftyp"
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


@pytest.mark.parametrize(
    ("kind", "params", "expected"),
    [
        ("file_status", {"status": 403}, DownloadFailedError),
        ("file_status", {"status": 404}, DownloadFailedError),
        ("file_status", {"status": 500}, DownloadFailedError),
        ("file_cut", {}, DownloadFailedError),
        ("file_empty", {}, DownloadFailedError),
        ("file_json", {}, ClipRejectedError),
    ],
)
def test_a_download_that_stays_broken_leaves_nothing_and_can_be_asked_for_again(
    sandbox: RunningSandbox,
    omni: InteractionsBackend,
    tmp_path: Path,
    kind: str,
    params: dict[str, Any],
    expected: type[BackendError],
) -> None:
    external_id = _made(sandbox, omni, {"kind": kind, **params})

    with pytest.raises(expected):
        omni.fetch(external_id, tmp_path / "clip.mp4")

    assert list(tmp_path.iterdir()) == []
    sandbox.script(NO_FAILURES)
    omni.fetch(external_id, tmp_path / "clip.mp4")
    assert (tmp_path / "clip.mp4").stat().st_size > 0


def test_a_file_on_another_host_is_fetched_without_the_key(
    sandbox: RunningSandbox, omni: InteractionsBackend, tmp_path: Path
) -> None:
    with odd_server() as elsewhere:
        elsewhere.otherwise = Answer("no clip here", 404, "text/plain")
        location = f"{elsewhere.url.replace('127.0.0.1', 'localhost')}/clip.mp4"
        external_id = _made(sandbox, omni, {"kind": "file_redirect", "location": location})

        with pytest.raises(DownloadFailedError):
            omni.fetch(external_id, tmp_path / "clip.mp4")

    (seen,) = elsewhere.seen
    assert seen.path == "/clip.mp4"
    assert "x-goog-api-key" not in {name.lower() for name in seen.headers}


def test_a_circle_of_redirects_ends(
    sandbox: RunningSandbox, omni: InteractionsBackend, tmp_path: Path
) -> None:
    external_id = _made(sandbox, omni, {"kind": "file_redirect", "location": ""})

    with pytest.raises(DownloadFailedError):
        omni.fetch(external_id, tmp_path / "clip.mp4")


def test_a_model_without_a_known_price_can_be_played_in_the_sandbox(
    sandbox: RunningSandbox, omni: InteractionsBackend
) -> None:
    condition = replace(small_request("gemini-omni").condition, model="gemini-omni-1.2-flash")
    request = replace(small_request("gemini-omni"), condition=condition)

    external_id = omni.submit(request, token())
    seen = until_final(omni, external_id)

    assert (seen.state, seen.billed_samples) == (GenerationState.SUCCEEDED, 1)
    assert sandbox.logged(external_id)["billed_usd"] is None


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"duration_s": 11}, "duration"),
        ({"duration_s": 2}, "duration"),
        ({"resolution": "480p"}, "resolution"),
    ],
)
def test_what_the_model_cannot_do_is_refused_before_it_is_sent(
    omni: InteractionsBackend, settings: dict[str, Any], word: str
) -> None:
    odd = replace(CONDITIONS["gemini-omni"], settings=settings)

    with pytest.raises(RequestRefusedError) as caught:
        omni.preflight(replace(omni_request(), condition=odd))

    assert word in str(caught.value.detail)


def test_a_negative_prompt_is_refused_rather_than_dropped(omni: InteractionsBackend) -> None:
    with pytest.raises(RequestRefusedError):
        omni.preflight(replace(omni_request(), negative_prompt="blur"))


def test_the_retired_preview_is_refused_live_with_date_and_replacement() -> None:
    backend = connect_interactions(api_key=SecretStr("some-key"))
    assert backend is not None
    old = replace(CONDITIONS["gemini-omni"], model="gemini-omni-flash-preview")

    with pytest.raises(ModelRetiredError) as caught:
        backend.submit(replace(omni_request(), condition=old), token())

    assert caught.value.facts["retired_on"] == "2026-10-22"
    assert caught.value.facts["replacement"] == "gemini-omni-1.1-flash"
    backend.close()


def test_with_a_key_the_light_is_up_and_live() -> None:
    backend = connect_interactions(api_key=SecretStr("some-key"))

    assert backend is not None
    assert (backend.status().light, backend.status().origin) == (BackendLight.UP, Origin.LIVE)
    assert backend.name == "interactions@generativelanguage.googleapis.com"
    assert backend.kind is BackendKind.INTERACTIONS
    assert backend.is_paid


def test_without_a_key_there_is_no_back_end_and_no_call() -> None:
    backend = InteractionsBackend()

    assert connect_interactions() is None
    assert backend.status().light is BackendLight.UNCONFIGURED
    with pytest.raises(SignInError):
        backend.missing(omni_request())
