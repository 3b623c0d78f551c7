"""What each model on Replicate takes and how it calls it, as data."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from videogen.domain.condition import Condition, Purpose
from videogen.domain.generation import GenerationRequest
from videogen.errors import InvalidInputError, ModelRetiredError, RequestRefusedError

SHIPPED_PROFILES = Path(__file__).resolve().parents[3] / "data" / "replicate_models.toml"
MAX_SEED = 2**32 - 1  # as wide as plans draw them; the models' schemas name no limit
# How many may run at once is published nowhere.
CAUTIOUS_N_CONCURRENT = 4
CAUTIOUS_REQUESTS_PER_MINUTE = 6  # of an account without a payment method
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


class ModelProfile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(pattern=r"^[\w.-]+/[\w.-]+$")  # owner/name
    title: str
    purpose: Purpose
    sizes: tuple[str, ...]  # "832x480"
    min_frames: int
    max_frames: int
    min_fps: float
    max_fps: float
    fields: Mapping[Word, str]  # our word -> the model's
    source: str
    passes: frozenset[str] = frozenset()  # settings that are handed on under their own names
    version: str | None = None  # None: the official model's newest
    requests_per_minute: int | None = Field(default=None, ge=1)
    n_concurrent: int | None = Field(default=None, ge=1)
    retired_on: date | None = None
    retires_on: date | None = None
    replacement: str | None = None
    note: str | None = None

    @property
    def n_lanes(self) -> int:
        return self.n_concurrent or CAUTIOUS_N_CONCURRENT

    @property
    def submit_interval_s(self) -> float:
        return 60.0 / (self.requests_per_minute or CAUTIOUS_REQUESTS_PER_MINUTE)

    @property
    def ended_on(self) -> date | None:
        return self.retired_on or self.retires_on

    def check_alive(self, backend: str, today: date) -> None:
        """Raises: ModelRetiredError: with the date and what replaces it."""
        if self.ended_on is not None and self.ended_on <= today:
            raise self.gone(backend)

    def gone(self, backend: str) -> ModelRetiredError:
        """With what is known of its end."""
        ended_on = None if self.ended_on is None else self.ended_on.isoformat()
        when = "" if ended_on is None else f" ({ended_on})"
        instead = "" if self.replacement is None else f" → {self.replacement}"
        return ModelRetiredError(
            backend,
            detail=f"{self.model}{when}{instead}",
            model=self.model,
            retired_on=ended_on,
            replacement=self.replacement,
        )

    def check_able(self, backend: str, request: GenerationRequest) -> None:
        """Raises: RequestRefusedError: what the model would answer with HTTP 422."""
        self._check_shape(backend, request.condition)
        self._check_settings(backend, request.condition)
        self._check_inputs(backend, request)
        if request.negative_prompt and "negative_prompt" not in self.fields:
            self._refuse(backend, "a negative prompt, which this model does not take")
        if not 0 <= request.seed <= MAX_SEED:
            self._refuse(backend, f"seed {request.seed}; possible: 0 to {MAX_SEED}")
        if not _is_unicode(request.prompt_text + (request.negative_prompt or "")):
            self._refuse(backend, "a text with half a character pair")

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

    def _refuse(self, backend: str, what: str) -> None:
        raise RequestRefusedError(backend, detail=f"{self.model}: {what}")


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
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["model"]
        profiles = [ModelProfile.model_validate(row) for row in rows]
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise InvalidInputError(
            "file_unreadable", field="path", value=path.name, detail=type(error).__name__
        ) from None
    return {profile.model: profile for profile in profiles}


def _whole(fps: float | None) -> int | None:
    return None if fps is None else int(fps)


def _is_unicode(text: str) -> bool:
    """Whether it can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
