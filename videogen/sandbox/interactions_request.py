"""Reads and checks the body of a video interaction as Google does."""

import re
from dataclasses import dataclass
from typing import Any

from videogen.sandbox.cloud import VideoRequest, check_shape, whole_number
from videogen.sandbox.google_wire import GoogleError
from videogen.sandbox.profiles import Profile

_DEFAULT_DURATION = "8s"
_TASKS = ("text_to_video", "image_to_video", "reference_to_video", "edit", "extend", "upscale")


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionRequest:
    video: VideoRequest
    is_background: bool
    is_inline: bool


def read_interaction(profile: Profile, body: dict[str, Any]) -> InteractionRequest:
    """Raises: GoogleError: 400 INVALID_ARGUMENT for what this model does not do."""
    wanted = _response_format(body)
    config = body.get("generation_config") or {}
    _check_task(config)
    resolution = str(wanted.get("resolution", "720p"))
    duration_s = _seconds(str(wanted.get("duration", _DEFAULT_DURATION)))
    width_px, height_px = check_shape(
        profile,
        duration_s=duration_s,
        resolution=resolution,
        aspect_ratio=wanted.get("aspect_ratio", "16:9"),
    )
    video = VideoRequest(
        prompt=_prompt(body.get("input")),
        seed=whole_number(config.get("seed", 0), "generation_config.seed"),
        n_samples=1,
        duration_s=duration_s,
        width_px=width_px,
        height_px=height_px,
        resolution=resolution,
        has_audio=profile.audio,
    )
    is_background = body.get("background") is True
    if is_background and body.get("store") is False:
        raise GoogleError(400, "background=true needs store=true.")
    is_inline = wanted.get("delivery", "inline") == "inline"
    return InteractionRequest(video=video, is_background=is_background, is_inline=is_inline)


def _response_format(body: dict[str, Any]) -> dict[str, Any]:
    wanted = body.get("response_format")
    if not isinstance(wanted, dict) or wanted.get("type") != "video":
        raise GoogleError(400, "response_format.type must be video for this model.")
    return wanted


def _check_task(config: dict[str, Any]) -> None:
    task = (config.get("video_config") or {}).get("task", _TASKS[0])
    if task not in _TASKS:
        raise GoogleError(400, f"Unsupported task {task}. Supported: {', '.join(_TASKS)}.")


def _seconds(text: str) -> int:
    found = re.fullmatch(r"(\d+)s", text)
    if found is None:
        raise GoogleError(400, f"Invalid value at 'response_format.duration': {text!r}.")
    return int(found.group(1))


def _prompt(given: object) -> str:
    """The words of a plain string, or of the text parts of the steps."""
    if isinstance(given, str) and given:
        return given
    steps = given if isinstance(given, list) else []
    parts = [part for step in steps if isinstance(step, dict) for part in step.get("content") or []]
    words = [str(part["text"]) for part in parts if isinstance(part, dict) and "text" in part]
    if not parts:
        raise GoogleError(400, "input is required.")
    return " ".join(words)
