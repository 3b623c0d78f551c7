"""Success rate: Clopper-Pearson over first-time runs."""

from videogen.analysis.search import first_true
from videogen.domain.decision import (
    Criteria,
    CriterionNeeds,
    CriterionResult,
    CriterionVerdict,
    RunTally,
)

ALPHA = 0.05  # each bound is one-sided 95 %
RULE = "clopper_pearson (n = first-time runs)"
ROUNDING = 1e-12  # what two ways to one figure may differ by; on the threshold is within it
N_MAX = 100_000  # beyond it a plan is no plan


def success_bounds(n_ok: float, n: float, alpha: float = ALPHA) -> tuple[float, float]:
    """Both one-sided Clopper-Pearson bounds of a success rate; parts of a run in forecasts only."""
    from scipy.special import betaincinv

    low = 0.0 if n_ok == 0 else float(betaincinv(n_ok, n - n_ok + 1, alpha))
    high = 1.0 if n_ok == n else float(betaincinv(n_ok + 1, n - n_ok, 1 - alpha))
    return low, high


def p_success_below(n_ok: int, n: int, limit: float) -> float:
    """One-sided p of "the success rate is below `limit`": P(at least n_ok of n | limit)."""
    from scipy.special import betainc

    if n_ok == 0:
        return 1.0
    return float(betainc(n_ok, n - n_ok + 1, limit))


def n_runs_to_pass(n_failures: int, limit: float, alpha: float = ALPHA) -> int | None:
    """The smallest number of runs that passes with so many failures; None: no number does."""
    if limit >= 1:
        return None
    return first_true(
        lambda n: p_success_below(n - n_failures, n, limit) <= alpha + ROUNDING,
        n_failures + 1,
        N_MAX,
    )


def judge_success(tally: RunTally, criteria: Criteria) -> CriterionResult:
    """Lost, uncertain, degraded and filtered runs are failures; cancelled ones are left out."""
    n, n_ok = tally.n_first, tally.n_first_ok
    limit = criteria.success_rate_min
    n_min = n_runs_to_pass(n - n_ok, limit)
    facts: dict[str, object] = {
        "n": n,
        "n_ok": n_ok,
        "n_failed": n - n_ok,
        "n_cancelled": tally.n_cancelled,
        "n_requeued": tally.n_ended - n,
        "n_filtered": tally.n_filtered,
        "limit_pct": 100 * limit,
    }
    if n == 0:
        reason = "no_runs" if n_min is not None else "no_runs_no_number"
        return _result(reason, CriterionVerdict.NOT_YET, n=0, n_min=n_min, facts=facts)
    low, high = success_bounds(n_ok, n)
    facts |= {"estimate_pct": 100 * n_ok / n, "low_pct": 100 * low, "high_pct": 100 * high}
    verdict = success_verdict(n_ok, n, limit)
    reason = "no_number" if verdict is CriterionVerdict.NOT_YET and n_min is None else verdict.value
    return _result(
        reason,
        verdict,
        n=n,
        n_min=n_min,
        facts=facts,
        numbers=(n_ok / n, low, high),
        p_value=p_success_below(n_ok, n, limit),
    )


def success_verdict(n_ok: float, n: float, limit: float) -> CriterionVerdict:
    low, high = success_bounds(n_ok, n)
    if low >= limit - ROUNDING:
        return CriterionVerdict.PASS
    return CriterionVerdict.FAIL if high < limit - ROUNDING else CriterionVerdict.NOT_YET


def _result(
    reason: str,
    verdict: CriterionVerdict,
    *,
    n: int,
    n_min: int | None,
    facts: dict[str, object],
    numbers: tuple[float | None, float | None, float | None] = (None, None, None),
    p_value: float = 1.0,
) -> CriterionResult:
    is_open = verdict is CriterionVerdict.NOT_YET and n_min is not None
    needs = CriterionNeeds(n_runs=n_min - n) if is_open and n_min is not None else None
    if needs is not None:
        facts["n_more"] = needs.n_runs
    return CriterionResult(
        verdict=verdict,
        estimate=numbers[0],
        low=numbers[1],
        high=numbers[2],
        n=n,
        rule=RULE,
        reason_key=f"decision.reason.success.{reason}",
        facts=facts,
        needs=needs,
        p_value=p_value,
    )
