"""The installed SDK sends the sandbox what was recorded, and raises what was recorded."""

import base64
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google import genai
from google.genai import types
from google.oauth2.credentials import Credentials

from tests.sandbox.passing_on import passing_on
from tests.sandbox.running import RunningSandbox, running_sandbox

RECORDED = Path(__file__).with_name("recorded") / "google"
REQUESTS = json.loads((RECORDED / "requests.json").read_text("utf-8"))["cases"]
ERRORS = json.loads((RECORDED / "errors.json").read_text("utf-8"))["rows"]
VEO, OMNI = "veo-3.1-generate-001", "gemini-omni-1.2-flash"
VEO_NAME = f"projects/proj-1/locations/us-central1/publishers/google/models/{VEO}"
SECRETS = ("authorization", "x-goog-api-key")
IMAGE = base64.b64decode(
    REQUESTS["vertex_i2v"][0]["body"]["instances"][0]["image"]["bytesBase64Encoded"]
)
NO_RETRIES = types.HttpRetryOptions(attempts=1)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox("--time-scale", "400", "--no-failures") as running:
        yield running


@pytest.fixture
def between(sandbox: RunningSandbox) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    sandbox.script()
    with passing_on(str(sandbox.google.base_url).rstrip("/")) as both:
        yield both


def _project(url: str) -> genai.Client:
    return genai.Client(
        vertexai=True,
        project="proj-1",
        location="us-central1",
        credentials=Credentials(token="sandbox-token"),  # type: ignore[no-untyped-call]  # no stubs
        http_options=types.HttpOptions(base_url=url, timeout=20_000),
    )


def _with_key(url: str, *, vertexai: bool = False) -> genai.Client:
    options = types.HttpOptions(base_url=url, retry_options=NO_RETRIES)
    return genai.Client(vertexai=vertexai, api_key="sandbox-key", http_options=options)


def _as_recorded(seen: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """What arrived, cut down to what the recording keeps; repeated polls once."""
    kept: list[dict[str, Any]] = []
    for request, recorded in zip(_without_repeats(seen), REQUESTS[name], strict=True):
        headers = {key: request["headers"].get(key) for key in recorded["headers"]}
        hidden = {key: "<REDACTED>" for key in SECRETS if headers.get(key)}
        kept.append({**request, "headers": headers | hidden})
    return kept


def _without_repeats(seen: list[dict[str, Any]]) -> list[dict[str, Any]]:
    keys = [(each["method"], each["path"]) for each in seen]
    return [each for index, each in enumerate(seen) if keys.index(keys[index]) == index]


def test_vertex_with_every_setting(between: tuple[str, list[dict[str, Any]]]) -> None:
    url, seen = between
    client = _project(url)

    with pytest.raises(genai.errors.ClientError):  # the sandbox has no Cloud Storage
        client.models.generate_videos(
            model=VEO,
            source=types.GenerateVideosSource(prompt="A calico kitten"),
            config=types.GenerateVideosConfig(
                number_of_videos=2,
                output_gcs_uri="gs://b/p",
                fps=24,
                duration_seconds=8,
                seed=42,
                aspect_ratio="16:9",
                resolution="1080p",
                person_generation="allow_adult",
                negative_prompt="blurry",
                enhance_prompt=True,
                generate_audio=False,
                compression_quality=types.VideoCompressionQuality.OPTIMIZED,
                resize_mode=types.ImageResizeMode.PAD,
                labels={"app": "videogen"},
            ),
        )

    assert _as_recorded(seen, "vertex_t2v_full") == REQUESTS["vertex_t2v_full"]


def test_vertex_with_an_express_key(between: tuple[str, list[dict[str, Any]]]) -> None:
    url, seen = between
    client = _with_key(url, vertexai=True)

    client.models.generate_videos(model=VEO, source=types.GenerateVideosSource(prompt="x"))

    assert _as_recorded(seen, "vertex_express_t2v") == REQUESTS["vertex_express_t2v"]


def test_vertex_from_an_image(between: tuple[str, list[dict[str, Any]]]) -> None:
    url, seen = between
    client = _project(url)
    image = types.Image(image_bytes=IMAGE, mime_type="image/png")

    operation = client.models.generate_videos(
        model=VEO,
        source=types.GenerateVideosSource(prompt="pan", image=image),
        config=types.GenerateVideosConfig(duration_seconds=4),
    )

    assert operation.name
    assert _as_recorded(seen, "vertex_i2v") == REQUESTS["vertex_i2v"]


def test_vertex_polled_by_its_name_alone(between: tuple[str, list[dict[str, Any]]]) -> None:
    url, seen = between
    client = _project(url)
    name = f"{VEO_NAME}/operations/op0001xyz"

    with pytest.raises(genai.errors.ClientError):  # the sandbox never made this one
        client.operations.get(types.GenerateVideosOperation.model_validate({"name": name}))

    recorded = REQUESTS["vertex_fetch_predict_operation"]
    assert _as_recorded(seen, "vertex_fetch_predict_operation") == recorded


def test_omni_in_the_foreground_answers_when_it_is_done(
    sandbox: RunningSandbox, between: tuple[str, list[dict[str, Any]]]
) -> None:
    url, seen = between
    sandbox.script({"kind": "bad_video"})  # nothing is drawn, so nothing is waited for
    client = _with_key(url)

    interaction: Any = client.interactions.create(
        model=OMNI,
        input="A marble run",
        generation_config={"video_config": {"task": "text_to_video"}},
        response_format={
            "type": "video",
            "aspect_ratio": "16:9",
            "delivery": "uri",
            "duration": "8s",
            "resolution": "720p",
        },
    )

    assert interaction.status == "completed"
    assert _as_recorded(seen, "interactions_omni_t2v") == REQUESTS["interactions_omni_t2v"]


def test_omni_from_an_image_in_the_background(
    sandbox: RunningSandbox, between: tuple[str, list[dict[str, Any]]]
) -> None:
    url, seen = between
    sandbox.script({"kind": "bad_video"})
    client = _with_key(url)
    image = {"type": "image", "data": base64.b64encode(IMAGE).decode(), "mime_type": "image/png"}
    words = {"type": "text", "text": "animate"}

    interaction: Any = client.interactions.create(
        model=OMNI,
        background=True,
        store=True,
        input=[{"type": "user_input", "content": [words, image]}],
        generation_config={"video_config": {"task": "image_to_video"}},
        response_format={"type": "video", "delivery": "uri", "duration": "5s"},
    )
    while interaction.status != "completed":
        time.sleep(0.02)
        interaction = client.interactions.get(interaction.id)
    assert interaction.output_video is not None
    content = client.files.download(file=str(interaction.output_video.uri))

    assert content.startswith(b"\x00\x00\x00\x20ftyp")
    arrived = _as_recorded(seen, "interactions_omni_i2v_background")
    own_ids = json.dumps(arrived).replace(str(interaction.id), "v1_int0007")
    own_ids = own_ids.replace(str(interaction.id).removeprefix("v1_"), "omni123")
    assert json.loads(own_ids) == REQUESTS["interactions_omni_i2v_background"]


def test_a_file_by_its_address(between: tuple[str, list[dict[str, Any]]]) -> None:
    url, seen = between
    client = _with_key(url)
    address = "https://generativelanguage.googleapis.com/v1beta/files/abc123def456:download"

    with pytest.raises(genai.errors.ClientError):
        client.files.download(file=f"{address}?alt=media")

    assert _as_recorded(seen, "v3_dev_download") == REQUESTS["v3_dev_download"]


FAULTS: dict[str, dict[str, Any]] = {
    "html502": {"status": 502, "body": "<html><body>502 Bad Gateway</body></html>"},
    "badjson": {"status": 200, "body": '{"name": "unterminated'},
    "empty200": {"status": 200, "body": ""},
}


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: row["case"])
def test_the_sdk_raises_what_it_raised_when_it_was_recorded(
    sandbox: RunningSandbox, row: dict[str, Any]
) -> None:
    family, *_, what = row["case"].split()
    fault = FAULTS.get(what, {"status": int(what)} if what.isdigit() else {})
    sandbox.script({"kind": "http_status", **fault})
    if what == "timeout":
        sandbox.script({"kind": "slow_answer", "delay_s": 1.2})
    url = _dead_url() if what == "refused" else str(sandbox.google.base_url).rstrip("/")

    raised = _raised(url, family, timeout_ms=400 if what == "timeout" else 20_000)

    if row["raised"] is None:
        assert raised is None
        return
    assert raised is not None
    kind = type(raised)
    assert f"{kind.__module__}.{kind.__qualname__}" == row["raised"]
    assert getattr(raised, "code", getattr(raised, "status_code", None)) == row["code"]
    assert getattr(raised, "status", None) == row["status"]


def _raised(url: str, family: str, *, timeout_ms: int) -> Exception | None:
    options = types.HttpOptions(base_url=url, timeout=timeout_ms, retry_options=NO_RETRIES)
    client = genai.Client(vertexai=family == "VERTEX", api_key="sandbox-key", http_options=options)
    try:
        if family == "VERTEX":
            source = types.GenerateVideosSource(prompt="x")
            client.models.generate_videos(model=VEO, source=source)
        else:
            client.interactions.create(
                model=OMNI,
                input="x",
                background=True,
                response_format={"type": "video", "duration": "3s", "resolution": "360p"},
            )
    except Exception as error:
        return error
    return None


def _dead_url() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
