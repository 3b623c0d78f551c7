"""The cheapest mix of conditions that meets the criteria, and how far it rests on what is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from videogen.analysis.cost import fieller_bounds, summarise_spend
from videogen.analysis.mix import (
    Demand,
    Mix,
    MixLimits,
    MixOption,
    NoMix,
    cheapest_mix,
    cost_by_quality,
    cost_without,
    joins_below,
    saved_by,
)
from videogen.analysis.success import success_bounds
from videogen.domain.decision import Criteria, RunTally
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.money.monthly import hours_of_a_gpu
from videogen.evidence.what_if.asked import Asked, normalised
from videogen.evidence.what_if.contenders import Contender
from videogen.routing import would_serve

QUALITY_STEP = 0.1  # one point of the scale is more than anybody would give up
SUCCESS_STEP = 0.01
QUALITY_STEPS = tuple(2.5 + 0.1 * step for step in range(26))  # 2.5 to 5.0


class LeftOut(StrEnum):
    """Why a condition takes no part; the first that holds."""

    NOT_RUN = "not_run"
    NOT_RATED = "not_rated"
    NO_COST = "no_cost"
    OVER_VRAM = "over_vram"
    SERVES_NOTHING = "serves_nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class BestMix:
    """Of measured conditions alone: a claim meets no criterion."""

    found: Mix | NoMix | None  # None: none of the kinds can be made by what is measured
    careful: Mix | NoMix | None  # every figure at the worse end of its interval; None: one has none
    by_quality: tuple[tuple[float, float | None], ...]  # quality limit -> cheapest US dollars
    # What a limit that gives way saves: one step of quality or success for each video, one more GPU
    # hour a month for all of a month.
    saved_usd: dict[str, float]
    without_usd: dict[str, float | None]  # a condition of the mix -> what it would cost without it
    joins_below_usd: dict[str, float]  # one left out of it -> the price below which it takes part
    left_out: dict[str, LeftOut]
    kinds: tuple[Asked, ...]  # that take part, shares of 1 together; the mix names them by place
    unserved: tuple[Asked, ...]  # that nothing measured and rated makes, as shares of all
    criteria: Criteria

    @property
    def served_share(self) -> float:
        return 1 - sum(one.weight for one in self.unserved)


def best_mix(
    asked: Sequence[Asked],
    among: Sequence[Contender],
    criteria: Criteria,
    assumptions: Assumptions,
) -> BestMix:
    """Of the kinds that something measured makes; the others are named. No rule plays a part."""
    every = normalised(asked)
    left_out = {one.name: why for one in among if (why := _left_out(one, criteria)) is not None}
    able = [one for one in among if one.name not in left_out]
    makes = {one.name: _option(one, every).serves or frozenset() for one in able}
    left_out |= {name: LeftOut.SERVES_NOTHING for name, places in makes.items() if not places}
    reached = frozenset[str]().union(*makes.values())
    served = [one for place, one in enumerate(every) if str(place) in reached]
    best = BestMix(
        found=None,
        careful=None,
        by_quality=(),
        saved_usd={},
        without_usd={},
        joins_below_usd={},
        left_out=left_out,
        kinds=normalised(served) if served else (),
        unserved=tuple(one for one in every if one not in served),
        criteria=criteria,
    )
    taking = [one for one in able if makes[one.name]]
    return _solved(best, taking, assumptions) if served else best


def _solved(best: BestMix, taking: Sequence[Contender], assumptions: Assumptions) -> BestMix:
    demands = [Demand(name=str(place), share=one.weight) for place, one in enumerate(best.kinds)]
    n_videos = assumptions.n_videos_month * best.served_share
    limits = MixLimits(
        quality_min=best.criteria.quality_min,
        success_rate_min=best.criteria.success_rate_min,
        gpu_hours_max=float(hours_of_a_gpu(assumptions)) * assumptions.n_gpus / n_videos,
    )
    options = [_option(one, best.kinds) for one in taking]
    careful = [
        _careful(option, one, best.kinds) for option, one in zip(options, taking, strict=True)
    ]
    found = cheapest_mix(options, demands, limits)
    return replace(
        best,
        found=found,
        careful=_if_all_known(careful, demands, limits),
        by_quality=tuple(cost_by_quality(options, demands, limits, QUALITY_STEPS)),
        saved_usd=_saved_usd(options, demands, limits, found, n_videos),
        without_usd={
            name: cost_without(options, demands, limits, name)
            for name in (found.shares if isinstance(found, Mix) else ())
        },
        joins_below_usd=(
            joins_below(options, demands, limits, found) if isinstance(found, Mix) else {}
        ),
    )


def _saved_usd(
    options: Sequence[MixOption],
    demands: Sequence[Demand],
    limits: MixLimits,
    found: Mix | NoMix,
    n_videos: float,
) -> dict[str, float]:
    if isinstance(found, NoMix):
        return {}
    steps = {
        "quality_min": -QUALITY_STEP,
        "success_rate_min": -SUCCESS_STEP,
        "gpu_hours_max": 1 / n_videos,
    }
    saved = saved_by(options, demands, limits, found, steps)
    return {name: usd * (n_videos if name == "gpu_hours_max" else 1) for name, usd in saved.items()}


def _left_out(one: Contender, criteria: Criteria) -> LeftOut | None:
    measured = one.measured
    if measured is None or not measured.n_succeeded:
        return LeftOut.NOT_RUN
    if measured.quality is None:
        return LeftOut.NOT_RATED
    if one.cost_usd is None or one.gpu_hours is None:
        return LeftOut.NO_COST
    peak_mib = measured.peak_vram_mib_max
    is_over = peak_mib is not None and peak_mib > criteria.peak_vram_mib_max
    return LeftOut.OVER_VRAM if is_over else None


def _serves(
    one: Contender, kinds: Sequence[Asked], *, quality: float, cost_usd: float
) -> frozenset[str]:
    """By the mix's own figures: no claim meets a kind's limit, nor does another hour's price."""
    option = replace(one.option, quality=quality, cost_usd=Decimal(str(cost_usd)))
    return frozenset(
        str(place) for place, kind in enumerate(kinds) if would_serve(kind.request, option)
    )


def _option(one: Contender, kinds: Sequence[Asked]) -> MixOption:
    measured = one.measured
    assert measured is not None
    assert measured.quality is not None
    assert one.cost_usd is not None
    quality = measured.quality.mean
    return MixOption(
        name=one.name,
        cost_usd=one.cost_usd,
        quality=quality,
        success_rate=one.success_rate or 0.0,
        gpu_hours=one.gpu_hours or 0.0,
        serves=_serves(one, kinds, quality=quality, cost_usd=one.cost_usd),
    )


def _careful(option: MixOption, one: Contender, kinds: Sequence[Asked]) -> MixOption | None:
    """Quality and success at their lower bounds, cost and hours at the upper; None: unknown."""
    measured = one.measured
    assert measured is not None
    quality_low = None if measured.quality is None else measured.quality.low
    cost_factor = _cost_factor(measured.tally)
    if quality_low is None or cost_factor is None:
        return None
    success_low, _ = success_bounds(measured.tally.n_first_ok, measured.tally.n_first)
    cost_usd = option.cost_usd * cost_factor
    return replace(
        option,
        quality=quality_low,
        cost_usd=cost_usd,
        success_rate=success_low,
        gpu_hours=option.gpu_hours * cost_factor,  # of which the cost is made
        serves=_serves(one, kinds, quality=quality_low, cost_usd=cost_usd),
    )


def _cost_factor(tally: RunTally) -> float | None:
    """Upper bound over estimate: other assumptions change what an hour costs, not how runs vary."""
    spend = summarise_spend(tally)
    bounds = None if spend is None else fieller_bounds(spend)
    if spend is None or bounds is None or not spend.estimate_usd:
        return None
    return bounds[1] / spend.estimate_usd


def _if_all_known(
    options: Sequence[MixOption | None], demands: Sequence[Demand], limits: MixLimits
) -> Mix | NoMix | None:
    known = [one for one in options if one is not None]
    return cheapest_mix(known, demands, limits) if len(known) == len(options) else None
