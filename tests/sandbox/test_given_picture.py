"""Pictures that a clip is made from, as the sandbox reads and draws them."""

import base64
import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.sandbox.decoding import decode_lumas
from videogen.sandbox.clip_request import ClipRequest
from videogen.sandbox.google_wire import MAX_IMAGE_BYTES, GoogleError
from videogen.sandbox.interactions_request import read_interaction
from videogen.sandbox.profiles import load_profiles
from videogen.sandbox.renderer import render_clip
from videogen.sandbox.vertex_request import read_request

PROFILES = load_profiles()


def _picture(left: int, right: int, kind: str = "PNG") -> bytes:
    """Two halves of these shades."""
    shades = np.full((90, 160, 3), left, np.uint8)
    shades[:, 80:] = right
    file = io.BytesIO()
    Image.fromarray(shades).save(file, kind)
    return file.getvalue()


def _halves(luma: np.ndarray[Any, np.dtype[np.float32]]) -> tuple[float, float]:
    """Above the mark, whose corner is at the bottom."""
    top = luma[: luma.shape[0] // 2]
    middle = top.shape[1] // 2
    return float(np.median(top[:, : middle - 16])), float(np.median(top[:, middle + 16 :]))


def test_a_clip_begins_with_the_one_picture_and_ends_with_the_other(tmp_path: Path) -> None:
    request = ClipRequest(
        width_px=320,
        height_px=180,
        frames=9,
        fps=Fraction(8),
        look="solid",
        pictures=(_picture(40, 200), _picture(200, 40, "JPEG")),
    )

    render_clip(request, tmp_path / "clip.mp4")

    lumas = decode_lumas(tmp_path / "clip.mp4")
    first, last = _halves(lumas[0]), _halves(lumas[-1])
    assert first[1] - first[0] > 80
    assert last[0] - last[1] > 80


def _veo(**image: Any) -> dict[str, Any]:
    return {"instances": [{"prompt": "pan", "image": image}], "parameters": {"durationSeconds": 4}}


def _omni(task: str, *parts: dict[str, Any]) -> dict[str, Any]:
    return {
        "input": [{"type": "user_input", "content": [{"type": "text", "text": "pan"}, *parts]}],
        "generation_config": {"video_config": {"task": task}},
        "response_format": {"type": "video", "duration": "5s"},
    }


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_both_protocols_hand_the_picture_on_to_be_drawn() -> None:
    picture = _picture(10, 20)
    given = {"type": "image", "data": _encoded(picture), "mime_type": "image/png"}

    veo = read_request(
        PROFILES.profiles["veo-3.1"],
        _veo(bytesBase64Encoded=_encoded(picture), mimeType="image/png"),
    )
    omni = read_interaction(PROFILES.profiles["gemini-omni"], _omni("image_to_video", given))

    assert veo.pictures == omni.video.pictures == (picture,)


@pytest.mark.parametrize(
    ("content", "mime_type", "said"),
    [
        ("not base64!", "image/png", "Base64"),
        ("", "image/png", "empty"),
        (_encoded(_picture(1, 2)), None, "mime type None"),
        (_encoded(_picture(1, 2)), "image/webp", "mime type image/webp"),
        (_encoded(_picture(1, 2)), "image/jpeg", "not of the mime type"),
        (_encoded(_picture(1, 2)[:60]), "image/png", "not a valid image"),
        (_encoded(bytes(MAX_IMAGE_BYTES + 1)), "image/png", "20 MB"),
    ],
)
def test_a_picture_that_google_would_not_take_is_refused(
    content: str, mime_type: str | None, said: str
) -> None:
    body = _veo(bytesBase64Encoded=content, mimeType=mime_type)

    with pytest.raises(GoogleError, match=said) as refused:
        read_request(PROFILES.profiles["veo-3.1"], body)

    assert refused.value.code == 400


def test_a_last_frame_or_a_task_without_its_picture_is_refused() -> None:
    body = _veo()
    body["instances"][0]["lastFrame"] = body["instances"][0].pop("image")

    with pytest.raises(GoogleError, match="lastFrame needs an image"):
        read_request(PROFILES.profiles["veo-3.1"], body)
    with pytest.raises(GoogleError, match="image_to_video needs an image"):
        read_interaction(PROFILES.profiles["gemini-omni"], _omni("image_to_video"))
