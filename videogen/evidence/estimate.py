"""What one warm run will probably take, and how each figure is known."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

from videogen import store
from videogen.domain.condition import BackendKind, Condition, Location
from videogen.domain.money import Price, PriceUnit
from videogen.domain.run import Origin, Run
from videogen.evidence.claims import Claim, claims_of
from videogen.pricing import LOCAL_GPU, local_cost, price_for, worst_case_cost
from videogen.store import Database

RECENT_RUNS = 50  # older ones may have been made with other versions of the server
LEAST_RUNS = 3  # fewer say nothing about the spread


class EstimateSource(StrEnum):
    """Strongest first; a figure made of two is as good as the weaker."""

    MEASURED = "measured"
    MEMBERS = "members"  # the range of the conditions that a routed one may be sent to
    PRICE_LIST = "price_list"
    PUBLISHED = "published"
    CLAIMED = "claimed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Seconds, MiB and USD as ranges; None where nobody knows. Each figure has its own source."""

    wall_time_low_s: float | None  # of a warm run
    wall_time_high_s: float | None
    cost_usd: Decimal | None  # of one run; of a routed one the dearest that it may become
    peak_vram_low_mib: float | None
    peak_vram_high_mib: float | None
    source: EstimateSource  # of the time, else of the VRAM
    n_runs: int = 0  # measured ones behind `source`
    cost_low_usd: Decimal | None = None
    cost_high_usd: Decimal | None = None
    cost_source: EstimateSource = EstimateSource.UNKNOWN
    cost_n_runs: int = 0
    vram_source: EstimateSource = EstimateSource.UNKNOWN
    vram_n_runs: int = 0
    vram_is_lower_bound: bool = False  # no reading is whole: it takes at least the low figure
    time_includes_cold: bool = False  # too few warm runs to keep them apart
    cold_start_s: float | None = None  # what loading the model adds; None: not measured


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    """One figure on its way into an Estimate."""

    low: float
    high: float | None
    source: EstimateSource
    n_runs: int = 0
    is_mixed: bool = False  # cold with warm


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cost:
    middle_usd: Decimal
    low_usd: Decimal
    high_usd: Decimal
    source: EstimateSource
    n_runs: int = 0


def estimate(
    database: Database,
    condition: Condition,
    origin: Origin,
    claims: Sequence[Claim],
    prices: Sequence[Price],
    *,
    members: Sequence[Condition] = (),
) -> Estimate:
    """From this condition's own history, else from published figures, else from claims.

    Args: members: of a routed condition, whose range stands in while it has no history.
    """
    history = store.run_history(database, condition.condition_id, origin, limit=RECENT_RUNS)
    of_members = [estimate(database, one, origin, claims, prices) for one in members]
    known = claims_of(claims, condition.name)
    time = (
        _measured_time(history, condition)
        or _time_of_members(of_members)
        or _claimed(known.get("wall_time_s", ()), condition)
    )
    vram = (
        _measured_vram(history)
        or _vram_of_members(members, of_members)
        or _claimed(known.get("peak_vram_mib", ()), condition)
        or _least_vram(history)
    )
    cost = (
        _measured_cost(history)
        or _cost_of_members(of_members)
        or _listed_cost(condition, time, prices)
        or _claimed_cost(known.get("cost_usd", ()), condition)
    )
    return _assembled(time, vram, cost, _cold_start_s(history, condition))


def _assembled(
    time: _Range | None, vram: _Range | None, cost: _Cost | None, cold_start_s: float | None
) -> Estimate:
    leading = time or vram
    return Estimate(
        wall_time_low_s=time.low if time else None,
        wall_time_high_s=time.high if time else None,
        cost_usd=cost.middle_usd if cost else None,
        peak_vram_low_mib=vram.low if vram else None,
        peak_vram_high_mib=vram.high if vram else None,
        source=leading.source if leading else EstimateSource.UNKNOWN,
        n_runs=leading.n_runs if leading else 0,
        cost_low_usd=cost.low_usd if cost else None,
        cost_high_usd=cost.high_usd if cost else None,
        cost_source=cost.source if cost else EstimateSource.UNKNOWN,
        cost_n_runs=cost.n_runs if cost else 0,
        vram_source=vram.source if vram else EstimateSource.UNKNOWN,
        vram_n_runs=vram.n_runs if vram else 0,
        vram_is_lower_bound=vram is not None and vram.high is None and vram.n_runs > 0,
        time_includes_cold=time is not None and time.is_mixed,
        cold_start_s=cold_start_s,
    )


def _measured_time(history: Sequence[Run], condition: Condition) -> _Range | None:
    """Without a time a run was picked up in its middle; its rest is no measure of the whole."""
    timed = [run for run in history if run.wall_time_s is not None]
    warm = [run for run in timed if _is_warm(run, condition)]
    used = warm if len(warm) >= LEAST_RUNS else timed
    if len(used) < LEAST_RUNS:
        return None
    times = _seconds(used)
    return _Range(
        low=_share(times, 0.1),
        high=_share(times, 0.9),
        source=EstimateSource.MEASURED,
        n_runs=len(used),
        is_mixed=used is not warm,
    )


def _is_warm(run: Run, condition: Condition) -> bool:
    """A vendor's model is always loaded; of the own machine only a known warm run counts."""
    if condition.backend is BackendKind.COMFY:
        return run.is_cold is False
    return run.is_cold is not True


def _cold_start_s(history: Sequence[Run], condition: Condition) -> float | None:
    warm = _seconds([run for run in history if _is_warm(run, condition)])
    cold = _seconds([run for run in history if run.is_cold])
    if not cold or len(warm) < LEAST_RUNS:
        return None
    return max(0.0, statistics.median(cold) - statistics.median(warm))


def _measured_vram(history: Sequence[Run]) -> _Range | None:
    """Of whole readings only: one that began in the middle may have missed the peak."""
    peaks = sorted(
        run.peak_vram_mib
        for run in history
        if run.peak_vram_mib is not None and run.peak_is_lower_bound is not True
    )
    if len(peaks) < LEAST_RUNS:
        return None
    return _Range(
        low=_share(peaks, 0.1),
        high=peaks[-1],
        source=EstimateSource.MEASURED,
        n_runs=len(peaks),
    )


def _least_vram(history: Sequence[Run]) -> _Range | None:
    """The highest of readings that are lower bounds is one too."""
    peaks = [run.peak_vram_mib for run in history if run.peak_vram_mib is not None]
    if not peaks:
        return None
    return _Range(low=max(peaks), high=None, source=EstimateSource.MEASURED, n_runs=len(peaks))


def _measured_cost(history: Sequence[Run]) -> _Cost | None:
    costs = sorted(run.cost_usd for run in history if run.cost_usd is not None)
    if len(costs) < LEAST_RUNS:
        return None
    return _Cost(
        middle_usd=statistics.mean(costs),
        low_usd=costs[0],
        high_usd=costs[-1],
        source=EstimateSource.MEASURED,
        n_runs=len(costs),
    )


def _time_of_members(known: Sequence[Estimate]) -> _Range | None:
    return _widest([(one.wall_time_low_s, one.wall_time_high_s) for one in known])


def _vram_of_members(members: Sequence[Condition], known: Sequence[Estimate]) -> _Range | None:
    """Only what runs on the own GPU takes any of it."""
    return _widest(
        [
            (one.peak_vram_low_mib, one.peak_vram_high_mib)
            for member, one in zip(members, known, strict=True)
            if member.location is Location.LOCAL
        ]
    )


def _widest(ranges: Sequence[tuple[float | None, float | None]]) -> _Range | None:
    """None as soon as one is unknown: it may be the widest."""
    known = [(low, high) for low, high in ranges if low is not None and high is not None]
    if not known or len(known) < len(ranges):
        return None
    return _Range(
        low=min(low for low, _ in known),
        high=max(high for _, high in known),
        source=EstimateSource.MEMBERS,
    )


def _cost_of_members(known: Sequence[Estimate]) -> _Cost | None:
    lows = [one.cost_low_usd for one in known if one.cost_low_usd is not None]
    highs = [one.cost_high_usd for one in known if one.cost_high_usd is not None]
    if not highs or len(highs) < len(known):
        return None
    return _Cost(
        middle_usd=max(highs),
        low_usd=min(lows),
        high_usd=max(highs),
        source=EstimateSource.MEMBERS,
    )


def _claimed(claims: Sequence[Claim], condition: Condition) -> _Range | None:
    """Like with like: published figures of the same clips, else claimed ones, else published ones
    that do not say of which clips; of several the whole range, since they are of several cards.
    One that was left open is as good as its end.
    """
    best = _of_like_clips(claims, condition)
    lows = [one.high if one.low is None else one.low for one in best]
    highs = [one.low if one.high is None else one.high for one in best]
    known_lows = [low for low in lows if low is not None]
    known_highs = [high for high in highs if high is not None]
    if not known_lows or not known_highs:
        return None
    return _Range(low=min(known_lows), high=max(known_highs), source=EstimateSource(best[0].kind))


def _of_like_clips(claims: Sequence[Claim], condition: Condition) -> list[Claim]:
    usable = [
        one for one in claims if one.is_of_clips_like(condition) or not one.says_of_which_clips
    ]
    published = [one for one in usable if one.kind == EstimateSource.PUBLISHED]
    like = [one for one in published if one.says_of_which_clips]
    claimed = [one for one in usable if one.kind != EstimateSource.PUBLISHED]
    return like or claimed or published


def _claimed_cost(claims: Sequence[Claim], condition: Condition) -> _Cost | None:
    known = _claimed(claims, condition)
    if known is None or known.high is None:
        return None
    low_usd, high_usd = Decimal(str(known.low)), Decimal(str(known.high))
    return _Cost(middle_usd=high_usd, low_usd=low_usd, high_usd=high_usd, source=known.source)


def _listed_cost(
    condition: Condition, time: _Range | None, prices: Sequence[Price]
) -> _Cost | None:
    on = datetime.now(UTC).date()
    if condition.backend is BackendKind.ROUTED:
        return None  # it has no price of its own: its members have
    if condition.location is Location.LOCAL:
        return _machine_cost(time, prices, on)
    cost_usd = worst_case_cost(condition, prices, on=on)
    if cost_usd is None:
        return None
    return _Cost(
        middle_usd=cost_usd,
        low_usd=cost_usd,
        high_usd=cost_usd,
        source=EstimateSource.PRICE_LIST,
    )


def _machine_cost(time: _Range | None, prices: Sequence[Price], on: date) -> _Cost | None:
    price = price_for(prices, LOCAL_GPU, PriceUnit.GPU_HOUR, None, on)
    if price is None or time is None or time.high is None:
        return None
    high_usd = local_cost(time.high, price)
    return _Cost(
        middle_usd=high_usd,
        low_usd=local_cost(time.low, price),
        high_usd=high_usd,
        source=_weaker(time.source, _PRICE_SOURCES[price.kind]),
        n_runs=time.n_runs,
    )


_PRICE_SOURCES = {
    "own": EstimateSource.MEASURED,
    "published": EstimateSource.PUBLISHED,
    "claimed": EstimateSource.CLAIMED,
}


def _weaker(one: EstimateSource, other: EstimateSource) -> EstimateSource:
    return max(one, other, key=list(EstimateSource).index)


def _seconds(runs: Sequence[Run]) -> list[float]:
    return sorted(run.wall_time_s for run in runs if run.wall_time_s is not None)


def _share(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank quantile of what was measured."""
    return ordered[round(share * (len(ordered) - 1))]
