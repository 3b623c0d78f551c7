"""What a next step takes of runs, money, time and people, and how that is said."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from videogen.domain.condition import Location
from videogen.domain.decision import ConditionEvidence
from videogen.evidence.case import Case
from videogen.evidence.forecast import rating_time_s
from videogen.evidence.verdict import Sentence
from videogen.texts import formats

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Money and hours as measured so far; None where runs are wanted and nobody knows."""

    n_runs: int
    n_raters: int
    n_prompts: int  # of the runs, on prompts that every rater has still to rate
    cost_usd: Decimal | None
    hours: float | None
    rating_minutes: float  # of each new rater, sessions with practice and checks

    @property
    def rank(self) -> tuple[float, float, float]:
        """Least dollars first, then hours, then minutes of people; unknown is last."""
        return (
            math.inf if self.cost_usd is None else float(self.cost_usd),
            math.inf if self.hours is None else self.hours,
            self.rating_minutes * self.n_raters,
        )


def effort(case: Case, n_runs_of: Mapping[str, int], *, n_raters: int, n_prompts: int) -> Effort:
    """Args: n_runs_of: by condition; a panel rates all conditions together."""
    wanted = [
        (one, n_runs_of[one.name])
        for one in case.found.evidence.conditions
        if n_runs_of.get(one.name)
    ]
    return Effort(
        n_runs=sum(n for _, n in wanted),
        n_raters=n_raters,
        n_prompts=n_prompts,
        cost_usd=_cost(wanted),
        hours=_hours(wanted, case.assumptions.n_gpus),
        rating_minutes=_rating_minutes(case, n_prompts) if n_raters or n_prompts else 0.0,
    )


def brief(one: Effort) -> Sentence:
    """Such as "26 more runs, $4.00, 3 h" or "3 more raters, 45 min of rating each"."""
    parts: list[Sentence] = []
    if one.n_runs:
        parts.append(_counted("next.run", one.n_runs))
        if one.n_prompts:
            parts.append(_said("next.prompts", n=formats.count(one.n_prompts)))
        if one.cost_usd is None:
            parts.append(_said("next.cost_unknown"))
        else:
            parts.append(_said("next.cost", usd=formats.usd(one.cost_usd)))
        parts.append(_said("next.time_unknown") if one.hours is None else _time(one.hours))
    if one.n_raters:
        parts.append(_counted("next.rater", one.n_raters))
        parts.append(_said("next.rating", time=_time(one.rating_minutes / 60)))
    return one_after_another(parts)


def one_after_another(parts: Sequence[Sentence]) -> Sentence:
    """Set off with commas, as the language does."""
    listed = parts[-1]
    for part in reversed(parts[:-1]):
        listed = _said("next.list", first=part, rest=listed)
    return listed


def _cost(wanted: Sequence[tuple[ConditionEvidence, int]]) -> Decimal | None:
    """At the mean cost of an attempt so far, whatever came of it."""
    total = Decimal(0)
    for condition, n in wanted:
        tally = condition.tally
        if not tally.n_costed:
            return None
        total += Decimal(tally.total_usd) / tally.n_costed * n
    return total.quantize(_CENT) if total >= 1 else total


def _hours(wanted: Sequence[tuple[ConditionEvidence, int]], n_gpus: int) -> float | None:
    """At the mean wall time so far: the own GPUs one run after another, the cloud beside them."""
    seconds = {Location.LOCAL: 0.0, Location.CLOUD: 0.0}
    for condition, n in wanted:
        tally = condition.tally
        if not tally.n_timed:
            return None
        mean_s = tally.wall_time_s_total / tally.n_timed
        n_in_turn = math.ceil(n / max(1, n_gpus)) if condition.location is Location.LOCAL else n
        seconds[condition.location] += n_in_turn * mean_s
    return max(seconds.values()) / 3600


def _rating_minutes(case: Case, n_prompts: int) -> float:
    campaign = case.found.campaign
    n_prompts_all = len(campaign.prompt_ids) + n_prompts
    n_clips = len(campaign.condition_ids) * n_prompts_all * len(campaign.rated_seeds)
    return rating_time_s(n_clips) / 60


def _time(hours: float) -> Sentence:
    if hours < 1.5:
        return _said("next.minutes", minutes=max(1, round(hours * 60)))
    return _said("next.hours", hours=f"{hours:,.1f}" if hours < 9.95 else f"{hours:,.0f}")


def _counted(key: str, n: int) -> Sentence:
    return Sentence(key=key) if n == 1 else Sentence(key=f"{key}s", facts={"n": formats.count(n)})


def _said(key: str, **facts: object) -> Sentence:
    return Sentence(key=key, facts=facts)
