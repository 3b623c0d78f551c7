"""How far two conditions differ, and how surely."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from videogen.domain.decision import Verdict
from videogen.evidence.case import Case
from videogen.evidence.matrix import MatrixRow, Measured, Role
from videogen.evidence.money.costs import ConditionCost, condition_costs
from videogen.evidence.paper.claim_figures import figure, interval
from videogen.evidence.verdict import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One less the other, with a two-sided 90 % interval; None: an interval is missing."""

    estimate: float
    low: float | None
    high: float | None
    n_one: int
    n_other: int

    @property
    def is_below(self) -> bool:
        return self.high is not None and self.high < 0

    @property
    def is_above(self) -> bool:
        return self.low is not None and self.low > 0

    def scaled(self, factor: float) -> "Difference":
        """Such as from one video to a month of them."""
        return Difference(
            estimate=self.estimate * factor,
            low=None if self.low is None else self.low * factor,
            high=None if self.high is None else self.high * factor,
            n_one=self.n_one,
            n_other=self.n_other,
        )


def difference(one: Measured | None, other: Measured | None) -> Difference | None:
    """None where one of them is unknown.

    Source: MOVER for independent estimates (Zou and Donner, Statistics in Medicine 27, 2008): it
    keeps the skewness of each interval. The same raters and prompts on both sides only narrow the
    truth, so the interval errs on the wide side.
    """
    if one is None or other is None or one.estimate is None or other.estimate is None:
        return None
    estimate = one.estimate - other.estimate
    low = high = None
    if None not in (one.low, one.high, other.low, other.high):
        below_one, above_one = _arms(one)
        below_other, above_other = _arms(other)
        low = estimate - math.hypot(below_one, above_other)
        high = estimate + math.hypot(above_one, below_other)
    return Difference(estimate=estimate, low=low, high=high, n_one=one.n, n_other=other.n)


def _arms(value: Measured) -> tuple[float, float]:
    estimate = value.estimate or 0.0
    return estimate - (value.low or 0.0), (value.high or 0.0) - estimate


def costs_per_video(case: Case) -> Mapping[str, Measured]:
    """Under the case's assumptions, by condition; those whose cost is unknown are left out."""
    return {
        cost.condition: measured_cost(cost)
        for cost in condition_costs(case)
        if cost.per_video_usd is not None
    }


def measured_cost(cost: ConditionCost) -> Measured:
    return Measured(
        estimate=None if cost.per_video_usd is None else float(cost.per_video_usd),
        low=None if cost.low_usd is None else float(cost.low_usd),
        high=None if cost.high_usd is None else float(cost.high_usd),
        n=cost.n_runs,
    )


def most_promising(case: Case, costs: Mapping[str, Measured]) -> MatrixRow | None:
    """Of the candidates whose cost is known: what passes before what is open, then the cheaper."""
    order = (Verdict.GO, Verdict.NOT_YET, Verdict.NO_GO)
    known = [row for row in rows_of(case, Role.CANDIDATE) if row.condition in costs]
    return min(
        known,
        key=lambda row: (order.index(row.verdict), costs[row.condition].estimate or 0.0),
        default=None,
    )


def rows_of(case: Case, role: Role) -> list[MatrixRow]:
    return [row for row in case.rows if row.role is role]


def told_difference(measure: str, value: Difference) -> Sentence:
    """Without its sign, which the sentence around it says; the interval keeps its own."""
    amount = abs(value.estimate)
    facts: dict[str, object] = {
        "estimate": figure(measure, amount, amount),
        "n_one": value.n_one,
        "n_other": value.n_other,
    }
    if value.low is None or value.high is None:
        return Sentence(key="answers.difference_bare", facts=facts)
    ends = (value.low, value.high) if value.estimate >= 0 else (-value.high, -value.low)
    return Sentence(key="answers.difference", facts={**facts, "span": interval(measure, *ends)})
