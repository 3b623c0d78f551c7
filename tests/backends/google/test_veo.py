"""The client against the sandbox's Vertex through Google's unmodified SDK."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.backends.google.conftest import NO_FAILURES, SANDBOX_INFO, small_request
from tests.backends.odd_server import Answer, OddServer
from tests.backends.requests import CONDITIONS, token, until_final, veo_request
from tests.sandbox.running import RunningSandbox
from videogen.backends import VertexBackend, connect_google
from videogen.domain.generation import (
    BackendLight,
    GenerationRequest,
    GenerationState,
)
from videogen.domain.run import Origin
from videogen.errors import (
    ModelRetiredError,
    RequestRefusedError,
    SignInError,
)


def _n_submits(sandbox: RunningSandbox) -> int:
    return sum(s["kind"] == "vertex" for s in sandbox.google.get("/_sandbox/log").json()["submits"])


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


@pytest.mark.parametrize("model", ["veo-3.0-generate-001", "veo-3.0-fast-generate-001"])
def test_the_other_retired_models_are_refused_live_too(model: str) -> None:
    backend = VertexBackend(project="some-project")
    request = replace(veo_request(), condition=replace(CONDITIONS["veo-3.1"], model=model))

    with pytest.raises(ModelRetiredError) as caught:
        backend.missing(request)

    assert caught.value.facts["retired_on"] == "2026-06-30"
    assert str(caught.value.facts["replacement"]).startswith("veo-3.1")
    backend.close()


def test_a_model_that_google_no_longer_finds_is_named_with_its_replacement(
    sandbox: RunningSandbox, vertex: VertexBackend
) -> None:
    sandbox.script(NO_FAILURES, {"kind": "http_status", "status": 404})

    with pytest.raises(ModelRetiredError) as caught:
        vertex.submit(veo_request("veo-2"), token())

    assert "2026-06-30" in str(caught.value.detail)
    assert caught.value.facts["replacement"] == "veo-3.1-fast-generate-001"


def test_a_partly_filtered_answer_is_a_clip_and_billed_as_one(
    sandbox: RunningSandbox, vertex: VertexBackend, tmp_path: Path
) -> None:
    sandbox.script(NO_FAILURES, {"kind": "partly_filtered"})
    name = vertex.submit(small_request("veo-3.1-lite"), token())

    seen = until_final(vertex, name)
    vertex.fetch(name, tmp_path / "clip.mp4")

    assert (seen.state, seen.billed_samples) == (GenerationState.SUCCEEDED, 1)


def test_the_pause_between_submits_follows_the_quota_of_the_last_model(
    odd: OddServer,
) -> None:
    odd.answers = {"/_sandbox/info": Answer({"sandbox": True, "time_scale": 1.0})}
    odd.otherwise = Answer({"name": "operations/1"})
    backend = VertexBackend(base_url=odd.url)
    at_first_s = backend.submit_interval_s

    backend.submit(veo_request("veo-3.1"), token())

    assert at_first_s == 6.0  # nobody knows what an earlier process sent: the strictest
    assert backend.submit_interval_s == pytest.approx(1.2)  # 50 a minute
    backend.close()


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
