"""What each condition costs per video and per month, and whether the machines are there."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

from videogen.domain.condition import BackendKind, Condition, Location
from videogen.domain.decision import ConditionEvidence, CriterionName, CriterionResult
from videogen.evidence.assumptions import MachineBasis
from videogen.evidence.case import Case
from videogen.evidence.gpu_hours import GpuHour, gpu_hour, machine_month_usd
from videogen.evidence.money.monthly import MonthlyLine, gpus_for, hours_of_a_gpu
from videogen.evidence.verdict import Sentence

SECONDS_PER_HOUR = 3600


class CostBasis(StrEnum):
    """Which money the measured clips and hours are counted in."""

    CLAIMED_RATE = "claimed_rate"  # measured hours at the brief's implied rate
    OWN_FIGURES = "own_figures"  # measured hours at what the operator entered
    LIST_PRICE = "list_price"  # as a vendor's list bills it


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionCost:
    """One condition under a case's assumptions; money in US dollars, None is unknown.

    Per video is everything spent, failures, retries and cold starts included, over the clips that
    succeeded. `low_usd` and `high_usd` are the decision's 90 % interval, stretched by the same
    factor as the estimate: other prices change what an hour costs, not how much runs differ.
    """

    condition: str
    condition_id: str
    location: Location
    basis: CostBasis
    rate: GpuHour | None  # None in the cloud
    n_runs: int  # ended ones
    n_succeeded: int
    per_video_usd: Decimal | None
    low_usd: Decimal | None
    high_usd: Decimal | None
    as_costed_usd: Decimal | None  # with the prices that the runs keep
    machine_usd: Decimal | None  # of per_video_usd: hours of the own machine
    energy_usd: Decimal | None  # of per_video_usd: electricity, where it is counted apart
    per_clip_second_usd: Decimal | None
    month_usd: Decimal | None
    gpu_hours_month: Decimal | None  # None in the cloud
    hours_per_gpu: Decimal  # of a month, as planned
    gpus_needed: int | None
    gpus_missing: int | None
    is_lower_bound: bool  # the time of some runs is unknown
    capacity: Sentence | None  # where machines are missing: said before any price
    line: MonthlyLine | None

    @property
    def has_capacity(self) -> bool:
        """The cloud has; unknown is not enough."""
        return self.location is Location.CLOUD or self.gpus_missing == 0

    @property
    def capacity_share(self) -> Decimal | None:
        """Of one GPU's planned hours."""
        if self.gpu_hours_month is None:
            return None
        return self.gpu_hours_month / self.hours_per_gpu


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spend:
    """Per successful clip; None is unknown."""

    usd: Decimal | None
    as_costed_usd: Decimal | None
    machine_usd: Decimal | None = None
    energy_usd: Decimal | None = None
    hours: Decimal | None = None
    marginal_usd: Decimal | None = None  # what one more clip adds to a month
    is_lower_bound: bool = False


def condition_costs(case: Case, on: date | None = None) -> tuple[ConditionCost, ...]:
    """In the evidence's order.

    A local condition keeps its stored costs while the rate is the claimed one; under any other its
    measured hours are counted anew. A cloud condition has what was billed.
    Args: on: the day whose prices count, today's unless told.
    """
    day = on or case.on or datetime.now(UTC).date()
    return tuple(_cost(case, one, day) for one in case.found.evidence.conditions)


def _cost(case: Case, evidence: ConditionEvidence, on: date) -> ConditionCost:
    condition = case.found.conditions[evidence.name]
    is_cloud = evidence.location is Location.CLOUD
    used = case.machine.get(evidence.name)
    power_w = used.mean_power_w if used else None
    rate = (
        None if is_cloud else gpu_hour(case.assumptions, case.prices, on, measured_power_w=power_w)
    )
    spend = _spend(case, evidence, condition, rate)
    line = _line(case, evidence, spend)
    n_videos = case.assumptions.n_videos_month
    needed = line.gpus_needed(n_videos) if line else _gpus_needed(case, spend)
    missing = None if needed is None else max(0, needed - case.assumptions.n_gpus)
    return ConditionCost(
        condition=evidence.name,
        condition_id=condition.condition_id,
        location=evidence.location,
        basis=_basis(rate),
        rate=rate,
        n_runs=evidence.tally.n_ended,
        n_succeeded=evidence.tally.n_ok,
        per_video_usd=spend.usd,
        **_interval(_judged_cost(case, evidence.name), spend),
        as_costed_usd=spend.as_costed_usd,
        machine_usd=spend.machine_usd,
        energy_usd=spend.energy_usd,
        per_clip_second_usd=_per_second(spend.usd, condition),
        month_usd=line.usd(n_videos) if line else None,
        gpu_hours_month=None if spend.hours is None else spend.hours * n_videos,
        hours_per_gpu=hours_of_a_gpu(case.assumptions),
        gpus_needed=needed,
        gpus_missing=missing,
        is_lower_bound=spend.is_lower_bound,
        capacity=_shortage(case, needed, missing),
        line=line,
    )


def _spend(
    case: Case, evidence: ConditionEvidence, condition: Condition, rate: GpuHour | None
) -> _Spend:
    tally = evidence.tally
    if not tally.n_ok:
        return _Spend(usd=None, as_costed_usd=None)
    is_costed = tally.n_costed >= tally.n_ended
    as_costed_usd = _decimal(tally.total_usd) / tally.n_ok if is_costed else None
    if rate is None:
        return _Spend(usd=as_costed_usd, as_costed_usd=as_costed_usd, marginal_usd=as_costed_usd)
    if condition.backend is BackendKind.ROUTED:
        return _routed_spend(case, evidence, rate, as_costed_usd)
    hours = _decimal(tally.wall_time_s_total) / SECONDS_PER_HOUR / tally.n_ok
    return _machine_spend(
        hours if tally.n_timed else None,
        rate,
        as_costed_usd,
        is_bought=case.assumptions.machine is MachineBasis.OWNED,
        is_lower_bound=tally.n_timed < tally.n_ended,
    )


def _machine_spend(
    hours: Decimal | None,
    rate: GpuHour,
    as_costed_usd: Decimal | None,
    *,
    is_bought: bool,
    is_lower_bound: bool,
    cloud_usd: Decimal = Decimal(0),
) -> _Spend:
    if rate.is_as_costed:
        machine_usd = None if as_costed_usd is None else as_costed_usd - cloud_usd
        return _Spend(
            usd=as_costed_usd,
            as_costed_usd=as_costed_usd,
            machine_usd=machine_usd,
            energy_usd=Decimal(0),
            hours=hours,
            marginal_usd=as_costed_usd,
            is_lower_bound=is_lower_bound,
        )
    if hours is None or rate.machine_usd is None:
        return _Spend(usd=None, as_costed_usd=as_costed_usd, hours=hours)
    energy_usd = None if rate.energy_usd is None else hours * rate.energy_usd
    machine_usd = hours * rate.machine_usd
    by_the_clip = (energy_usd or Decimal(0)) + cloud_usd
    return _Spend(
        usd=machine_usd + by_the_clip,
        as_costed_usd=as_costed_usd,
        machine_usd=machine_usd,
        energy_usd=energy_usd,
        hours=hours,
        marginal_usd=by_the_clip if is_bought else machine_usd + by_the_clip,
        is_lower_bound=is_lower_bound,
    )


def _routed_spend(
    case: Case, evidence: ConditionEvidence, rate: GpuHour, as_costed_usd: Decimal | None
) -> _Spend:
    """Its own runs say how much of it the own machine makes; no mix is made up for it."""
    used = case.machine.get(evidence.name)
    n_ok = evidence.tally.n_ok
    if as_costed_usd is None:
        return _Spend(usd=None, as_costed_usd=None)
    if used is None:
        known_usd = as_costed_usd if rate.is_as_costed else None
        return _Spend(usd=known_usd, as_costed_usd=as_costed_usd, marginal_usd=known_usd)
    return _machine_spend(
        _decimal(used.wall_time_s_total) / SECONDS_PER_HOUR / n_ok,
        rate,
        as_costed_usd,
        is_bought=case.assumptions.machine is MachineBasis.OWNED,
        is_lower_bound=used.n_timed < used.n_runs,
        cloud_usd=as_costed_usd - _decimal(used.cost_usd_total) / n_ok,
    )


def _line(case: Case, evidence: ConditionEvidence, spend: _Spend) -> MonthlyLine | None:
    if spend.marginal_usd is None:
        return None
    is_local = spend.hours is not None
    nothing = Decimal(0)
    return MonthlyLine(
        condition=evidence.name,
        location=evidence.location,
        per_video_usd=spend.marginal_usd,
        fixed_usd=case.assumptions.fixed_usd_month if is_local else nothing,
        machine_usd=machine_month_usd(case.assumptions) if is_local else nothing,
        hours_per_video=spend.hours,
        hours_per_gpu=hours_of_a_gpu(case.assumptions),
    )


def _gpus_needed(case: Case, spend: _Spend) -> int | None:
    if spend.hours is None:
        return None
    hours = spend.hours * case.assumptions.n_videos_month
    return gpus_for(hours, hours_of_a_gpu(case.assumptions))


def _shortage(case: Case, needed: int | None, missing: int | None) -> Sentence | None:
    if not missing or needed is None:
        return None
    have = case.assumptions.n_gpus
    if needed == 1:  # and none is there
        return Sentence(key="costs.capacity.short_of_one")
    key = "costs.capacity.short" if have else "costs.capacity.short_of_none"
    return Sentence(key=key, facts={"needed": needed, "have": have})


def _interval(judged: CriterionResult | None, spend: _Spend) -> dict[str, Decimal | None]:
    unknown: dict[str, Decimal | None] = {"low_usd": None, "high_usd": None}
    if judged is None or judged.low is None or judged.high is None:
        return unknown
    if spend.usd is None or not judged.estimate:
        return unknown
    stretch = spend.usd / _decimal(judged.estimate)
    return {"low_usd": _decimal(judged.low) * stretch, "high_usd": _decimal(judged.high) * stretch}


def _judged_cost(case: Case, name: str) -> CriterionResult | None:
    for condition in case.decision.conditions:
        if condition.name == name:
            return condition.criteria.get(CriterionName.COST)
    return None


def _per_second(usd: Decimal | None, condition: Condition) -> Decimal | None:
    duration_s = condition.clip_duration_s
    return None if usd is None or not duration_s else usd / _decimal(duration_s)


def _basis(rate: GpuHour | None) -> CostBasis:
    if rate is None:
        return CostBasis.LIST_PRICE
    return CostBasis.CLAIMED_RATE if rate.is_claimed else CostBasis.OWN_FIGURES


def _decimal(value: float) -> Decimal:
    """By its shortest text: no binary error gets into the money."""
    return Decimal(str(value))
