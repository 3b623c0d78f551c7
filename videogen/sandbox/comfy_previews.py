"""Preview pictures as binary socket frames: type 1 without, type 4 with the node's facts."""

import functools
import json
import struct
from collections.abc import Mapping
from typing import Any

from videogen.sandbox.encoding import still_jpeg

_WANTED = frozenset({"auto", "latent2rgb", "taesd"})
_PLAIN, _WITH_FACTS, _JPEG = 1, 4, 1


def wants_previews(extra_data: Mapping[str, Any]) -> bool:
    return extra_data.get("preview_method") in _WANTED


@functools.cache
def _picture(step: int) -> bytes:
    return still_jpeg(128, 96, luma=40 + 20 * step)


def preview_picture(step: int) -> bytes:
    """A small grey JPEG that gets lighter from step to step."""
    return _picture(step % 8)


def plain_frame(picture: bytes) -> bytes:
    return struct.pack(">II", _PLAIN, _JPEG) + picture


def frame_with_facts(picture: bytes, node_id: str, prompt_id: str) -> bytes:
    facts = {
        "node_id": node_id,
        "prompt_id": prompt_id,
        "display_node_id": node_id,
        "parent_node_id": None,
        "real_node_id": node_id,
        "image_type": "image/jpeg",
    }
    text = json.dumps(facts).encode()
    return struct.pack(">II", _WITH_FACTS, len(text)) + text + picture
