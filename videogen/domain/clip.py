"""The file that a run made, what was found in it, and the copies that raters see."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CheckVerdict(StrEnum):
    PASS = "pass"  # noqa: S105 a verdict
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipCheck:
    """One weight-free guard; `value` in the guard's own unit."""

    name: str  # decodes, duration, size, fps, flat, frozen, noise, flicker, cut
    verdict: CheckVerdict
    value: float | None
    limit: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipProbe:
    """What the container and every decoded packet say."""

    width_px: int
    height_px: int
    n_frames: int
    fps: float
    clip_duration_s: float
    codec: str
    has_audio: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    clip_id: str
    run_id: str | None  # None: a reference clip
    sha256: str
    file: str  # relative to the clips folder
    size_bytes: int
    probe: ClipProbe
    checks: tuple[ClipCheck, ...]
    thumbnail: str | None  # relative to the clips folder
    created_at: datetime
    file_removed_at: datetime | None = None  # by retention: the row stays, the file is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """A blind copy of a clip for raters: one canvas, one frame rate, no metadata, padded size."""

    clip_id: str
    campaign_id: str
    file: str
    size_bytes: int
