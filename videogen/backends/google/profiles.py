"""What each of Google's video models can do, how often and until when, as data."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar, Literal

from videogen.backends.vendor_profile import VendorProfile, profiles_from
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.generation import GenerationRequest

SHIPPED_PROFILES = Path(__file__).resolve().parents[3] / "data" / "google_models.toml"
HEIGHTS = {360: "360p", 720: "720p", 1080: "1080p", 2160: "4k"}
IMAGE_INPUTS = ("image", "last_frame")
IMAGE_TYPES = ("image/png", "image/jpeg")
MAX_IMAGE_BYTES = 20_000_000  # Vertex's page of Veo: "image <= 20 MB"
Extra = Literal["seed", "negative_prompt", "image", "last_frame"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirementWarning:
    """A date after which the model may be gone; whoever shows it says so in words."""

    model: str
    earliest_on: date
    has_passed: bool
    replacement: str | None

    @property
    def message_key(self) -> str:
        return "google.retirement.passed" if self.has_passed else "google.retirement.ahead"


class ModelProfile(VendorProfile):
    # The strictest limits that Google publishes.
    cautious_requests_per_minute: ClassVar[int] = 10
    cautious_n_concurrent: ClassVar[int] = 10

    transport: Literal[BackendKind.VERTEX, BackendKind.INTERACTIONS]
    durations_s: tuple[int, ...]
    resolutions: tuple[str, ...]
    aspect_ratios: tuple[str, ...]
    has_audio: bool
    takes: frozenset[Extra]
    is_preview: bool = False
    fps: int | None = None
    max_samples: int | None = None
    full_length_s: int | None = None  # resolutions above 720p exist only at this length
    earliest_retirement: date | None = None

    def retirement_warning(self, today: date) -> RetirementWarning | None:
        """None when no source names a date, or when it is shut down and refused anyway."""
        if self.retired_on is not None or self.earliest_retirement is None:
            return None
        return RetirementWarning(
            model=self.model,
            earliest_on=self.earliest_retirement,
            has_passed=self.earliest_retirement <= today,
            replacement=self.replacement,
        )

    @property
    def takes_negative_prompt(self) -> bool:
        return "negative_prompt" in self.takes

    def check_able(self, backend: str, request: GenerationRequest) -> None:
        self._check_shape(backend, request.condition)
        self._check_inputs(backend, request)
        super().check_able(backend, request)

    def _check_shape(self, backend: str, condition: Condition) -> None:
        duration_s, resolution = duration_of(condition), resolution_of(condition)
        if duration_s not in self.durations_s:
            allowed = ", ".join(str(s) for s in self.durations_s)
            self._refuse(backend, f"duration {duration_s} s; possible: {allowed}")
        if resolution not in self.resolutions:
            allowed = ", ".join(self.resolutions)
            self._refuse(backend, f"resolution {resolution}; possible: {allowed}")
        if resolution != "720p" and duration_s != (self.full_length_s or duration_s):
            self._refuse(backend, f"{resolution} exists only at {self.full_length_s} s")
        if aspect_ratio_of(condition) not in self.aspect_ratios:
            self._refuse(backend, f"sides that are neither {' nor '.join(self.aspect_ratios)}")
        if condition.has_audio and not self.has_audio:
            self._refuse(backend, "audio, which this model does not make")

    def _check_inputs(self, backend: str, request: GenerationRequest) -> None:
        for name in sorted(request.condition.required_inputs - request.inputs.keys()):
            self._refuse(backend, f"no {name}, which {request.condition.name} begins with")
        for name, content in request.inputs.items():
            if name not in IMAGE_INPUTS or name not in self.takes:
                self._refuse(backend, f"the input {name}, which this model does not take")
            if content.mime_type not in IMAGE_TYPES:
                allowed = ", ".join(IMAGE_TYPES)
                self._refuse(backend, f"{name} of type {content.mime_type}; possible: {allowed}")
            if _file_bytes(content.path) > MAX_IMAGE_BYTES:
                limit_mb = MAX_IMAGE_BYTES // 1_000_000
                self._refuse(backend, f"a larger {name} than {limit_mb} MB")
        if "last_frame" in request.inputs and "image" not in request.inputs:
            self._refuse(backend, "a last_frame without the image that the clip begins with")


def duration_of(condition: Condition) -> int | None:
    """Whole seconds of video to ask for; None when the condition does not say."""
    wanted = condition.settings.get("duration_s", condition.clip_duration_s)
    if not isinstance(wanted, int | float) or wanted != int(wanted):
        return None
    return int(wanted)


def resolution_of(condition: Condition) -> str | None:
    wanted = condition.settings.get("resolution")
    if wanted is not None:
        return str(wanted)
    if condition.width_px is None or condition.height_px is None:
        return None
    return HEIGHTS.get(min(condition.width_px, condition.height_px))


def aspect_ratio_of(condition: Condition) -> str | None:
    if condition.width_px is None or condition.height_px is None:
        return None
    if condition.width_px * 9 == condition.height_px * 16:
        return "16:9"
    return "9:16" if condition.width_px * 16 == condition.height_px * 9 else None


def _file_bytes(path: Path) -> int:
    """0 where it is gone, which the one who reads it says."""
    return path.stat().st_size if path.is_file() else 0


def load_profiles(path: Path = SHIPPED_PROFILES) -> dict[str, ModelProfile]:
    """By API model id. Raises: InvalidInputError: the file does not read as profiles."""
    return profiles_from(path, ModelProfile)
