"""Reads and checks a predictLongRunning body as Google does."""

from dataclasses import dataclass
from typing import Any

from videogen.sandbox.profiles import Profile

_SIZES = {
    "720p": (1280, 720),
    "1080p": (1920, 1080),
    "4k": (3840, 2160),
}
_FULL_LENGTH_S = 8  # 1080p, 4k and reference images exist only at this length
_MAX_SAMPLES = 4
_MAX_SEED = 2**32 - 1
_STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


class VertexError(Exception):
    """An answer in Google's error shape."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code

    def as_json(self) -> dict[str, Any]:
        status = _STATUS_NAMES.get(self.code, "UNKNOWN")
        return {"error": {"code": self.code, "message": str(self), "status": status}}


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRequest:
    prompt: str
    seed: int
    n_samples: int
    duration_s: int
    width_px: int
    height_px: int
    resolution: str
    has_audio: bool


def _number(parameters: dict[str, Any], name: str, default: int) -> int:
    value = parameters.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise VertexError(400, f"Invalid value at 'parameters.{name}': {value!r}.")
    return int(value)


def _prompt(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    instances = body.get("instances")
    if not isinstance(instances, list) or len(instances) != 1 or not isinstance(instances[0], dict):
        raise VertexError(400, "Exactly one instance is required.")
    instance: dict[str, Any] = instances[0]
    prompt = instance.get("prompt") or ""
    if not prompt and not {"image", "video"} & instance.keys():
        raise VertexError(400, "A prompt, an image or a video is required.")
    return str(prompt), instance


def _resolution(profile: Profile, parameters: dict[str, Any]) -> str:
    resolution = str(parameters.get("resolution", "720p"))
    if resolution not in profile.resolutions:
        allowed = ", ".join(profile.resolutions)
        raise VertexError(400, f"Unsupported resolution {resolution}. Supported: {allowed}.")
    return resolution


def _duration(
    profile: Profile, parameters: dict[str, Any], instance: dict[str, Any], resolution: str
) -> int:
    duration_s = _number(parameters, "durationSeconds", _FULL_LENGTH_S)
    if duration_s not in profile.durations_s:
        allowed = ", ".join(str(each) for each in profile.durations_s)
        raise VertexError(
            400, f"Unsupported output video duration {duration_s} seconds, supported: {allowed}."
        )
    is_bound = resolution != "720p" or "referenceImages" in instance
    if is_bound and duration_s != _FULL_LENGTH_S:
        message = f"{resolution} and reference images need a duration of {_FULL_LENGTH_S} seconds."
        raise VertexError(400, message)
    return duration_s


def _size(parameters: dict[str, Any], resolution: str) -> tuple[int, int]:
    aspect = parameters.get("aspectRatio", "16:9")
    width_px, height_px = _SIZES[resolution]
    if aspect == "16:9":
        return width_px, height_px
    if aspect == "9:16":
        return height_px, width_px
    raise VertexError(400, f"Unsupported aspect ratio {aspect}. Supported: 16:9, 9:16.")


def _check_rest(profile: Profile, parameters: dict[str, Any]) -> None:
    if parameters.get("storageUri"):
        raise VertexError(400, "The sandbox has no Cloud Storage: leave storageUri out.")
    if parameters.get("fps", 24) != 24:
        raise VertexError(400, f"Unsupported fps {parameters['fps']}. Supported: 24.")
    if parameters.get("generateAudio") and not profile.audio:
        raise VertexError(400, "generateAudio is not supported by this model.")


def read_request(profile: Profile, body: dict[str, Any]) -> VideoRequest:
    """Raises: VertexError: 400 INVALID_ARGUMENT for what this model does not do."""
    prompt, instance = _prompt(body)
    parameters = body.get("parameters") or {}
    resolution = _resolution(profile, parameters)
    width_px, height_px = _size(parameters, resolution)
    n_samples = _number(parameters, "sampleCount", 1)
    seed = _number(parameters, "seed", 0)
    if not 1 <= n_samples <= _MAX_SAMPLES:
        raise VertexError(400, f"sampleCount must be 1 to {_MAX_SAMPLES}, not {n_samples}.")
    if not 0 <= seed <= _MAX_SEED:
        raise VertexError(400, f"seed must be 0 to {_MAX_SEED}, not {seed}.")
    _check_rest(profile, parameters)
    return VideoRequest(
        prompt=prompt,
        seed=seed,
        n_samples=n_samples,
        duration_s=_duration(profile, parameters, instance, resolution),
        width_px=width_px,
        height_px=height_px,
        resolution=resolution,
        has_audio=profile.audio and parameters.get("generateAudio", True) is not False,
    )
