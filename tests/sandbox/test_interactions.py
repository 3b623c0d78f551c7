"""Google's unmodified SDK against the sandbox's interactions."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from google import genai
from google.genai import types

from tests.sandbox.decoding import n_audio_streams, video_facts
from tests.sandbox.running import RunningSandbox, running_sandbox

OMNI = "gemini-omni-1.1-flash"
SMALL = {"type": "video", "duration": "3s", "resolution": "360p", "delivery": "uri"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox("--time-scale", "400", "--no-failures") as running:
        yield running


@pytest.fixture
def client(sandbox: RunningSandbox) -> genai.Client:
    sandbox.script()
    options = types.HttpOptions(
        base_url=str(sandbox.google.base_url),
        timeout=20_000,
        retry_options=types.HttpRetryOptions(attempts=1),
    )
    return genai.Client(vertexai=False, api_key="sandbox-key", http_options=options)


def _start(client: genai.Client, model: str = OMNI, **wanted: Any) -> Any:
    return client.interactions.create(
        model=model,
        input="A marble run",
        background=True,
        response_format=SMALL | wanted,
    )


def _finish(client: genai.Client, interaction: Any) -> Any:
    deadline = time.monotonic() + 20
    while interaction.status == "in_progress":
        assert time.monotonic() < deadline
        time.sleep(0.05)
        interaction = client.interactions.get(interaction.id)
    return interaction


def test_a_background_interaction_ends_in_a_file_with_sound(
    sandbox: RunningSandbox, client: genai.Client
) -> None:
    begun = _start(client)
    ended = _finish(client, begun)

    assert begun.status == "in_progress"
    content = client.files.download(file=ended.output_video.uri)
    assert video_facts(content) == (640, 360, 24.0, 72)
    assert n_audio_streams(content) == 1
    submit = sandbox.logged(str(begun.id))
    assert (submit["kind"], submit["outcome"]) == ("interactions", "succeeded")


def test_seven_hundred_and_twenty_lines_are_billed_and_other_sizes_are_not_known(
    sandbox: RunningSandbox, client: genai.Client
) -> None:
    known = _finish(client, _start(client, resolution="720p"))
    unknown = _finish(client, _start(client))

    assert sandbox.logged(known.id)["billed_usd"] == pytest.approx(3 * 0.10136)
    assert sandbox.logged(unknown.id)["billed_usd"] is None


@pytest.mark.parametrize(
    "wanted",
    [
        {"duration": "11s"},
        {"duration": "3.5s"},
        {"resolution": "480p"},
        {"aspect_ratio": "1:1"},
    ],
)
def test_what_the_model_does_not_do_is_an_invalid_argument(
    client: genai.Client, wanted: dict[str, Any]
) -> None:
    with pytest.raises(Exception, match="INVALID_ARGUMENT"):
        _start(client, **wanted)


def test_veo_and_unknown_models_are_not_found(client: genai.Client) -> None:
    for model in ("veo-3.1-generate-001", "gemini-omni-9"):
        with pytest.raises(Exception, match="NOT_FOUND"):
            _start(client, model)


def test_a_filtered_interaction_has_its_reason_and_no_tokens(
    sandbox: RunningSandbox, client: genai.Client
) -> None:
    sandbox.script({"kind": "rai_filtered"})

    ended = _finish(client, _start(client))

    assert ended.status == "failed"
    assert ended.errors[0].code == "safety"
    assert ended.usage.total_output_tokens == 0
    assert sandbox.logged(ended.id)["outcome"] == "filtered"


def test_a_cancelled_interaction_stays_cancelled(
    sandbox: RunningSandbox, client: genai.Client
) -> None:
    sandbox.script({"kind": "never_done"})
    begun = _start(client)

    client.interactions.cancel(begun.id)

    assert client.interactions.get(begun.id).status == "cancelled"


def test_without_a_key_nothing_is_answered(sandbox: RunningSandbox) -> None:
    for method, path in (
        ("POST", "/v1/interactions"),
        ("GET", "/v1/interactions/x"),
        ("POST", "/v1/interactions/x/cancel"),
        ("GET", "/v1/files/x:download"),
    ):
        answer = sandbox.google.request(method, path, json={} if method == "POST" else None)

        assert answer.status_code == 401
        assert answer.headers["X-Videogen-Sandbox"] == "1"


def test_the_sdk_carries_the_key_to_a_redirects_host_so_we_download_ourselves(
    sandbox: RunningSandbox, client: genai.Client
) -> None:
    ended = _finish(client, _start(client))
    away = str(sandbox.google.base_url).replace("127.0.0.1", "localhost")
    location = f"{away.rstrip('/')}/v1/files/{ended.id.removeprefix('v1_')}:download"
    sandbox.script({"kind": "file_redirect", "location": location, "times": 1})

    content = client.files.download(file=ended.output_video.uri)

    assert content[4:8] == b"ftyp"  # the other host asked for a key, and was given it
