"""What a clip of each condition takes, under one person's assumptions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from videogen.domain.condition import BackendKind, Condition, Location
from videogen.domain.money import Price
from videogen.domain.run import Origin
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.gpu_hours import gpu_hour
from videogen.evidence.measured import Key, MeasuredCondition
from videogen.routing import RouteOption

SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One condition as the rules see it, and what a delivered clip of it takes; None is unknown."""

    condition: Condition
    option: RouteOption
    measured: MeasuredCondition | None  # None: no run of it has ended
    cost_usd: float | None
    gpu_hours: float | None  # of the own machine; 0 in the cloud
    wall_time_s: float | None

    @property
    def name(self) -> str:
        return self.condition.name

    @property
    def success_rate(self) -> float | None:
        """Of first-time runs, as the decision counts it."""
        tally = None if self.measured is None else self.measured.tally
        return tally.n_first_ok / tally.n_first if tally is not None and tally.n_first else None

    @property
    def quality(self) -> float | None:
        """As the rules take it: measured here, else what is claimed of it."""
        return self.option.quality


def contenders(
    options: Sequence[tuple[Condition, RouteOption]],
    measured: Mapping[Key, MeasuredCondition],
    *,
    origin: Origin,
    assumptions: Assumptions,
    prices: Sequence[Price],
    on: date,
) -> tuple[Contender, ...]:
    """Those that make clips themselves, in the order given."""
    hour = gpu_hour(assumptions, prices, on).usd
    return tuple(
        _contender(condition, option, measured.get((condition.condition_id, origin)), hour)
        for condition, option in options
        if condition.backend is not BackendKind.ROUTED
    )


def _contender(
    condition: Condition,
    option: RouteOption,
    measured: MeasuredCondition | None,
    hour_usd: Decimal | None,
) -> Contender:
    hours = _gpu_hours(condition, option, measured)
    return Contender(
        condition=condition,
        option=option,
        measured=measured,
        cost_usd=_cost_usd(condition, option, measured, hours, hour_usd),
        gpu_hours=hours,
        wall_time_s=_wall_time_s(option, measured),
    )


def _gpu_hours(
    condition: Condition, option: RouteOption, measured: MeasuredCondition | None
) -> float | None:
    """Failures and retries are in it: their hours are gone as well."""
    if condition.location is Location.CLOUD:
        return 0.0
    if measured is not None and measured.n_succeeded and measured.tally.n_timed:
        return measured.tally.wall_time_s_total / measured.n_succeeded / SECONDS_PER_HOUR
    return None if option.wall_time_s is None else option.wall_time_s / SECONDS_PER_HOUR


def _cost_usd(
    condition: Condition,
    option: RouteOption,
    measured: MeasuredCondition | None,
    hours: float | None,
    hour_usd: Decimal | None,
) -> float | None:
    if condition.location is Location.LOCAL and hours is not None and hour_usd is not None:
        return hours * float(hour_usd)
    if measured is not None and measured.cost_usd_mean is not None:
        return measured.cost_usd_mean
    return None if option.cost_usd is None else float(option.cost_usd)


def _wall_time_s(option: RouteOption, measured: MeasuredCondition | None) -> float | None:
    if measured is not None and measured.wall_time_s_median is not None:
        return measured.wall_time_s_median
    return option.wall_time_s
