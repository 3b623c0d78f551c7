"""Decisions of the router in a second of one core, beside a bare loop over the same limits."""

import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

from bench.measurement import Measurement
from videogen.domain.condition import Location, Purpose
from videogen.routing import (
    OwnMeasurement,
    RouteOption,
    RouteRequest,
    active_rules,
    route,
)

DATA = Path(__file__).resolve().parents[1] / "data"
N_OPTIONS = 20
N_DECISIONS = 1_000
N_ROUNDS = 5
LIMIT = 30.0  # bare loops a decision; they sort nothing, say nothing and keep no quality
REQUESTS = (
    RouteRequest(),
    RouteRequest(max_cost_usd=Decimal("0.50")),
    RouteRequest(min_height_px=720, max_wall_time_s=600),
    RouteRequest(quality_min=4.5, motion="high", duration_s=5),
)


def route_decisions_per_s() -> Measurement:
    """The ratio is of times: how many bare loops one decision takes."""
    rules, options = active_rules(DATA), _options()
    ours_s = _fastest(lambda request: route(request, options, rules))
    bare_s = _fastest(lambda request: _bare(request, options))
    return Measurement(value=1 / ours_s, baseline=1 / bare_s, ratio=ours_s / bare_s, limit=LIMIT)


def _options() -> list[RouteOption]:
    """Names that the rules know, some measured, prices and times apart."""
    rules = active_rules(DATA)
    names = list(dict.fromkeys(name for rule in reversed(rules.rule) for name in rule.prefer))
    own = OwnMeasurement(
        n_runs=40, is_cost=True, is_time=True, n_raters=6, n_ratings=240, quality_low=3.0
    )
    return [
        RouteOption(
            name=name,
            purposes=frozenset({Purpose.T2V}),
            height_px=480 if place % 2 else 720,
            duration_s=5.0 + place % 3,
            location=Location.LOCAL if place % 3 else Location.CLOUD,
            cost_usd=Decimal(place + 1) / 20,
            wall_time_s=60.0 * (place + 1),
            quality=3.0 + place % 5 / 2.5,
            is_available=True,
            measured=own if place % 4 == 0 else None,
        )
        for place, name in enumerate(names[:N_OPTIONS])
    ]


def _bare(request: RouteRequest, options: Sequence[RouteOption]) -> str | None:
    """The first that keeps every stated limit."""
    chosen = None
    for one in options:
        if (
            request.purpose in one.purposes
            and _keeps(one.cost_usd, request.max_cost_usd)
            and _keeps(one.wall_time_s, request.max_wall_time_s)
            and _keeps(request.min_height_px, one.height_px)
            and _keeps(request.duration_s, one.duration_s)
            and _keeps(request.quality_min, one.quality)
            and chosen is None
        ):
            chosen = one.name
    return chosen


def _keeps(low: float | Decimal | None, high: float | Decimal | None) -> bool:
    return low is None or high is None or low <= high


def _fastest(decide: Callable[[RouteRequest], object]) -> float:
    """Seconds for one decision."""
    taken = []
    for _ in range(N_ROUNDS):
        began = time.process_time()
        for n in range(N_DECISIONS):
            decide(REQUESTS[n % len(REQUESTS)])
        taken.append((time.process_time() - began) / N_DECISIONS)
    return min(taken)
