"""The cheapest shares of several conditions that together meet the criteria: a linear programme.

A mix is judged by its means: a share of one condition below a limit may stand beside one above it.
Solved by HiGHS through scipy; https://docs.scipy.org/doc/scipy/reference/optimize.linprog-highs.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_SHARE = 1e-6  # smaller ones are the solver's rounding
LEAST_USD = 1e-7
MOST_STEPS = 20  # each comes far nearer; two or three are usual
LIMITS = ("quality_min", "success_rate_min", "gpu_hours_max")


@dataclass(frozen=True, slots=True, kw_only=True)
class MixOption:
    """One condition; everything per video that is delivered, so its retries are in it."""

    name: str
    cost_usd: float
    quality: float  # MOS, 1 to 5
    success_rate: float
    gpu_hours: float = 0.0  # of the own machine
    serves: frozenset[str] | None = None  # names of demands; None: all


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A kind of video and its share of all; the shares of all demands are 1 together."""

    name: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MixLimits:
    """What the whole mix must keep; None: no such limit."""

    quality_min: float | None = None
    success_rate_min: float | None = None
    gpu_hours_max: float | None = None  # of the own machines, per video


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    shares: Mapping[str, float]  # option -> share of all videos, those above zero
    by_demand: Mapping[str, Mapping[str, float]]  # demand -> option -> share of that demand
    cost_usd: float  # these four per video
    quality: float
    success_rate: float
    gpu_hours: float
    # What one unit less of a limit that binds would save per video at the most: a point of quality,
    # a whole of the success rate; of the GPU hours, what one more of them would save.
    saved_per_unit: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoMix:
    """Nothing meets all limits.

    `unmet`: limits each of which would be enough to give up; where none is, those that nothing
    meets even alone. `unserved`: demands that no option can make at all.
    """

    unmet: tuple[str, ...]
    unserved: tuple[str, ...] = ()


def cheapest_mix(
    options: Sequence[MixOption], demands: Sequence[Demand], limits: MixLimits
) -> Mix | NoMix:
    """Raises: ValueError: no demand, or shares that are not 1 together."""
    if abs(sum(demand.share for demand in demands) - 1) > LEAST_SHARE:
        raise ValueError("the demands' shares must be 1 together")
    unserved = tuple(d.name for d in demands if d.share > 0 and not _able(options, d))
    if unserved:
        return NoMix(unmet=(), unserved=unserved)
    found = _solved(options, demands, limits)
    return found or NoMix(unmet=_unmet(options, demands, limits))


def cost_without(
    options: Sequence[MixOption], demands: Sequence[Demand], limits: MixLimits, name: str
) -> float | None:
    """Per video, when this option may not take part; None: then nothing meets the limits."""
    found = cheapest_mix([one for one in options if one.name != name], demands, limits)
    return found.cost_usd if isinstance(found, Mix) else None


def saved_by(
    options: Sequence[MixOption],
    demands: Sequence[Demand],
    limits: MixLimits,
    found: Mix,
    steps: Mapping[str, float],
) -> dict[str, float]:
    """Per video, by each limit that binds, when it alone gives way by its step.

    Solved anew: a shadow price holds only until something else binds.
    """
    saved = {}
    for name in found.saved_per_unit:
        changed = replace(limits, **{name: getattr(limits, name) + steps[name]})
        eased = cheapest_mix(options, demands, changed)
        saved[name] = found.cost_usd - eased.cost_usd if isinstance(eased, Mix) else 0.0
    return {name: usd for name, usd in saved.items() if usd > LEAST_SHARE}


def joins_below(
    options: Sequence[MixOption], demands: Sequence[Demand], limits: MixLimits, found: Mix
) -> dict[str, float]:
    """By option left out: the price below which it takes part; without those that never would.

    Not the solver's reduced costs: those are not the only ones where a share is 0 at a limit.
    """
    prices = {
        one.name: _joining_price(options, demands, limits, found, one)
        for one in options
        if one.name not in found.shares
    }
    return {name: usd for name, usd in prices.items() if usd > 0}


def _joining_price(
    options: Sequence[MixOption],
    demands: Sequence[Demand],
    limits: MixLimits,
    found: Mix,
    one: MixOption,
) -> float:
    """What its share may cost so that the mix costs as much as it does (Dinkelbach's method)."""
    price_usd = 0.0
    for _ in range(MOST_STEPS):
        there = [replace(o, cost_usd=price_usd) if o is one else o for o in options]
        with_it = cheapest_mix(there, demands, limits)
        assert isinstance(with_it, Mix), "a price changes nothing of what can be met"
        share = with_it.shares.get(one.name, 0.0)
        if not share or with_it.cost_usd > found.cost_usd - LEAST_USD:
            break
        price_usd += (found.cost_usd - with_it.cost_usd) / share
    return price_usd


def cost_by_quality(
    options: Sequence[MixOption],
    demands: Sequence[Demand],
    limits: MixLimits,
    quality_mins: Sequence[float],
) -> list[tuple[float, float | None]]:
    """(quality limit, cheapest cost per video); None where nothing reaches that limit."""
    found = [
        (limit, cheapest_mix(options, demands, replace(limits, quality_min=limit)))
        for limit in quality_mins
    ]
    return [(limit, one.cost_usd if isinstance(one, Mix) else None) for limit, one in found]


def _able(options: Sequence[MixOption], demand: Demand) -> list[MixOption]:
    return [one for one in options if one.serves is None or demand.name in one.serves]


def _unmet(
    options: Sequence[MixOption], demands: Sequence[Demand], limits: MixLimits
) -> tuple[str, ...]:
    """Each of which may give way alone; else those that nothing meets; else all that are set."""
    stated = [name for name in LIMITS if getattr(limits, name) is not None]

    def is_met(**changes: float | None) -> bool:
        return _solved(options, demands, replace(limits, **changes)) is not None

    none = dict.fromkeys(LIMITS)
    enough = [name for name in stated if is_met(**{name: None})]
    hopeless = [name for name in stated if not is_met(**{**none, name: getattr(limits, name)})]
    return tuple(enough or hopeless or stated)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One limit as the solver has it: coefficients . shares <= bound."""

    name: str
    coefficients: "NDArray[np.float64]"
    bound: float


def _solved(
    options: Sequence[MixOption], demands: Sequence[Demand], limits: MixLimits
) -> Mix | None:
    import numpy as np
    from scipy.optimize import linprog

    # One variable for each option that can make a demand: its share of all videos.
    pairs = [(demand, one) for demand in demands for one in _able(options, demand)]
    if not pairs:
        return None
    rows = _rows(pairs, limits)
    answer = linprog(
        c=np.array([one.cost_usd for _, one in pairs]),
        A_ub=np.array([row.coefficients for row in rows]) if rows else None,
        b_ub=np.array([row.bound for row in rows]) if rows else None,
        A_eq=np.array([[float(of is demand) for of, _ in pairs] for demand in demands]),
        b_eq=np.array([demand.share for demand in demands]),
        bounds=(0, None),
        method="highs",
    )
    if not answer.success or answer.x is None:
        return None
    prices: list[float] = list(answer.ineqlin.marginals) if rows else []
    saved = {row.name: -float(price) for row, price in zip(rows, prices, strict=True)}
    return _mix(pairs, answer.x, saved)


def _rows(pairs: Sequence[tuple[Demand, MixOption]], limits: MixLimits) -> list[_Row]:
    import numpy as np

    stated = (
        ("quality_min", -1.0, limits.quality_min, [one.quality for _, one in pairs]),
        ("success_rate_min", -1.0, limits.success_rate_min, [o.success_rate for _, o in pairs]),
        ("gpu_hours_max", 1.0, limits.gpu_hours_max, [one.gpu_hours for _, one in pairs]),
    )
    return [
        _Row(name=name, coefficients=sign * np.array(values), bound=sign * bound)
        for name, sign, bound, values in stated
        if bound is not None
    ]


def _mix(
    pairs: Sequence[tuple[Demand, MixOption]],
    shares: "NDArray[np.float64]",
    saved: Mapping[str, float],
) -> Mix:
    taken = [
        (demand, one, float(share))
        for (demand, one), share in zip(pairs, shares, strict=True)
        if share > LEAST_SHARE
    ]
    totals: dict[str, float] = {}
    by_demand: dict[str, dict[str, float]] = {}
    for demand, one, share in taken:
        totals[one.name] = totals.get(one.name, 0.0) + share
        by_demand.setdefault(demand.name, {})[one.name] = share / demand.share
    return Mix(
        shares=totals,
        by_demand=by_demand,
        cost_usd=sum(share * one.cost_usd for _, one, share in taken),
        quality=sum(share * one.quality for _, one, share in taken),
        success_rate=sum(share * one.success_rate for _, one, share in taken),
        gpu_hours=sum(share * one.gpu_hours for _, one, share in taken),
        saved_per_unit={name: usd for name, usd in saved.items() if usd > LEAST_SHARE},
    )
