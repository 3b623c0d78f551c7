"""Reads and checks a WAN model's input as Replicate does against the model's schema."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from videogen.sandbox.cloud import VideoRequest
from videogen.sandbox.given_picture import BadPictureError, picture_frame
from videogen.sandbox.profiles import Profile
from videogen.sandbox.replicate_wire import ReplicateError, invalid_input

_SIZES = {"480p": (832, 480), "720p": (1280, 720)}
_SIDE_STEP_PX = 16
_DEFAULT_FRAMES = 81
_DEFAULT_FPS = 16
_MAX_SEED = 2**63 - 1
# As the clients' own schemas have them: least and most.
_FRAMES = {"2.1": (81, 100), "2.2": (81, 121)}
_FPS = {"2.1": (5, 24), "2.2": (5, 30)}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "aspect_ratio": ("16:9", "9:16"),
    "fast_mode": ("Off", "Balanced", "Fast"),
}
Stored = Callable[[str], bytes | None]  # an uploaded file by its address


def read_input(profile: Profile, body: dict[str, Any], stored: Stored) -> VideoRequest:
    """Raises: ReplicateError: 422, naming every field that is wrong."""
    given = body.get("input")
    if not isinstance(given, dict):
        raise invalid_input({"input": "input is required"})
    model = profile.models[0]
    generation = "2.2" if "2.2" in model else "2.1"
    wrong = _wrong_words(given) | _wrong_choices(profile, given)
    n_frames = _number(given, "num_frames", _DEFAULT_FRAMES, _FRAMES[generation], wrong)
    fps = _number(given, "frames_per_second", _DEFAULT_FPS, _FPS[generation], wrong)
    seed = _number(given, "seed", 0, (0, _MAX_SEED), wrong)
    resolution = str(given.get("resolution", profile.resolutions[0]))
    size = _SIZES.get(resolution, _SIZES["480p"])
    picture = None
    if "i2v" in model:
        picture = _picture(given.get("image"), stored, wrong)
    elif given.get("aspect_ratio") == "9:16":
        size = (size[1], size[0])
    if wrong:
        raise invalid_input(wrong)
    width_px, height_px = size if picture is None else _like(picture, size)
    return VideoRequest(
        prompt=str(given["prompt"]),
        seed=seed,
        n_samples=1,
        duration_s=n_frames / fps,
        width_px=width_px,
        height_px=height_px,
        resolution=resolution,
        has_audio=False,
        fps=fps,
        pictures=() if picture is None else (picture,),
    )


def _wrong_words(given: dict[str, Any]) -> dict[str, str]:
    prompt = given.get("prompt")
    if prompt is None:
        return {"input": "prompt is required"}
    return {} if isinstance(prompt, str) else {"input.prompt": "Invalid type. Expected: string"}


def _wrong_choices(profile: Profile, given: dict[str, Any]) -> dict[str, str]:
    sizes = [_SIZES[resolution] for resolution in profile.resolutions]
    areas = tuple(f"{a}x{b}" for w, h in sizes for a, b in ((w, h), (h, w)))
    choices = {**_CHOICES, "resolution": profile.resolutions, "max_area": areas}
    return {
        f"input.{name}": f"Must be one of: {', '.join(allowed)}"
        for name, allowed in choices.items()
        if name in given and given[name] not in allowed
    }


def _number(
    given: dict[str, Any],
    name: str,
    default: int,
    limits: tuple[int, int],
    wrong: dict[str, str],
) -> int:
    value = given.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        wrong[f"input.{name}"] = "Invalid type. Expected: integer"
        return default
    if value < limits[0]:
        wrong[f"input.{name}"] = f"Must be >= {limits[0]}"
    elif value > limits[1]:
        wrong[f"input.{name}"] = f"Must be <= {limits[1]}"
    return value


def _picture(given: object, stored: Stored, wrong: dict[str, str]) -> bytes | None:
    """The start image; None for one somewhere on the net, where the sandbox does not look."""
    if not isinstance(given, str):
        wrong["input"] = "image is required"
        return None
    content = _inline(given) if given.startswith("data:") else stored(given)
    if content is None and given.startswith("https://"):
        return None
    try:
        picture_frame(content or b"")
    except BadPictureError:
        wrong["input.image"] = "Does not match format 'uri', or is no image"
    return content


def _like(picture: bytes, size: tuple[int, int]) -> tuple[int, int]:
    """The clip takes the image's shape within the area of `size`."""
    frame = picture_frame(picture)
    scale = (size[0] * size[1] / (frame.width * frame.height)) ** 0.5
    width_px, height_px = (
        max(_SIDE_STEP_PX, int(side * scale) // _SIDE_STEP_PX * _SIDE_STEP_PX)
        for side in (frame.width, frame.height)
    )
    return width_px, height_px


def _inline(uri: str) -> bytes | None:
    head, _, data = uri.partition(",")
    if not head.endswith(";base64"):
        return None
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        return None


def model_of(path_model: str | None, body: dict[str, Any]) -> str:
    """Of the address, or of a version, which in the sandbox is its model's name.

    Raises: ReplicateError: 422, neither is there.
    """
    if path_model is not None:
        return path_model
    version = body.get("version")
    if not isinstance(version, str) or not version:
        raise ReplicateError(422, "version is required")
    return version.partition(":")[0]
