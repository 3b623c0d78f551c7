"""The client against the sandbox's Vertex through Google's unmodified SDK."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.backends.odd_server import Answer, OddServer
from tests.backends.requests import CONDITIONS, token, until_final, veo_request
from tests.sandbox.running import RunningSandbox
from videogen.backends import VertexBackend, connect_google
from videogen.domain.generation import (
    BackendLight,
    GenerationRequest,
    GenerationState,
)
from videogen.domain.run import FailureClass, Origin
from videogen.errors import (
    BackendError,
    BackendUnavailableError,
    ClipRejectedError,
    FilteredError,
    InvalidInputError,
    ModelRetiredError,
    OutcomeUncertainError,
    QuotaError,
    RequestRefusedError,
    SignInError,
)

NO_FAILURES = {"kind": "no_failures"}
SANDBOX_INFO = Answer({"sandbox": True, "time_scale": 400.0})


def _n_submits(sandbox: RunningSandbox) -> int:
    return sum(s["kind"] == "vertex" for s in sandbox.google.get("/_sandbox/log").json()["submits"])


@pytest.mark.parametrize(
    ("kind", "n_started"),
    [
        ("drop_before_accept", 0),
        ("drop_after_accept", 1),
        ("empty_body", 1),
        ("html_200", 1),
    ],
)
def test_a_start_whose_answer_is_not_seen_is_uncertain_and_sent_once(
    sandbox: RunningSandbox, vertex: VertexBackend, kind: str, n_started: int
) -> None:
    sandbox.script(NO_FAILURES, {"kind": kind})
    before = _n_submits(sandbox)

    with pytest.raises(OutcomeUncertainError):
        vertex.submit(veo_request(), token())

    assert _n_submits(sandbox) - before == n_started


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, RequestRefusedError),
        (401, SignInError),
        (403, SignInError),
        (404, ModelRetiredError),
        (429, QuotaError),
        (500, OutcomeUncertainError),
        (503, OutcomeUncertainError),
    ],
)
def test_a_refused_start_has_its_own_error(
    sandbox: RunningSandbox,
    vertex: VertexBackend,
    status: int,
    expected: type[BackendError],
) -> None:
    sandbox.script(NO_FAILURES, {"kind": "http_status", "status": status})

    with pytest.raises(expected) as caught:
        vertex.submit(veo_request(), token())

    assert type(caught.value) is expected
    assert str(status) in str(caught.value.detail) or expected is ModelRetiredError


def test_a_quota_answer_says_when_to_come_back(
    sandbox: RunningSandbox, vertex: VertexBackend
) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37s"}
    error = {"code": 429, "message": "slow down", "status": "RESOURCE_EXHAUSTED", "details": [info]}
    sandbox.script(NO_FAILURES, {"kind": "http_status", "status": 429, "body": {"error": error}})

    with pytest.raises(QuotaError) as caught:
        vertex.submit(veo_request(), token())

    assert caught.value.facts["retry_after_s"] == 37.0


def test_a_prompt_against_the_policy_is_filtered_at_the_start(
    sandbox: RunningSandbox, vertex: VertexBackend
) -> None:
    said = "The prompt contains words that violate Vertex AI's usage guidelines."
    error = {"code": 400, "message": said, "status": "INVALID_ARGUMENT"}
    sandbox.script(NO_FAILURES, {"kind": "http_status", "status": 400, "body": {"error": error}})

    with pytest.raises(FilteredError):
        vertex.submit(veo_request(), token())


def test_a_key_that_google_calls_invalid_is_a_sign_in_error(
    sandbox: RunningSandbox, vertex: VertexBackend
) -> None:
    details = [{"reason": "API_KEY_INVALID"}]
    error = {"code": 400, "message": "no", "status": "INVALID_ARGUMENT", "details": details}
    sandbox.script(NO_FAILURES, {"kind": "http_status", "status": 400, "body": {"error": error}})

    with pytest.raises(SignInError):
        vertex.submit(veo_request(), token())


@pytest.mark.parametrize(
    ("kind", "failure_class"),
    [("rai_filtered", FailureClass.FILTERED), ("op_error", None)],
)
def test_a_bad_ending_is_no_clip_and_costs_nothing(
    sandbox: RunningSandbox,
    vertex: VertexBackend,
    kind: str,
    failure_class: FailureClass | None,
) -> None:
    sandbox.script(NO_FAILURES, {"kind": kind})

    seen = until_final(vertex, vertex.submit(veo_request(), token()))

    assert seen.state is GenerationState.FAILED
    assert seen.failure_class is failure_class or failure_class is None
    assert seen.failure_detail
    assert seen.billed_samples == 0


def test_a_poll_that_fails_once_may_be_repeated(
    sandbox: RunningSandbox, vertex: VertexBackend
) -> None:
    name = vertex.submit(veo_request(), token())
    sandbox.script(NO_FAILURES, {"kind": "poll_status", "status": 503, "times": 1})

    with pytest.raises(BackendUnavailableError):
        vertex.poll(name)

    assert until_final(vertex, name).state is GenerationState.SUCCEEDED


def test_bytes_that_are_no_mp4_are_rejected_and_nothing_is_left(
    sandbox: RunningSandbox, vertex: VertexBackend, tmp_path: Path
) -> None:
    sandbox.script(NO_FAILURES, {"kind": "json_video"})
    name = vertex.submit(veo_request(), token())
    until_final(vertex, name)

    with pytest.raises(ClipRejectedError):
        vertex.fetch(name, tmp_path / "clip.mp4")

    assert list(tmp_path.iterdir()) == []


def test_a_fetch_outlives_a_broken_poll(
    sandbox: RunningSandbox, vertex: VertexBackend, tmp_path: Path
) -> None:
    name = vertex.submit(veo_request(), token())
    until_final(vertex, name)
    sandbox.script(NO_FAILURES, {"kind": "poll_status", "status": 500, "times": 2})

    vertex.fetch(name, tmp_path / "clip.mp4")

    assert (tmp_path / "clip.mp4").read_bytes()[4:8] == b"ftyp"


def test_the_request_carries_all_that_the_condition_says(odd: OddServer) -> None:
    odd.answers = {"/_sandbox/info": SANDBOX_INFO}
    odd.otherwise = Answer({"name": "operations/1"})
    backend = VertexBackend(base_url=odd.url)
    attempt_id = token()
    request = GenerationRequest(
        condition=CONDITIONS["veo-3.1"], prompt_text="a kite", seed=42, negative_prompt="blur"
    )

    backend.submit(request, attempt_id)

    start = next(seen for seen in odd.seen if seen.path.endswith(":predictLongRunning"))
    body: dict[str, Any] = json.loads(start.body)
    assert body["instances"] == [{"prompt": "a kite"}]
    assert body["parameters"] == {
        "sampleCount": 1,
        "durationSeconds": 8,
        "seed": 42,
        "aspectRatio": "16:9",
        "resolution": "720p",
        "negativePrompt": "blur",
        "generateAudio": True,
    }
    assert body["labels"] == {"videogen-attempt": attempt_id}
    backend.close()


def test_a_key_is_not_sent_to_this_machine(odd: OddServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "from-the-environment")
    odd.answers = {"/_sandbox/info": SANDBOX_INFO}
    odd.otherwise = Answer({"name": "operations/1"})
    backend = VertexBackend(base_url=odd.url, api_key=SecretStr("very-secret"))

    backend.submit(veo_request(), token())

    sent = str(odd.seen)
    assert "very-secret" not in sent
    assert "from-the-environment" not in sent
    backend.close()


def test_an_answer_that_takes_too_long_is_uncertain(odd: OddServer) -> None:
    odd.answers = {"/_sandbox/info": SANDBOX_INFO}
    original = odd.answer

    def slowly(path: str) -> Answer:
        if path.endswith(":predictLongRunning"):
            time.sleep(1.5)
        return original(path)

    odd.answer = slowly  # type: ignore[method-assign]
    backend = VertexBackend(base_url=odd.url, start_timeout_ms=300)

    with pytest.raises(OutcomeUncertainError):
        backend.submit(veo_request(), token())

    assert sum(seen.path.endswith(":predictLongRunning") for seen in odd.seen) == 1
    backend.close()


def test_a_redirect_is_not_followed(odd: OddServer) -> None:
    odd.answers = {"/_sandbox/info": SANDBOX_INFO}
    odd.otherwise = Answer("elsewhere", 302, "text/plain")
    backend = VertexBackend(base_url=odd.url)

    with pytest.raises(OutcomeUncertainError):
        backend.submit(veo_request(), token())

    assert sum(seen.path.endswith(":predictLongRunning") for seen in odd.seen) == 1
    backend.close()


def test_a_server_on_this_machine_that_is_no_sandbox_gets_no_request(odd: OddServer) -> None:
    backend = VertexBackend(base_url=odd.url)

    assert backend.status().light is BackendLight.DOWN
    with pytest.raises(BackendUnavailableError):
        backend.submit(veo_request(), token())

    assert {seen.path for seen in odd.seen} == {"/_sandbox/info"}
    backend.close()


def test_a_retired_model_is_refused_before_anything_is_sent_live() -> None:
    backend = VertexBackend(project="some-project")

    with pytest.raises(ModelRetiredError) as caught:
        backend.submit(veo_request("veo-2"), token())

    assert caught.value.facts["retired_on"] == "2026-06-30"
    assert caught.value.facts["replacement"] == "veo-3.1-fast-generate-001"
    backend.close()


def test_the_sandbox_plays_a_retired_model(vertex: VertexBackend) -> None:
    seen = until_final(vertex, vertex.submit(veo_request("veo-2"), token()))

    assert seen.state is GenerationState.SUCCEEDED
    assert seen.billed_samples == 1


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"duration_s": 5}, "duration"),
        ({"resolution": "480p"}, "resolution"),
        ({"resolution": "1080p", "duration_s": 4}, "only at 8 s"),
    ],
)
def test_what_the_model_cannot_do_is_refused_before_it_is_sent(
    vertex: VertexBackend, settings: dict[str, Any], word: str
) -> None:
    condition = CONDITIONS["veo-3.1"]
    odd = replace(condition, settings={**condition.settings, **settings})

    with pytest.raises(RequestRefusedError) as caught:
        vertex.preflight(GenerationRequest(condition=odd, prompt_text="x", seed=1))

    assert word in str(caught.value.detail)


def test_a_setting_that_the_sdk_refuses_is_no_uncertain_call(
    sandbox: RunningSandbox, vertex: VertexBackend
) -> None:
    condition = CONDITIONS["veo-3.1"]
    odd = replace(condition, settings={**condition.settings, "enhance_prompt": "perhaps"})
    before = _n_submits(sandbox)

    with pytest.raises(RequestRefusedError):
        vertex.submit(GenerationRequest(condition=odd, prompt_text="x", seed=1), token())

    assert _n_submits(sandbox) == before


def test_without_google_credentials_on_the_machine_nothing_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    backend = VertexBackend(project="some-project")

    with pytest.raises(SignInError):
        backend.submit(veo_request(), token())
    with pytest.raises(SignInError):
        backend.poll("projects/p/locations/l/publishers/google/models/m/operations/1")

    backend.close()


def test_a_text_that_is_no_unicode_is_refused(vertex: VertexBackend) -> None:
    with pytest.raises(RequestRefusedError):
        vertex.submit(replace(veo_request(), prompt_text="a \ud800 kite"), token())


def test_a_seed_beyond_32_bits_is_refused(vertex: VertexBackend) -> None:
    with pytest.raises(RequestRefusedError):
        vertex.preflight(veo_request(seed=2**32))


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "http://us-central1-aiplatform.googleapis.com",
        "https://googleapis.com.example.com",
        "https://evilgoogleapis.com",
        "http://user:secret@127.0.0.1:1",
        "http://:secret@127.0.0.1:1",
        "http://192.168.1.5:9000",
        "not a url",
        "http://[::1",
    ],
)
def test_an_address_that_is_neither_googles_nor_this_machines_is_refused(url: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        VertexBackend(base_url=url, api_key=SecretStr("very-secret"))

    assert caught.value.problem == "google_url_not_allowed"
    assert "secret" not in str(caught.value)


def test_without_credentials_the_light_says_unconfigured() -> None:
    backend = VertexBackend(base_url="https://aiplatform.googleapis.com")

    assert backend.status().light is BackendLight.UNCONFIGURED
    with pytest.raises(SignInError):
        backend.preflight(veo_request())
    assert connect_google() is None


def test_with_credentials_the_light_is_up_and_live() -> None:
    backend = connect_google(project="some-project")

    assert backend is not None
    assert (backend.status().light, backend.status().origin) == (BackendLight.UP, Origin.LIVE)
    assert backend.name == "vertex@us-central1-aiplatform.googleapis.com"


def test_importing_the_back_ends_does_not_load_googles_sdk() -> None:
    code = "import videogen.backends, sys; sys.exit('google.genai' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], check=False)

    assert done.returncode == 0
