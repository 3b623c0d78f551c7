"""Reads and checks the body of a video interaction as Google does."""

import re
from dataclasses import dataclass
from typing import Any

from videogen.sandbox.cloud import VideoRequest, check_shape, whole_number
from videogen.sandbox.google_wire import GoogleError, given_picture
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
    pictures = _pictures(body.get("input"))
    _check_task(config, pictures)
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
        pictures=pictures,
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


def _check_task(config: dict[str, Any], pictures: tuple[bytes, ...]) -> None:
    task = (config.get("video_config") or {}).get("task", _TASKS[0])
    if task not in _TASKS:
        raise GoogleError(400, f"Unsupported task {task}. Supported: {', '.join(_TASKS)}.")
    if task == "image_to_video" and not pictures:
        raise GoogleError(400, "image_to_video needs an image in the input.")


def _seconds(text: str) -> int:
    found = re.fullmatch(r"(\d+)s", text)
    if found is None:
        raise GoogleError(400, f"Invalid value at 'response_format.duration': {text!r}.")
    return int(found.group(1))


def _prompt(given: object) -> str:
    """The words of a plain string, or of the text parts of the steps."""
    if isinstance(given, str) and given:
        return given
    parts = _parts(given)
    if not parts:
        raise GoogleError(400, "input is required.")
    return " ".join(str(part["text"]) for part in parts if "text" in part)


def _pictures(given: object) -> tuple[bytes, ...]:
    """What the clip begins with; further images are looked at and not drawn."""
    images = [part for part in _parts(given) if part.get("type") == "image"]
    found = [given_picture(one.get("data"), one.get("mime_type"), "input.image") for one in images]
    return tuple(found[:1])


def _parts(given: object) -> list[dict[str, Any]]:
    steps = given if isinstance(given, list) else []
    parts = [part for step in steps if isinstance(step, dict) for part in step.get("content") or []]
    return [part for part in parts if isinstance(part, dict)]
