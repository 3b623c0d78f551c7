"""Does a server hold more memory before each run? Theil-Sen slope, seasonal Kendall test."""

import itertools
import math
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

ALPHA = 0.05  # one-sided: only growth is asked for
LEAST_RUNS = 8
LEAST_GROWTH_MIB = 512.0
FREED_MIB = 512.0  # a fall of this much: the server was restarted, or its memory freed
RUNS_AHEAD = 50.0
MOST_RUNS = 100  # the newest count; every step between two of them is tried
_LAST_FEW = 3  # one odd reading is no fall


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineReading:
    """Memory in use just before one run, in the order in which a server took them."""

    run_id: str
    condition_id: str
    baseline_mib: int | None
    peak_mib: int | None = None
    is_cold: bool | None = None


class CreepFinding(StrEnum):
    GROWS = "grows"
    STEADY = "steady"  # no growth that counts
    FEW_RUNS = "few_runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryCreep:
    """Growth of the memory before a run since the server was last fresh.

    `growth_mib` is the slope over all `n_runs`; `runs_to_limit` is how many more runs bring the
    highest peak to the limit, None where it does not get there or no limit is known.
    """

    finding: CreepFinding
    n_runs: int
    run_ids: tuple[str, ...]
    slope_mib_per_run: float | None = None
    growth_mib: float | None = None
    p_value: float | None = None
    runs_to_limit: float | None = None

    @property
    def is_flagged(self) -> bool:
        return self.finding is CreepFinding.GROWS


@dataclass(frozen=True, slots=True)
class _Point:
    place: int
    mib: float
    reading: BaselineReading


# What was held while it was read -> points in order. A condition leaves its own models behind, so
# only readings taken after the same condition can be compared.
_Groups = Mapping[str, Sequence[_Point]]


def find_creep(
    readings: Sequence[BaselineReading], *, limit_mib: float | None = None
) -> MemoryCreep:
    """Judge one server's readings, oldest first, all of one device.

    Flagged: p < 0.05 over at least 8 runs, growth that a line describes better than one step does,
    and by 512 MiB in all or up to `limit_mib` within 50 more runs.
    Source: Hirsch and Slack 1984 (seasonal Kendall test, slope of all pairs within a season).
    """
    groups = _comparable(since_fresh(readings[-MOST_RUNS:]))
    points = sorted(itertools.chain(*groups.values()), key=lambda point: point.place)
    run_ids = tuple(point.reading.run_id for point in points)
    if len(points) < LEAST_RUNS:
        return MemoryCreep(finding=CreepFinding.FEW_RUNS, n_runs=len(points), run_ids=run_ids)
    slope = statistics.median(
        (after.mib - before.mib) / (after.place - before.place) for before, after in _pairs(groups)
    )
    growth_mib = slope * (points[-1].place - points[0].place)
    p_value = _p_growth(groups)
    runs_to_limit = _runs_to_limit(points, slope, limit_mib)
    counts = growth_mib >= LEAST_GROWTH_MIB or (
        runs_to_limit is not None and runs_to_limit <= RUNS_AHEAD
    )
    grows = slope > 0 and p_value < ALPHA and counts and _is_gradual(groups, slope)
    return MemoryCreep(
        finding=CreepFinding.GROWS if grows else CreepFinding.STEADY,
        n_runs=len(points),
        run_ids=run_ids,
        slope_mib_per_run=slope,
        growth_mib=growth_mib,
        p_value=p_value,
        runs_to_limit=runs_to_limit,
    )


def since_fresh(readings: Sequence[BaselineReading]) -> Sequence[BaselineReading]:
    """From the run that found the server fresh: restarted, or with its memory freed."""
    start = 0
    held: dict[str, list[int]] = defaultdict(list)
    for place, (before, now) in enumerate(itertools.pairwise(readings), start=1):
        # Loaded anew although the run before had used it: it was gone in between.
        is_fresh = now.is_cold is True and now.condition_id == before.condition_id
        earlier = held[before.condition_id][-_LAST_FEW:]
        if now.baseline_mib is not None:
            fell_mib = statistics.median(earlier) - now.baseline_mib if earlier else 0.0
            is_fresh = is_fresh or fell_mib >= FREED_MIB
            held[before.condition_id].append(now.baseline_mib)
        if is_fresh:
            start = place
            held.clear()
    return readings[start:]


def _comparable(readings: Sequence[BaselineReading]) -> _Groups:
    """By the condition of the run before, which the server still holds; groups of two at least."""
    groups: dict[str, list[_Point]] = defaultdict(list)
    for place, (before, now) in enumerate(itertools.pairwise(readings), start=1):
        if now.baseline_mib is not None:
            groups[before.condition_id].append(_Point(place, now.baseline_mib, now))
    return {held: points for held, points in groups.items() if len(points) > 1}


def _pairs(groups: _Groups) -> Iterator[tuple[_Point, _Point]]:
    for points in groups.values():
        yield from itertools.combinations(points, 2)


def _p_growth(groups: _Groups) -> float:
    """One-sided p of "it does not grow", normal with the correction for ties and for steps of 1."""
    score = sum(
        (after.mib > before.mib) - (after.mib < before.mib) for before, after in _pairs(groups)
    )
    variance = sum(_variance([point.mib for point in points]) for points in groups.values())
    if variance == 0:
        return 1.0
    return 0.5 * math.erfc((score - 1) / math.sqrt(2 * variance))


def _variance(values: Sequence[float]) -> float:
    """Of Kendall's score where nothing trends."""
    tied = [len(list(same)) for _, same in itertools.groupby(sorted(values))]
    return (_spread(len(values)) - sum(_spread(n) for n in tied)) / 18


def _spread(n: int) -> int:
    return n * (n - 1) * (2 * n + 5)


def _is_gradual(groups: _Groups, slope: float) -> bool:
    """Whether a line misses the readings by less than any single step up would."""
    line = _misfit(groups, {point.place: slope * point.place for point in _all(groups)})
    last = max(point.place for point in _all(groups))
    return all(line <= _step_misfit(groups, cut) for cut in range(1, last + 1))


def _step_misfit(groups: _Groups, cut: int) -> float:
    across = [
        after.mib - before.mib
        for before, after in _pairs(groups)
        if before.place < cut <= after.place
    ]
    if not across:
        return math.inf
    height = statistics.median(across)
    return _misfit(
        groups, {point.place: height if point.place >= cut else 0.0 for point in _all(groups)}
    )


def _misfit(groups: _Groups, expected: Mapping[int, float]) -> float:
    """Sum of distances, each group at its own level."""
    total = 0.0
    for points in groups.values():
        left = [point.mib - expected[point.place] for point in points]
        level = statistics.median(left)
        total += sum(abs(value - level) for value in left)
    return total


def _all(groups: _Groups) -> Iterator[_Point]:
    return itertools.chain.from_iterable(groups.values())


def _runs_to_limit(points: Sequence[_Point], slope: float, limit_mib: float | None) -> float | None:
    """From the highest peak, which grows with what is held before the run."""
    if limit_mib is None or slope <= 0:
        return None
    heights = [point.reading.peak_mib or point.mib for point in points]
    room_mib = limit_mib - max(heights)
    return room_mib / slope if room_mib > 0 else None
