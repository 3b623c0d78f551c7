"""Files that a clip is made from besides its prompt: images, voices, camera renders."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class InputKind(StrEnum):
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSlot:
    """What a condition takes besides the prompt; None: no limit is known."""

    # The same thing has the same name everywhere: image (the start image), last_frame, audio (the
    # voice), camera (a camera render), subject_1 to subject_4.
    name: str
    kind: InputKind
    is_required: bool = True
    max_bytes: int | None = None
    min_side_px: int | None = None
    max_side_px: int | None = None
    min_duration_s: float | None = None
    max_duration_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """One file as it is kept: its content is its name, so the same file is kept once."""

    input_id: str  # sha256 of its content
    kind: InputKind
    file: str  # relative to the inputs folder
    name: str  # as its owner calls it
    size_bytes: int
    added_at: datetime  # UTC
    added_by: str
    width_px: int | None = None  # None: it is no picture
    height_px: int | None = None
    duration_s: float | None = None  # None: a still
    n_frames: int | None = None
    fps: float | None = None
    from_clip_id: str | None = None  # the clip whose last frame it is
