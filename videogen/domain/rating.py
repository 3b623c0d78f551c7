"""Raters, sessions, presentations, ratings (ITU-T P.910 words)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from videogen.errors import InvalidInputError


class RaterKind(StrEnum):
    HUMAN = "human"
    SIMULATED = "simulated"


class PresentationKind(StrEnum):
    TRAINING = "training"
    TEST = "test"  # only these reach the gate
    GOLD = "gold"
    TRAP = "trap"
    REPEAT = "repeat"


class Dimension(StrEnum):
    OVERALL = "overall"  # the gate, asked first
    VISUAL_QUALITY = "visual_quality"
    MOTION = "motion"
    PROMPT_MATCH = "prompt_match"


class PairChoice(StrEnum):
    LEFT = "left"
    RIGHT = "right"
    TIE = "tie"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rater:
    rater_id: str
    name: str
    kind: RaterKind
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelSession:
    """One sitting of a rater; its order is a function of the seed."""

    session_id: str
    campaign_id: str
    rater_id: str
    round: int
    seed: int
    started_at: datetime
    ended_at: datetime | None = None
    viewing_answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    presentation_id: str
    session_id: str
    position: int  # 0-based
    clip_id: str
    kind: PresentationKind
    served_at: datetime | None = None
    ended_at: datetime | None = None  # playback reached the end
    replays: int | None = None
    stalls: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One rater's opinion of one clip on the five-point ACR scale (ITU-T P.910)."""

    rating_id: str  # UUID4 made by the player: the idempotency key
    presentation_id: str
    dimension: Dimension
    score: int  # 1 bad .. 5 excellent
    rated_at: datetime  # UTC

    def __post_init__(self) -> None:
        if not 1 <= self.score <= 5:
            raise InvalidInputError("score_out_of_range", field="score", value=self.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairVote:
    vote_id: str
    campaign_id: str
    rater_id: str
    left_clip_id: str
    right_clip_id: str
    choice: PairChoice
    is_repeat: bool
    voted_at: datetime
