"""What makers say of the clips they asked for; no rating, and never part of the gate."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Thumb(StrEnum):
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipFeedback:
    """One word on one clip; append-only, the newest of a person and clip counts."""

    feedback_id: str
    clip_id: str
    who: str
    given_at: datetime  # UTC
    thumb: Thumb | None = None  # None: taken back, or not said
    would_use: bool | None = None
    is_best: bool | None = None  # kept as the best of its strip
