"""What a risk's trigger rests on: one figure, what it says of the risk, and where its rows are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from videogen.evidence.verdict import Sentence


class RiskName(StrEnum):
    VRAM = "vram"
    SLOW = "slow"
    QUALITY = "quality"
    OVERRUN = "overrun"
    DISSATISFACTION = "dissatisfaction"


class RiskState(StrEnum):
    TRIGGERED = "triggered"
    QUIET = "quiet"
    UNKNOWN = "unknown"


class Level(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    MEDIUM_HIGH = "medium_high"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFigure:
    """`said` has conditions under `condition` and `baseline`, by the names that evidence uses."""

    said: Sentence
    state: RiskState | None = None  # None: it informs and triggers nothing
    page: str | None = None  # the screen that shows what is behind it
    query: Mapping[str, str] = field(default_factory=dict)


def combined(figures: Sequence[RiskFigure]) -> RiskState:
    """One trigger is enough; quiet only where all that counts is quiet."""
    states = {one.state for one in figures} - {None}
    if RiskState.TRIGGERED in states:
        return RiskState.TRIGGERED
    return RiskState.QUIET if states == {RiskState.QUIET} else RiskState.UNKNOWN
