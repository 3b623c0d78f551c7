"""How long a rater has been sitting, and when a rest is due (BT.500: half an hour at most)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

BREAK_AFTER = timedelta(minutes=20)
STOP_AFTER = timedelta(minutes=30)
REST = timedelta(minutes=5)  # without a rating for so long, a new sitting begins


class RestKind(StrEnum):
    BREAK = "break"  # advice
    STOP = "stop"  # nothing is shown until the rest is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    kind: RestKind
    seated_s: float
    until: datetime | None  # a stop's end; advice has none


def due_rest(rated_at: Sequence[datetime], now: datetime) -> Rest | None:
    """What the present sitting calls for; `rated_at` oldest first, of one rater in all sessions."""
    seated = seated_time(rated_at, now)
    if seated >= STOP_AFTER:
        return Rest(kind=RestKind.STOP, seated_s=seated.total_seconds(), until=rated_at[-1] + REST)
    if seated >= BREAK_AFTER:
        return Rest(kind=RestKind.BREAK, seated_s=seated.total_seconds(), until=None)
    return None


def seated_time(rated_at: Sequence[datetime], now: datetime) -> timedelta:
    """From the first to the last rating of the series without a rest that reaches up to now."""
    if not rated_at or now - rated_at[-1] >= REST:
        return timedelta(0)
    first = last = rated_at[-1]
    for moment in reversed(rated_at):
        if first - moment >= REST:
            break
        first = moment
    return last - first
