"""A condition as the router sees it: from what is measured here, or from what others say."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from videogen.domain.condition import Condition, Location, Purpose
from videogen.domain.money import Price, PriceUnit
from videogen.evidence.claims import Claim, claims_of
from videogen.pricing import LOCAL_GPU, local_cost, price_for, worst_case_cost
from videogen.routing import RouteOption, RoutingRules

TEXT_TO_VIDEO = frozenset({Purpose.T2V})


def route_option(
    condition: Condition,
    rules: RoutingRules,
    *,
    cost_usd: Decimal | None,
    wall_time_s: float | None,
    quality: float | None = None,
    purposes: frozenset[Purpose] = TEXT_TO_VIDEO,
    is_available: bool | None = None,
    why_not: str | None = None,
) -> RouteOption:
    """`wall_time_s` is the slow end; without a measured quality the brief's claim stands in."""
    claimed = rules.quality_claimed.get(condition.name)
    return RouteOption(
        name=condition.name,
        purposes=purposes,
        height_px=condition.height_px,
        duration_s=condition.clip_duration_s,
        location=condition.location,
        cost_usd=cost_usd,
        wall_time_s=wall_time_s,
        quality=claimed if quality is None else quality,
        is_available=is_available,
        why_not=why_not,
        is_quality_claimed=quality is None and claimed is not None,
    )


def option_from_claims(
    condition: Condition,
    rules: RoutingRules,
    claims: Sequence[Claim],
    prices: Sequence[Price],
    *,
    on: date,
    is_available: bool | None = None,
    why_not: str | None = None,
) -> RouteOption:
    """Where nothing is measured: of several figures the slowest and the dearest.

    They are of other cards and other settings; a limit should not be passed on the kindest one.
    """
    known = claims_of(claims, condition.name)
    wall_time_s = _most(known.get("wall_time_s", ()))
    return route_option(
        condition,
        rules,
        cost_usd=_cost(condition, wall_time_s, known.get("cost_usd", ()), prices, on),
        wall_time_s=wall_time_s,
        is_available=is_available,
        why_not=why_not,
    )


def _cost(
    condition: Condition,
    wall_time_s: float | None,
    claimed: Sequence[Claim],
    prices: Sequence[Price],
    on: date,
) -> Decimal | None:
    if condition.location is Location.CLOUD:
        return worst_case_cost(condition, prices, on=on)
    price = price_for(prices, LOCAL_GPU, PriceUnit.GPU_HOUR, None, on)
    if wall_time_s is not None and price is not None:
        return local_cost(wall_time_s, price)
    most = _most(claimed)
    return None if most is None else Decimal(str(most))


def _most(claims: Sequence[Claim]) -> float | None:
    return max((claim.high for claim in claims if claim.high is not None), default=None)
