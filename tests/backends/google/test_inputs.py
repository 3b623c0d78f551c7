"""Images reach Google as its own SDK sent them when it was recorded."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.backends.google.conftest import SANDBOX_INFO
from tests.backends.odd_server import Answer, OddServer
from tests.backends.requests import CONDITIONS, token
from videogen.backends import InteractionsBackend, VertexBackend
from videogen.backends.contract import Backend
from videogen.backends.google.profiles import MAX_IMAGE_BYTES
from videogen.domain.condition import Condition, Purpose
from videogen.domain.generation import GenerationRequest, InputContent
from videogen.domain.input_file import InputKind, InputSlot
from videogen.errors import RequestRefusedError

ROOT = Path(__file__).resolve().parents[3]
RECORDED = json.loads(
    (ROOT / "tests/sandbox/recorded/google/requests.json").read_text(encoding="utf-8")
)["cases"]
IMAGE = RECORDED["vertex_i2v"][0]["body"]["instances"][0]["image"]
FIRST = InputSlot(name="image", kind=InputKind.IMAGE)
LAST = InputSlot(name="last_frame", kind=InputKind.IMAGE, is_required=False)


def _from_image(name: str) -> Condition:
    return replace(CONDITIONS[name], purpose=Purpose.I2V, inputs=(FIRST, LAST))


def _content(
    folder: Path, mime_type: str = "image/png", payload: bytes | None = None
) -> InputContent:
    path = folder / "kept.png"
    path.write_bytes(base64.b64decode(IMAGE["bytesBase64Encoded"]) if payload is None else payload)
    return InputContent(input_id="a1", kind=InputKind.IMAGE, path=path, mime_type=mime_type)


def _asked(condition: Condition, **inputs: InputContent) -> GenerationRequest:
    return GenerationRequest(condition=condition, prompt_text="pan", seed=1, inputs=inputs)


def _sent(odd: OddServer, backend: Backend, request: GenerationRequest) -> Mapping[str, Any]:
    odd.answers = {"/_sandbox/info": SANDBOX_INFO}
    odd.otherwise = Answer({"name": "operations/1", "id": "v1_1", "status": "in_progress"})
    backend.submit(request, token())
    backend.close()
    start = next(seen for seen in odd.seen if seen.method == "POST")
    body: dict[str, Any] = json.loads(start.body)
    return body


def test_veo_begins_with_the_image_as_recorded(odd: OddServer, tmp_path: Path) -> None:
    request = _asked(_from_image("veo-3.1"), image=_content(tmp_path))

    body = _sent(odd, VertexBackend(base_url=odd.url), request)

    assert body["instances"] == RECORDED["vertex_i2v"][0]["body"]["instances"]


def test_veo_ends_with_the_last_frame(odd: OddServer, tmp_path: Path) -> None:
    picture = _content(tmp_path)
    request = _asked(_from_image("veo-3.1"), image=picture, last_frame=picture)

    body = _sent(odd, VertexBackend(base_url=odd.url), request)

    assert body["instances"] == [{"prompt": "pan", "image": IMAGE, "lastFrame": IMAGE}]


def test_omni_begins_with_the_image_as_recorded(odd: OddServer, tmp_path: Path) -> None:
    recorded = RECORDED["interactions_omni_i2v_background"][0]["body"]
    words = recorded["input"][0]["content"][0]["text"]
    asked = _asked(_from_image("gemini-omni"), image=_content(tmp_path))
    request = replace(asked, prompt_text=words)

    body = _sent(odd, InteractionsBackend(base_url=odd.url), request)

    assert body["input"] == recorded["input"]
    assert body["generation_config"]["video_config"] == {"task": "image_to_video"}


def _refused(odd: OddServer, backend: Backend, request: GenerationRequest) -> str:
    odd.answers = {"/_sandbox/info": SANDBOX_INFO}
    with pytest.raises(RequestRefusedError) as refused:
        backend.submit(request, token())
    backend.close()
    assert not [seen for seen in odd.seen if seen.method == "POST"]  # nothing that is billed
    return refused.value.detail or ""


def test_what_a_model_does_not_begin_with_is_refused_before_it_is_sent(
    odd: OddServer, tmp_path: Path
) -> None:
    veo, omni = _from_image("veo-3.1"), _from_image("gemini-omni")
    kept = _content(tmp_path)

    def veo_says(**inputs: InputContent) -> str:
        return _refused(odd, VertexBackend(base_url=odd.url), _asked(veo, **inputs))

    assert "no image" in veo_says()
    assert "the input audio" in veo_says(image=kept, audio=kept)
    assert "type image/webp" in veo_says(image=_content(tmp_path, "image/webp"))
    assert "last_frame" in _refused(
        odd, InteractionsBackend(base_url=odd.url), _asked(omni, image=kept, last_frame=kept)
    )
    assert "last_frame without the image" in _refused(
        odd, VertexBackend(base_url=odd.url), _asked(replace(veo, inputs=()), last_frame=kept)
    )
    large = _content(tmp_path, payload=bytes(MAX_IMAGE_BYTES + 1))
    assert "a larger image than 20 MB" in veo_says(image=large)
    large.path.unlink()
    assert "cannot be read" in veo_says(image=large)
