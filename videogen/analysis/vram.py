"""Peak VRAM: no run over the limit, and enough of the worst configuration to say so."""

from videogen.analysis.success import ALPHA
from videogen.domain.condition import Location
from videogen.domain.decision import (
    Criteria,
    CriterionNeeds,
    CriterionResult,
    CriterionVerdict,
    RunTally,
)

RULE = "largest_peak_and_exceedance_bound (n = runs with a measured peak)"
EXCEEDANCE_MAX = 0.10  # what 29 runs without one over the limit prove: fewer than 1 in 10
N_MEASURED_MIN = 29
N_WORST_MIN = 3


def exceedance_bound(n: int, alpha: float = ALPHA) -> float:
    """The upper bound of the share of runs over the limit when none of n was."""
    return float(1 - alpha ** (1 / n))


def judge_vram(tally: RunTally, criteria: Criteria, location: Location) -> CriterionResult:
    """The estimate is the largest peak in MiB; `facts` hold the exceedance bound.

    An out-of-memory failure is over the limit whatever its peak. A lower bound (a peak polled
    from the server, or of a cancelled run) can be over the limit, never prove to be under it.

    Raises: ValueError: the peaks were counted against another limit than the criteria's.
    """
    if location is Location.CLOUD:
        return _result(
            CriterionVerdict.NOT_APPLICABLE, "not_applicable", None, n=0, facts={}, p_value=None
        )
    if tally.peak_mib_max is not None and tally.peak_limit_mib != criteria.peak_vram_mib_max:
        limits = f"{tally.peak_limit_mib} MiB, not {criteria.peak_vram_mib_max}"
        raise ValueError(f"peaks counted with another limit: {limits}")
    peak, n, n_worst = tally.peak_mib_max, tally.n_peaks, tally.n_peaks_worst
    facts: dict[str, object] = {
        "n": n,
        "n_worst": n_worst,
        "n_oom": tally.n_oom,
        "n_over": tally.n_over,
        "n_lower_bounds": tally.n_lower_bounds,
        "n_measured_min": N_MEASURED_MIN,
        "n_worst_min": N_WORST_MIN,
        "peak_mib": peak,
        "limit_mib": criteria.peak_vram_mib_max,
        "exceedance_pct": 100 * exceedance_bound(n) if n else None,
    }
    verdict, reason = _judged(facts, n, n_worst)
    n_more = max(N_MEASURED_MIN - n, N_WORST_MIN - n_worst)
    needs = None
    if verdict is CriterionVerdict.NOT_YET:
        needs = CriterionNeeds(n_runs=n_more)
        facts["n_more"] = n_more
    p_value = 1.0 if facts["n_over"] or facts["n_oom"] else (1 - EXCEEDANCE_MAX) ** n
    return _result(verdict, reason, peak, n=n, facts=facts, needs=needs, p_value=p_value)


def _judged(facts: dict[str, object], n: int, n_worst: int) -> tuple[CriterionVerdict, str]:
    if facts["n_over"]:
        return CriterionVerdict.FAIL, "fail"
    if facts["n_oom"]:
        return CriterionVerdict.FAIL, "fail_out_of_vram"
    if n == 0:
        reason = "lower_bounds_only" if facts["n_lower_bounds"] else "not_measured"
        return CriterionVerdict.NOT_YET, reason
    if n < N_MEASURED_MIN:
        return CriterionVerdict.NOT_YET, "not_yet"
    if n_worst < N_WORST_MIN:
        return CriterionVerdict.NOT_YET, "few_worst"
    return CriterionVerdict.PASS, "pass"


def _result(
    verdict: CriterionVerdict,
    reason: str,
    peak_mib: float | None,
    *,
    n: int,
    facts: dict[str, object],
    p_value: float | None,
    needs: CriterionNeeds | None = None,
) -> CriterionResult:
    return CriterionResult(
        verdict=verdict,
        estimate=peak_mib,
        low=None,
        high=None,
        n=n,
        rule=RULE,
        reason_key=f"decision.reason.vram.{reason}",
        facts=facts,
        needs=needs,
        p_value=p_value,
    )
