"""What is compared: a back end with a model, a workflow and its settings."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Location(StrEnum):
    LOCAL = "local"
    CLOUD = "cloud"


class BackendKind(StrEnum):
    """Which protocol makes the clips."""

    COMFY = "comfy"
    VERTEX = "vertex"
    INTERACTIONS = "interactions"  # Google's other way: Gemini Omni, with an API key
    ROUTED = "routed"  # none of its own: rules send each run to another condition


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
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        return f"{self.name}@{digest[:8]}"

    @property
    def location(self) -> Location:
        is_cloud = self.backend in (BackendKind.VERTEX, BackendKind.INTERACTIONS)
        return Location.CLOUD if is_cloud else Location.LOCAL

    @property
    def clip_duration_s(self) -> float | None:
        if self.n_frames is None or self.fps is None:
            return None
        return self.n_frames / self.fps
