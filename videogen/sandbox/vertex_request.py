"""Reads and checks a predictLongRunning body as Google does."""

from typing import Any

from videogen.sandbox.cloud import VideoRequest, check_shape, whole_number
from videogen.sandbox.google_wire import GoogleError, given_picture
from videogen.sandbox.profiles import Profile

_FULL_LENGTH_S = 8  # 1080p, 4k and reference images exist only at this length
_MAX_SAMPLES = 4
_MAX_SEED = 2**32 - 1


def _prompt(body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    instances = body.get("instances")
    if not isinstance(instances, list) or len(instances) != 1 or not isinstance(instances[0], dict):
        raise GoogleError(400, "Exactly one instance is required.")
    instance: dict[str, Any] = instances[0]
    prompt = instance.get("prompt") or ""
    if not prompt and not {"image", "video"} & instance.keys():
        raise GoogleError(400, "A prompt, an image or a video is required.")
    return str(prompt), instance


def _pictures(instance: dict[str, Any]) -> tuple[bytes, ...]:
    """What the clip begins with, and what it ends with."""
    if "lastFrame" in instance and "image" not in instance:
        raise GoogleError(400, "lastFrame needs an image to begin with.")
    found = []
    for name in ("image", "lastFrame"):
        if name in instance:
            given = instance[name] if isinstance(instance[name], dict) else {}
            if "gcsUri" in given:
                raise GoogleError(400, "The sandbox has no Cloud Storage: send the bytes.")
            content = given_picture(
                given.get("bytesBase64Encoded"), given.get("mimeType"), f"instances[0].{name}"
            )
            found.append(content)
    return tuple(found)


def _number(parameters: dict[str, Any], name: str, default: int) -> int:
    return whole_number(parameters.get(name, default), f"parameters.{name}")


def _check_length(instance: dict[str, Any], resolution: str, duration_s: int) -> None:
    is_bound = resolution != "720p" or "referenceImages" in instance
    if is_bound and duration_s != _FULL_LENGTH_S:
        message = f"{resolution} and reference images need a duration of {_FULL_LENGTH_S} seconds."
        raise GoogleError(400, message)


def _check_rest(profile: Profile, parameters: dict[str, Any]) -> None:
    if parameters.get("storageUri"):
        raise GoogleError(400, "The sandbox has no Cloud Storage: leave storageUri out.")
    if parameters.get("fps", 24) != 24:
        raise GoogleError(400, f"Unsupported fps {parameters['fps']}. Supported: 24.")
    if parameters.get("generateAudio") and not profile.audio:
        raise GoogleError(400, "generateAudio is not supported by this model.")


def read_request(profile: Profile, body: dict[str, Any]) -> VideoRequest:
    """Raises: GoogleError: 400 INVALID_ARGUMENT for what this model does not do."""
    prompt, instance = _prompt(body)
    parameters = body.get("parameters") or {}
    resolution = str(parameters.get("resolution", "720p"))
    duration_s = _number(parameters, "durationSeconds", _FULL_LENGTH_S)
    width_px, height_px = check_shape(
        profile,
        duration_s=duration_s,
        resolution=resolution,
        aspect_ratio=parameters.get("aspectRatio", "16:9"),
    )
    _check_length(instance, resolution, duration_s)
    n_samples = _number(parameters, "sampleCount", 1)
    seed = _number(parameters, "seed", 0)
    if not 1 <= n_samples <= _MAX_SAMPLES:
        raise GoogleError(400, f"sampleCount must be 1 to {_MAX_SAMPLES}, not {n_samples}.")
    if not 0 <= seed <= _MAX_SEED:
        raise GoogleError(400, f"seed must be 0 to {_MAX_SEED}, not {seed}.")
    _check_rest(profile, parameters)
    return VideoRequest(
        prompt=prompt,
        seed=seed,
        n_samples=n_samples,
        duration_s=duration_s,
        width_px=width_px,
        height_px=height_px,
        resolution=resolution,
        has_audio=profile.audio and parameters.get("generateAudio", True) is not False,
        pictures=_pictures(instance),
    )
