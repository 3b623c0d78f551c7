"""A condition as the router sees it: from what is measured here, or from what others say."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from videogen.analysis.quality import N_PROMPTS_MIN, N_RATERS_MIN
from videogen.domain.condition import Condition, Location
from videogen.domain.decision import CriterionVerdict
from videogen.domain.money import Price, PriceUnit
from videogen.evidence.claims import Claim, claims_of
from videogen.evidence.measured import MeasuredCondition, MeasuredQuality
from videogen.pricing import LOCAL_GPU, local_cost, price_for, worst_case_cost
from videogen.routing import OwnMeasurement, RouteOption, RoutingRules

ENOUGH_RUNS = 10  # fewer say too little of the slow end, and of what failures cost


def route_option(
    condition: Condition,
    rules: RoutingRules,
    *,
    cost_usd: Decimal | None,
    wall_time_s: float | None,
    quality: float | None = None,
    measured: OwnMeasurement | None = None,
    queue_s: float | None = 0.0,
    cap_left_usd: Decimal | None = None,
    is_available: bool | None = None,
    why_not: str | None = None,
) -> RouteOption:
    """`wall_time_s` is the slow end; without a measured quality the brief's claim stands in."""
    claimed = rules.claimed_quality(condition.name)
    return RouteOption(
        name=condition.name,
        purposes=frozenset({condition.purpose}),
        required_inputs=condition.required_inputs,
        optional_inputs=frozenset(s.name for s in condition.inputs if not s.is_required),
        height_px=condition.height_px,
        duration_s=condition.clip_duration_s,
        location=condition.location,
        cost_usd=cost_usd,
        wall_time_s=wall_time_s,
        quality=claimed if quality is None else quality,
        queue_s=queue_s,
        cap_left_usd=cap_left_usd,
        is_available=is_available,
        why_not=why_not,
        is_quality_claimed=quality is None and claimed is not None,
        measured=measured,
    )


def option_of(
    condition: Condition,
    rules: RoutingRules,
    claims: Sequence[Claim],
    prices: Sequence[Price],
    *,
    on: date,
    measured: MeasuredCondition | None,
    queue_s: float | None = 0.0,
    cap_left_usd: Decimal | None = None,
    is_available: bool | None = None,
    why_not: str | None = None,
) -> RouteOption:
    """What is measured here often enough takes the place of what others say, and of several figures
    the slowest and the dearest: they are of other cards and other settings, and a limit should not
    be passed on the kindest one.
    """
    claimed_s = _most(claims_of(claims, condition.name).get("wall_time_s", ()))
    cost_usd = _dearest(condition, rules, claims, _priced(condition, claimed_s, prices, on))
    wall_time_s = claimed_s
    own = _own(measured)
    if measured is not None and own is not None:
        cost_usd = _own_cost(condition, own, measured, cost_usd)
        wall_time_s = measured.wall_time_s_p95 if own.is_time else claimed_s
    is_rated = measured is not None and own is not None and own.is_rated
    return route_option(
        condition,
        rules,
        cost_usd=cost_usd,
        wall_time_s=wall_time_s,
        quality=measured.quality.mean if is_rated and measured and measured.quality else None,
        measured=own,
        queue_s=queue_s,
        cap_left_usd=cap_left_usd,
        is_available=is_available,
        why_not=why_not,
    )


def typical_s(
    condition: Condition, claims: Sequence[Claim], measured: MeasuredCondition | None
) -> float | None:
    """How long one run takes in the middle of the field; None: nobody knows."""
    if measured is not None and measured.n_timed >= ENOUGH_RUNS:
        return measured.wall_time_s_median
    return _most(claims_of(claims, condition.name).get("wall_time_s", ()))


def _own(measured: MeasuredCondition | None) -> OwnMeasurement | None:
    """None where nothing of it was measured often enough."""
    if measured is None:
        return None
    quality = measured.quality if _is_rated_enough(measured.quality) else None
    own = OwnMeasurement(
        n_runs=measured.n_runs,
        is_cost=measured.cost_usd_mean is not None and measured.n_succeeded >= ENOUGH_RUNS,
        is_time=measured.wall_time_s_p95 is not None and measured.n_timed >= ENOUGH_RUNS,
        n_raters=0 if quality is None else quality.n_raters,
        n_ratings=0 if quality is None else quality.n_ratings,
        quality_low=None if quality is None else quality.low,
        n_failed=measured.n_runs - measured.n_succeeded,
        is_failing=measured.success is CriterionVerdict.FAIL,
    )
    is_enough = own.is_cost or own.is_time or own.is_rated or own.is_failing
    return own if is_enough else None


def _is_rated_enough(quality: MeasuredQuality | None) -> bool:
    """As many raters and prompts as a verdict needs."""
    return (
        quality is not None
        and quality.low is not None
        and quality.n_raters >= N_RATERS_MIN
        and quality.n_prompts >= N_PROMPTS_MIN
    )


def _own_cost(
    condition: Condition,
    own: OwnMeasurement,
    measured: MeasuredCondition,
    listed_usd: Decimal | None,
) -> Decimal | None:
    """Of a vendor's clip at least the list price, which one more call is held for."""
    if not own.is_cost:
        return listed_usd
    mean_usd = Decimal(str(round(measured.cost_usd_mean or 0.0, 6)))
    if condition.location is Location.CLOUD and listed_usd is not None:
        return max(listed_usd, mean_usd)
    return mean_usd


def _priced(
    condition: Condition, wall_time_s: float | None, prices: Sequence[Price], on: date
) -> Decimal | None:
    """A vendor's price; of the own machine what its time costs."""
    if condition.location is Location.CLOUD:
        return worst_case_cost(condition, prices, on=on)
    price = price_for(prices, LOCAL_GPU, PriceUnit.GPU_HOUR, None, on)
    if wall_time_s is None or price is None:
        return None
    return local_cost(wall_time_s, price)


def _dearest(
    condition: Condition,
    rules: RoutingRules,
    claims: Sequence[Claim],
    priced_usd: Decimal | None,
) -> Decimal | None:
    """Of the own machine what is said may be more; a vendor's price is no claim."""
    if condition.location is Location.CLOUD:
        return priced_usd
    names = (condition.name, rules.same_model.get(condition.name))
    said = [priced_usd, *(_said_cost(claims, name) for name in names if name)]
    return max((one for one in said if one is not None), default=None)


def _said_cost(claims: Sequence[Claim], name: str) -> Decimal | None:
    """Of one clip; where only a month's is said, that by the clips that it is said of."""
    known = claims_of(claims, name)
    each_usd = _most(known.get("cost_usd", ()))
    month_usd = _most(known.get("cost_usd_month_1000", ()))
    if each_usd is None and month_usd is not None:
        each_usd = month_usd / 1000
    return None if each_usd is None else Decimal(str(each_usd))


def _most(claims: Sequence[Claim]) -> float | None:
    return max((claim.high for claim in claims if claim.high is not None), default=None)
