"""What each model on Replicate takes and how it calls it, as data."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field

from videogen.backends.vendor_profile import VendorProfile, profiles_from
from videogen.domain.condition import Condition, Purpose
from videogen.domain.generation import GenerationRequest

SHIPPED_PROFILES = Path(__file__).resolve().parents[3] / "data" / "replicate_models.toml"
# What a condition's settings hold for this program.
OWN_SETTINGS = frozenset({"negative_prompt", "allow_flat", "keeps_image_shape"})
Word = Literal[
    "prompt",
    "seed",
    "negative_prompt",
    "n_frames",
    "fps",
    "size",
    "resolution",
    "aspect_ratio",
    "image",
    "last_frame",
]
FILE_WORDS = frozenset({"image", "last_frame"})


class ModelProfile(VendorProfile):
    cautious_requests_per_minute: ClassVar[int] = 6  # of an account without a payment method
    cautious_n_concurrent: ClassVar[int] = 4  # how many may run at once is published nowhere

    model: str = Field(pattern=r"^[\w.-]+/[\w.-]+$")  # owner/name
    purpose: Purpose
    sizes: tuple[str, ...]  # "832x480"
    min_frames: int
    max_frames: int
    min_fps: float
    max_fps: float
    fields: Mapping[Word, str]  # our word -> the model's
    passes: frozenset[str] = frozenset()  # settings that are handed on under their own names
    version: str | None = None  # None: the official model's newest

    @property
    def takes_negative_prompt(self) -> bool:
        return "negative_prompt" in self.fields

    def check_able(self, backend: str, request: GenerationRequest) -> None:
        self._check_shape(backend, request.condition)
        self._check_settings(backend, request.condition)
        self._check_inputs(backend, request)
        super().check_able(backend, request)

    def values(self, request: GenerationRequest) -> dict[str, Any]:
        """The model's input but for its files, under the model's own names."""
        condition = request.condition
        known: dict[Word, Any] = {
            "prompt": request.prompt_text,
            "negative_prompt": request.negative_prompt,
            "seed": request.seed,
            "n_frames": condition.n_frames,
            "fps": _whole(condition.fps),
            "size": size_of(condition),
            "resolution": resolution_of(condition),
            "aspect_ratio": aspect_ratio_of(condition),
        }
        named = {
            name: known[word]
            for word, name in self.fields.items()
            if word not in FILE_WORDS and known[word] is not None
        }
        handed_on = {k: v for k, v in condition.settings.items() if k in self.passes}
        return named | handed_on

    def _check_shape(self, backend: str, condition: Condition) -> None:
        if size_of(condition) not in self.sizes:
            self._refuse(backend, f"size {size_of(condition)}; possible: {', '.join(self.sizes)}")
        n_frames, fps = condition.n_frames, condition.fps
        if n_frames is None or not self.min_frames <= n_frames <= self.max_frames:
            possible = f"{self.min_frames} to {self.max_frames}"
            self._refuse(backend, f"{n_frames} frames; possible: {possible}")
        if fps is None or fps != int(fps) or not self.min_fps <= fps <= self.max_fps:
            possible = f"whole ones from {self.min_fps:g} to {self.max_fps:g}"
            self._refuse(backend, f"{fps} frames a second; possible: {possible}")
        if condition.has_audio:
            self._refuse(backend, "audio, which this model does not make")

    def _check_settings(self, backend: str, condition: Condition) -> None:
        unknown = sorted(set(condition.settings) - self.passes - OWN_SETTINGS)
        if unknown:
            self._refuse(backend, f"settings that it does not take: {', '.join(unknown)}")

    def _check_inputs(self, backend: str, request: GenerationRequest) -> None:
        taken = FILE_WORDS & set(self.fields)
        strange = sorted(set(request.inputs) - taken)
        if strange:
            self._refuse(backend, f"inputs that it does not take: {', '.join(strange)}")
        if self.purpose is Purpose.I2V and "image" not in request.inputs:
            self._refuse(backend, "no image, which this model starts from")


def size_of(condition: Condition) -> str | None:
    if condition.width_px is None or condition.height_px is None:
        return None
    return f"{condition.width_px}x{condition.height_px}"


def resolution_of(condition: Condition) -> str | None:
    if condition.width_px is None or condition.height_px is None:
        return None
    return f"{min(condition.width_px, condition.height_px)}p"


def aspect_ratio_of(condition: Condition) -> str | None:
    """As these models call it: 832 x 480 is not quite 16:9."""
    if condition.width_px is None or condition.height_px is None:
        return None
    return "16:9" if condition.width_px > condition.height_px else "9:16"


def load_profiles(path: Path = SHIPPED_PROFILES) -> dict[str, ModelProfile]:
    """By owner/name. Raises: InvalidInputError: the file does not read as profiles."""
    return profiles_from(path, ModelProfile)


def _whole(fps: float | None) -> int | None:
    return None if fps is None else int(fps)
