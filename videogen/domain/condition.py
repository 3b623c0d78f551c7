"""What is compared: a back end with a model, a workflow and its settings."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from videogen.domain.input_file import InputSlot


class Location(StrEnum):
    LOCAL = "local"
    CLOUD = "cloud"


class BackendKind(StrEnum):
    """Which protocol makes the clips."""

    COMFY = "comfy"
    VERTEX = "vertex"
    INTERACTIONS = "interactions"  # Google's other way: Gemini Omni, with an API key
    REPLICATE = "replicate"
    ROUTED = "routed"  # none of its own: rules send each run to another condition


CLOUD = frozenset({BackendKind.VERTEX, BackendKind.INTERACTIONS, BackendKind.REPLICATE})


class Purpose(StrEnum):
    """What a clip is made from and for: text, an image, a voice, subjects, a camera move."""

    T2V = "t2v"
    I2V = "i2v"
    LIPSYNC = "lipsync"
    CHARACTER = "character"
    CAMERA = "camera"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Back end + model + workflow + settings (VQEG "HRC"); other settings, another condition."""

    name: str
    backend: BackendKind
    model: str
    workflow: str | None  # a manifest's name; None for cloud models
    width_px: int | None  # these four are None for a user's own graph: only its clip will tell
    height_px: int | None
    n_frames: int | None
    fps: float | None
    settings: Mapping[str, Any] = field(default_factory=dict)
    has_audio: bool = False
    purpose: Purpose = Purpose.T2V
    inputs: tuple[InputSlot, ...] = ()  # the workflow's or model's, which is told apart below

    def __post_init__(self) -> None:
        for name in ("width_px", "height_px", "n_frames", "fps"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise ValueError(f"{name} must be positive, got {value}")

    @property
    def condition_id(self) -> str:
        """The name with a digest of everything that could change the measurement."""
        content = [
            self.backend.value,
            self.model,
            self.workflow,
            self.width_px,
            self.height_px,
            self.n_frames,
            self.fps,
            dict(self.settings),
        ]
        # Conditions older than purposes keep the id that their runs have.
        if self.purpose is not Purpose.T2V:
            content.append(self.purpose.value)
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        return f"{self.name}@{digest[:8]}"

    @property
    def location(self) -> Location:
        return Location.CLOUD if self.backend in CLOUD else Location.LOCAL

    @property
    def required_inputs(self) -> frozenset[str]:
        return frozenset(slot.name for slot in self.inputs if slot.is_required)

    def takes(self, names: Collection[str]) -> bool:
        """Whether a clip can be made from inputs of these names: all that it needs, no others."""
        slots = {slot.name for slot in self.inputs}
        return self.required_inputs <= set(names) <= slots

    @property
    def clip_duration_s(self) -> float | None:
        if self.n_frames is None or self.fps is None:
            return None
        return self.n_frames / self.fps
