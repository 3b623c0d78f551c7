"""The unmodified google-genai SDK against the sandbox."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from google import genai
from google.genai import errors, types
from google.oauth2.credentials import Credentials

from tests.sandbox.decoding import n_audio_streams, video_facts
from tests.sandbox.running import RunningSandbox, running_sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox("--time-scale", "400", "--no-failures") as running:
        yield running


@pytest.fixture(autouse=True)
def no_faults(sandbox: RunningSandbox) -> None:
    sandbox.script()


def _options(sandbox: RunningSandbox) -> types.HttpOptions:
    url = str(sandbox.google.base_url)
    return types.HttpOptions(base_url=url, timeout=20_000)


@pytest.fixture
def express(sandbox: RunningSandbox) -> genai.Client:
    return genai.Client(vertexai=True, api_key="sandbox-key", http_options=_options(sandbox))


@pytest.fixture
def project(sandbox: RunningSandbox) -> genai.Client:
    return genai.Client(
        vertexai=True,
        project="proj-1",
        location="us-central1",
        credentials=Credentials(token="sandbox-token"),  # type: ignore[no-untyped-call]  # no stubs
        http_options=_options(sandbox),
    )


def _start(
    client: genai.Client, model: str = "veo-3.1-fast-generate-001", **config: Any
) -> types.GenerateVideosOperation:
    return client.models.generate_videos(
        model=model,
        source=types.GenerateVideosSource(prompt="A calico kitten"),
        config=types.GenerateVideosConfig(**({"duration_seconds": 4} | config)),
    )


def _saved(name: str | None) -> types.GenerateVideosOperation:
    """An operation as a new process rebuilds it from its name."""
    return types.GenerateVideosOperation.model_validate({"name": name})


def _finish(
    client: genai.Client, operation: types.GenerateVideosOperation
) -> types.GenerateVideosOperation:
    deadline = time.monotonic() + 20
    while not operation.done:
        assert time.monotonic() < deadline
        time.sleep(0.05)
        resumed = _saved(operation.name)
        operation = client.operations.get(resumed)
    return operation


def _videos(operation: types.GenerateVideosOperation) -> list[bytes]:
    assert operation.response is not None
    generated = operation.response.generated_videos or []
    return [each.video.video_bytes for each in generated if each.video and each.video.video_bytes]


def test_an_express_key_gets_an_mp4_with_sound_and_is_billed_by_the_second(
    sandbox: RunningSandbox, express: genai.Client
) -> None:
    operation = _finish(express, _start(express, seed=42))

    (content,) = _videos(operation)
    assert video_facts(content) == (1280, 720, 24.0, 96)
    assert n_audio_streams(content) == 1
    submit = sandbox.logged(str(operation.name))
    assert submit["kind"] == "vertex"
    assert submit["profile"] == "veo-3.1-fast"
    assert submit["outcome"] == "succeeded"
    assert submit["billed_usd"] == pytest.approx(0.40)


def test_a_project_gets_as_many_samples_as_it_asked_for(
    sandbox: RunningSandbox, project: genai.Client
) -> None:
    operation = _finish(
        project, _start(project, number_of_videos=2, generate_audio=False, aspect_ratio="9:16")
    )

    videos = _videos(operation)
    assert len(videos) == 2
    assert videos[0] != videos[1]
    assert str(operation.name).startswith("projects/proj-1/locations/us-central1/")
    assert video_facts(videos[0]) == (720, 1280, 24.0, 96)
    assert n_audio_streams(videos[0]) == 0
    assert sandbox.logged(str(operation.name))["billed_usd"] == pytest.approx(0.80)


def test_the_retired_veo_2_is_played_without_sound(express: genai.Client) -> None:
    operation = _finish(express, _start(express, model="veo-2.0-generate-001", duration_seconds=5))

    assert n_audio_streams(_videos(operation)[0]) == 0


@pytest.mark.parametrize(
    "config",
    [
        {"duration_seconds": 5},
        {"duration_seconds": 4, "resolution": "1080p"},
        {"aspect_ratio": "1:1"},
        {"number_of_videos": 5},
        {"resolution": "360p"},
        {"output_gcs_uri": "gs://bucket/path"},
    ],
)
def test_what_the_model_does_not_do_is_an_invalid_argument(
    express: genai.Client, config: dict[str, Any]
) -> None:
    with pytest.raises(errors.ClientError) as caught:
        _start(express, **config)

    assert caught.value.code == 400
    assert caught.value.status == "INVALID_ARGUMENT"


def test_an_unknown_model_and_an_unknown_operation_are_not_found(express: genai.Client) -> None:
    with pytest.raises(errors.ClientError) as no_model:
        _start(express, model="veo-9.9")
    name = "projects/p/locations/l/publishers/google/models/veo-3.1-generate-001/operations/none"
    with pytest.raises(errors.ClientError) as no_operation:
        express.operations.get(_saved(name))

    assert (no_model.value.code, no_operation.value.code) == (404, 404)


def test_a_filtered_clip_has_reasons_and_costs_nothing(
    sandbox: RunningSandbox, express: genai.Client
) -> None:
    sandbox.script({"kind": "rai_filtered", "times": 1})

    operation = _finish(express, _start(express))

    assert operation.response is not None
    assert operation.response.rai_media_filtered_count == 1
    assert operation.response.rai_media_filtered_reasons
    submit = sandbox.logged(str(operation.name))
    assert (submit["outcome"], submit["billed_usd"]) == ("filtered", 0)


def test_an_operation_error_ends_the_operation_with_its_code(
    sandbox: RunningSandbox, express: genai.Client
) -> None:
    sandbox.script({"kind": "op_error", "code": 8, "message": "quota"})

    operation = _finish(express, _start(express))

    assert operation.error == {"code": 8, "message": "quota"}
    assert sandbox.logged(str(operation.name))["outcome"] == "failed"


def test_an_http_status_is_answered_with_the_scripted_body_and_nothing_is_submitted(
    sandbox: RunningSandbox, express: genai.Client
) -> None:
    before = len(sandbox.google.get("/_sandbox/log").json()["submits"])
    sandbox.script({"kind": "http_status", "status": 429, "retry_after_s": 37, "times": 1})

    with pytest.raises(errors.ClientError) as caught:
        _start(express)

    assert caught.value.status == "RESOURCE_EXHAUSTED"
    assert caught.value.response.headers["retry-after"] == "37"
    assert len(sandbox.google.get("/_sandbox/log").json()["submits"]) == before


@pytest.mark.parametrize(
    ("kind", "raised"),
    [("drop_after_accept", "RemoteProtocolError"), ("html_200", "JSONDecodeError")],
)
def test_a_paid_call_whose_answer_is_lost_is_billed_all_the_same(
    sandbox: RunningSandbox, express: genai.Client, kind: str, raised: str
) -> None:
    sandbox.script({"kind": kind, "times": 1})

    with pytest.raises(Exception) as caught:  # noqa: PT011  # httpx2's classes are the SDK's own
        _start(express)

    assert raised in {each.__name__ for each in type(caught.value).__mro__} | {"ReadError"}
    submit = sandbox.google.get("/_sandbox/log").json()["submits"][-1]
    assert submit["outcome"] in {"running", "succeeded"}


def test_an_empty_answer_gives_an_operation_without_a_name(
    sandbox: RunningSandbox, express: genai.Client
) -> None:
    sandbox.script({"kind": "empty_body", "times": 1})

    assert _start(express).name is None


def test_an_operation_that_is_never_done_can_be_polled_for_ever(
    sandbox: RunningSandbox, express: genai.Client
) -> None:
    sandbox.script({"kind": "never_done"})

    operation = _start(express)
    time.sleep(0.3)

    assert not express.operations.get(operation).done


def test_a_json_answer_in_the_place_of_the_video_is_no_mp4(
    sandbox: RunningSandbox, express: genai.Client
) -> None:
    sandbox.script({"kind": "json_video"})

    (content,) = _videos(_finish(express, _start(express)))

    assert content.startswith(b"{")


def test_a_call_without_any_credential_is_unauthenticated(sandbox: RunningSandbox) -> None:
    path = "/v1beta1/publishers/google/models/veo-3.1-generate-001:predictLongRunning"

    answer = sandbox.google.post(path, json={"instances": [{"prompt": "x"}]})

    assert answer.status_code == 401
    assert answer.json()["error"]["status"] == "UNAUTHENTICATED"
    assert answer.headers["X-Videogen-Sandbox"] == "1"
