"""Cost per successful clip: everything spent over the clips it bought."""

import math
from dataclasses import dataclass

from videogen.analysis.opinion import student_t_quantile, student_t_upper_tail
from videogen.analysis.search import first_true
from videogen.analysis.success import ALPHA, N_MAX, ROUNDING
from videogen.domain.decision import (
    Criteria,
    CriterionNeeds,
    CriterionResult,
    CriterionVerdict,
    RunTally,
)

RULE = "fieller_or_success_bound (n = runs with their cost, requeued ones too)"
N_SUCCESSES_MIN = 20
FLAT = 1e-14  # of squares: what rounding leaves where every clip cost the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """Moments of (cost, success) over runs; variances are the sample's, in US dollars squared."""

    n: int
    n_ok: int
    total_usd: float
    var_cost: float
    var_ok: float
    covariance: float

    @property
    def mean_usd(self) -> float:
        """Per attempt, whatever came of it."""
        return self.total_usd / self.n

    @property
    def success_share(self) -> float:
        return self.n_ok / self.n

    @property
    def estimate_usd(self) -> float | None:
        return self.total_usd / self.n_ok if self.n_ok else None


def summarise_spend(tally: RunTally) -> Spend | None:
    """Of the ended runs; None where there is none, or one whose cost nobody knows."""
    if tally.n_costed < tally.n_ended or tally.var_cost is None:
        return None
    return Spend(
        n=tally.n_ended,
        n_ok=tally.n_ok,
        total_usd=tally.total_usd,
        var_cost=tally.var_cost,
        var_ok=tally.var_ok or 0.0,
        covariance=tally.covariance or 0.0,
    )


def fieller_bounds(spend: Spend, alpha: float = ALPHA) -> tuple[float, float] | None:
    """Both one-sided bounds of the ratio; None when the share of successes may be 0."""
    if spend.n < 2 or spend.n_ok == 0:
        return None
    t2n = student_t_quantile(1 - alpha, spend.n - 1) ** 2 / spend.n
    a = spend.success_share**2 - t2n * spend.var_ok
    b = spend.mean_usd * spend.success_share - t2n * spend.covariance
    if a <= 0:
        return None
    root = math.sqrt(_discriminant(spend, t2n))
    return max(0.0, (b - root) / a), (b + root) / a


def _discriminant(spend: Spend, t2n: float) -> float:
    """b^2 - ac with what cancels taken out first: the squares of the means are far larger."""
    mean, share = spend.mean_usd, spend.success_share
    apart = mean**2 * spend.var_ok + share**2 * spend.var_cost
    first = apart - 2 * mean * share * spend.covariance
    if first <= FLAT * apart:
        return 0.0
    second = spend.covariance**2 - spend.var_ok * spend.var_cost
    return max(0.0, t2n * first + t2n**2 * second)


def cost_bounds(spend: Spend, alpha: float = ALPHA) -> tuple[float, float] | None:
    """Fieller, its upper end never below mean cost / alpha^(1/n).

    Fieller alone covers too little while few failures were seen: the next clips may bring them.
    """
    fieller = fieller_bounds(spend, alpha)
    if fieller is None:
        return None
    return fieller[0], max(fieller[1], spend.mean_usd / alpha ** (1 / spend.n))


def p_cost_above(spend: Spend, limit_usd: float) -> float:
    """One-sided p of "a clip costs more than the limit": the level at which `cost_bounds` meets it.

    Fieller's bound meets the limit where the t test of cost - limit x success does.
    """
    if fieller_bounds(spend) is None:
        return 1.0
    share = min(1.0, spend.mean_usd / limit_usd)
    from_success = share**spend.n
    return max(from_success, _p_of_difference(spend, limit_usd))


def _p_of_difference(spend: Spend, limit_usd: float) -> float:
    mean = spend.mean_usd - limit_usd * spend.success_share
    var_limit = limit_usd**2 * spend.var_ok
    var = spend.var_cost - 2 * limit_usd * spend.covariance + var_limit
    if var <= max(1e-18, FLAT * (spend.var_cost + var_limit)):
        return 0.0 if mean <= ROUNDING * limit_usd else 1.0
    return student_t_upper_tail(-mean / math.sqrt(var / spend.n), spend.n - 1)


def judge_cost(tally: RunTally, criteria: Criteria) -> CriterionResult:
    """Every ended run's cost counts, a requeue's too; one unknown cost leaves it undecided."""
    n = tally.n_ended
    facts: dict[str, object] = {
        "n": n,
        "n_ok": tally.n_ok,
        "n_unknown": n - tally.n_costed,
        "n_successes_min": N_SUCCESSES_MIN,
        "known_spend_usd": tally.total_usd,
        "cancelled_spend_usd": tally.cancelled_usd,
        "limit_usd": criteria.cost_usd_max,
    }
    if n == 0:
        return _undecided("no_runs", facts, CriterionNeeds(n_runs=N_SUCCESSES_MIN))
    spend = summarise_spend(tally)
    if spend is None:
        return _undecided("unknown_cost", facts, None)
    if spend.n_ok == 0:
        return _undecided("no_success", facts, None)
    return _judged(spend, criteria.cost_usd_max, facts)


def _judged(spend: Spend, limit_usd: float, facts: dict[str, object]) -> CriterionResult:
    bounds = cost_bounds(spend)
    verdict = cost_verdict(spend, limit_usd)
    needs = None
    reason = verdict.value
    if verdict is CriterionVerdict.NOT_YET:
        n_more = _n_more_runs(spend, limit_usd)
        needs = None if n_more is None else CriterionNeeds(n_runs=n_more)
        reason = _open_reason(spend, bounds, n_more)
        facts["n_more"] = n_more
    facts |= {"estimate_usd": spend.estimate_usd}
    if bounds is not None:
        facts |= {"low_usd": bounds[0], "high_usd": bounds[1]}
    return CriterionResult(
        verdict=verdict,
        estimate=spend.estimate_usd,
        low=bounds[0] if bounds else None,
        high=bounds[1] if bounds else None,
        n=spend.n,
        rule=RULE,
        reason_key=f"decision.reason.cost.{reason}",
        facts=facts,
        needs=needs,
        p_value=p_cost_above(spend, limit_usd),
    )


def _open_reason(spend: Spend, bounds: tuple[float, float] | None, n_more: int | None) -> str:
    if spend.n_ok < N_SUCCESSES_MIN or bounds is None:
        return "few_successes"
    return "no_number" if n_more is None else "not_yet"


def cost_verdict(spend: Spend, limit_usd: float) -> CriterionVerdict:
    bounds = cost_bounds(spend)
    if bounds is None or spend.n_ok < N_SUCCESSES_MIN:
        return CriterionVerdict.NOT_YET
    low, high = bounds
    limit = limit_usd * (1 + ROUNDING)
    if high <= limit:
        return CriterionVerdict.PASS
    return CriterionVerdict.FAIL if low > limit else CriterionVerdict.NOT_YET


def _n_more_runs(spend: Spend, limit_usd: float) -> int | None:
    """More runs until a bound clears the limit, should the present moments go on."""

    def is_decided(n: int) -> bool:
        ahead = Spend(
            n=n,
            n_ok=math.floor(spend.success_share * n + 1e-9),
            total_usd=spend.mean_usd * n,
            var_cost=spend.var_cost,
            var_ok=spend.var_ok,
            covariance=spend.covariance,
        )
        return cost_verdict(ahead, limit_usd) is not CriterionVerdict.NOT_YET

    n_decided = first_true(is_decided, spend.n + 1, N_MAX)
    return None if n_decided is None else n_decided - spend.n


def _undecided(
    reason: str, facts: dict[str, object], needs: CriterionNeeds | None
) -> CriterionResult:
    facts["n_more"] = needs.n_runs if needs else None
    n = facts["n"]
    return CriterionResult(
        verdict=CriterionVerdict.NOT_YET,
        estimate=None,
        low=None,
        high=None,
        n=n if isinstance(n, int) else 0,
        rule=RULE,
        reason_key=f"decision.reason.cost.{reason}",
        facts=facts,
        needs=needs,
        p_value=1.0,
    )
