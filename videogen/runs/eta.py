"""When a waiting run will start and end, as far as anybody knows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from videogen import store
from videogen.domain.condition import BackendKind
from videogen.store import Database, QueueAhead


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondsRange:
    low_s: float
    high_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEta:
    """Seconds from now; None where an estimate on the way is unknown, or nothing takes runs."""

    position: int  # 1: the next that its kind of back end takes
    starts_in: SecondsRange | None
    ends_in: SecondsRange | None


def queue_eta(
    database: Database,
    run_id: str,
    *,
    lanes: Mapping[BackendKind, int],
    seconds_of: Callable[[str], SecondsRange | None],
    now: datetime,
) -> QueueEta | None:
    """None when the run does not wait or its campaign is paused.

    Args: lanes: of the attached back ends that take runs now, by kind, together.
        seconds_of: the estimate of one warm run by making condition_id; asked once for each.
    """
    return eta_of(
        store.queue_ahead(database, run_id),
        lanes=lanes,
        seconds_of=seconds_of,
        now=now,
    )


def eta_of(
    ahead: Sequence[QueueAhead],
    *,
    lanes: Mapping[BackendKind, int],
    seconds_of: Callable[[str], SecondsRange | None],
    now: datetime,
) -> QueueEta | None:
    """The same from what stands before it: `ahead`, with the run itself among it."""
    itself = next((entry for entry in ahead if entry.is_itself), None)
    if itself is None:
        return None
    position = sum(entry.n_runs for entry in ahead if entry.started_at is None)
    ids = {entry.making_condition_id for entry in ahead}
    seconds = {one: seconds_of(one) for one in ids}
    others = [entry for entry in ahead if not entry.is_itself]
    starts_in = _starts_in(others, lanes.get(itself.kind, 0), seconds, now)
    own = seconds[itself.making_condition_id]
    return QueueEta(position=position, starts_in=starts_in, ends_in=_sum(starts_in, own))


def _starts_in(
    others: Sequence[QueueAhead],
    n_lanes: int,
    seconds: Mapping[str, SecondsRange | None],
    now: datetime,
) -> SecondsRange | None:
    """Every lane is busy until the run starts, so the work before it, shared by the lanes, is
    the latest start; when it starts, each other lane may still have one whole run to go.
    """
    if n_lanes < 1:
        return None
    if sum(entry.n_runs for entry in others) < n_lanes:
        return SecondsRange(low_s=0.0, high_s=0.0)  # a lane is free
    low_s = high_s = longest_low_s = 0.0
    for entry in others:
        known = seconds[entry.making_condition_id]
        if known is None:
            return None
        left = _left(known, entry.started_at, now)
        low_s += left.low_s * entry.n_runs
        high_s += left.high_s * entry.n_runs
        longest_low_s = max(longest_low_s, left.low_s)
    earliest_s = (low_s - (n_lanes - 1) * longest_low_s) / n_lanes
    return SecondsRange(low_s=max(0.0, earliest_s), high_s=high_s / n_lanes)


def _left(known: SecondsRange, started_at: datetime | None, now: datetime) -> SecondsRange:
    """One that has run longer than estimated may end at any moment."""
    spent_s = 0.0 if started_at is None else max(0.0, (now - started_at).total_seconds())
    return SecondsRange(
        low_s=max(0.0, known.low_s - spent_s), high_s=max(0.0, known.high_s - spent_s)
    )


def _sum(one: SecondsRange | None, other: SecondsRange | None) -> SecondsRange | None:
    if one is None or other is None:
        return None
    return SecondsRange(low_s=one.low_s + other.low_s, high_s=one.high_s + other.high_s)
