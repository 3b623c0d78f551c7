"""Raters, sessions, presentations, ratings (ITU-T P.910 words)."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from videogen.domain.run import Origin
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


def plain_name(name: str) -> str:
    """Composed, with single blanks, without characters that cannot be seen."""
    seen = "".join(
        " " if unicodedata.category(one) == "Cc" else one
        for one in unicodedata.normalize("NFC", name)
        if unicodedata.category(one) not in {"Cf", "Cs"}
    )
    return " ".join(seen.split())


def name_key(name: str) -> str:
    """Equal for every way in which one person writes the same name."""
    return unicodedata.normalize("NFKC", plain_name(name)).casefold()


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
    asks_details: bool = False  # after each overall rating: the prompt and the other dimensions
    source: str | None = None  # the file that its ratings were imported from


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
    dropped_frames: int | None = None
    watched_s: float | None = None  # from the first frame to the rating, replays included
    display: Mapping[str, float] = field(default_factory=dict)  # px and pixel ratio, by the player


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceClip:
    """A clip whose score is known beforehand: shown for training, as an anchor or as a trap."""

    clip_id: str  # of a `Clip` that no run made
    kind: PresentationKind  # training, gold or trap
    expected_score: int  # 1 bad .. 5 excellent; a trap asks for just this one
    title: str
    origin: Origin
    added_by: str
    added_at: datetime
    retired_at: datetime | None = None  # shown in no new session

    def __post_init__(self) -> None:
        if not 1 <= self.expected_score <= 5:
            raise InvalidInputError(
                "expected_score_out_of_range", field="expected_score", value=self.expected_score
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundExit:
    """A rater will rate no more in this campaign, and may see its results."""

    campaign_id: str
    rater_id: str
    left_at: datetime


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
class PairRound:
    """One sitting of a rater with pairs of clips of the same prompt."""

    pair_round_id: str
    campaign_id: str
    rater_id: str
    condition_ids: tuple[str, ...]  # what is compared, two at least
    seed: int
    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One showing of two clips side by side."""

    pair_id: str
    pair_round_id: str
    position: int  # 0-based
    left_clip_id: str
    right_clip_id: str
    is_repeat: bool  # shown before with its sides swapped
    served_at: datetime | None = None
    ended_at: datetime | None = None  # both were played to their end


@dataclass(frozen=True, slots=True, kw_only=True)
class PairVote:
    vote_id: str  # UUID4 made by the player: the idempotency key
    campaign_id: str
    rater_id: str
    left_clip_id: str
    right_clip_id: str
    choice: PairChoice
    is_repeat: bool
    voted_at: datetime
    pair_id: str | None = None
