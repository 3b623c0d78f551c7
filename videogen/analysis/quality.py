"""Quality: the panel's mean opinion against the threshold."""

import math
from collections.abc import Mapping
from dataclasses import replace

from videogen.analysis.panel_mean import NO_INTERVAL_RULE, ROUNDING, PanelMean, mean_of_cells
from videogen.analysis.search import first_true
from videogen.domain.decision import (
    Criteria,
    CriterionNeeds,
    CriterionResult,
    CriterionVerdict,
    OpinionCells,
)

N_RATERS_MIN = 4
N_PROMPTS_MIN = 20
N_RATERS_MAX = 1_000  # beyond these a panel is no plan
N_PROMPTS_MAX = 2_000
N_BOTH_MAX = 60  # raters, where prompts grow with them


def judge_quality(cells: OpinionCells | None, criteria: Criteria) -> CriterionResult:
    """At least 4 raters and 20 prompts; raters under 80 % of the clips are left out by name."""
    panel = None if cells is None else mean_of_cells(cells)
    limit = criteria.quality_min
    facts: dict[str, object] = {
        "limit": limit,
        "n_raters_min": N_RATERS_MIN,
        "n_prompts_min": N_PROMPTS_MIN,
    }
    if cells is None or panel is None:
        return _result(
            None,
            CriterionVerdict.NOT_YET,
            "no_ratings",
            facts,
            needs=CriterionNeeds(n_raters=N_RATERS_MIN),
        )
    facts |= _panel_facts(panel, cells)
    verdict = _verdict(panel, limit)
    if verdict is not CriterionVerdict.NOT_YET:
        reason = f"{verdict.value}_unanimous" if panel.is_unanimous else verdict.value
        return _result(panel, verdict, reason, facts, limit=limit)
    needs = _needs(panel, limit)
    facts |= {"n_more_raters": needs.n_raters, "n_more_runs": needs.n_runs} if needs else {}
    return _result(panel, verdict, _open_reason(panel, needs), facts, needs=needs, limit=limit)


def _panel_facts(panel: PanelMean, cells: OpinionCells) -> Mapping[str, object]:
    names = cells.rater_names
    left_out = [names[i] if names else f"#{i + 1}" for i in panel.raters_left_out]
    bounds = panel.bounds(0.90)
    return {
        "estimate": panel.mean,
        "n_raters": panel.n_raters,
        "n_prompts": panel.n_prompts,
        "n_raters_left_out": len(left_out),
        "raters_left_out": ", ".join(left_out),
        "is_unanimous": panel.is_unanimous,
        "low": bounds[0] if bounds else None,
        "high": bounds[1] if bounds else None,
    }


def _verdict(panel: PanelMean, limit: float) -> CriterionVerdict:
    bounds = panel.bounds(0.90)
    if bounds is None or panel.n_raters < N_RATERS_MIN or panel.n_prompts < N_PROMPTS_MIN:
        return CriterionVerdict.NOT_YET
    if bounds[0] >= limit - ROUNDING:
        return CriterionVerdict.PASS
    return CriterionVerdict.FAIL if bounds[1] < limit - ROUNDING else CriterionVerdict.NOT_YET


def _open_reason(panel: PanelMean, needs: CriterionNeeds | None) -> str:
    if panel.n_raters < N_RATERS_MIN:
        return "few_raters"
    if panel.n_prompts < N_PROMPTS_MIN:
        return "few_prompts"
    if needs is None:
        return "no_number"
    if needs.n_runs is None:
        return "not_yet"
    return "not_yet_prompts" if needs.n_raters is None else "not_yet_both"


def _needs(panel: PanelMean, limit: float) -> CriterionNeeds | None:
    """More raters on the same prompts; where a panel would be none, more prompts too."""
    n_prompts = max(panel.n_prompts, N_PROMPTS_MIN)
    n_runs = n_prompts - panel.n_prompts
    n_raters = _n_more_raters(panel, n_prompts, limit)
    alone = None
    if n_raters is not None:
        alone = CriterionNeeds(n_runs=n_runs or None, n_raters=n_raters or None)
        if n_raters <= N_BOTH_MAX:
            return alone
    least = max(panel.n_raters, N_RATERS_MIN)
    plans = [(_n_prompts(panel, n, limit), n) for n in range(least, max(least, N_BOTH_MAX) + 1)]
    deciding = [(prompts, raters) for prompts, raters in plans if prompts is not None]
    if not deciding:
        return alone
    prompts, raters = min(deciding, key=lambda plan: plan[0] * plan[1])  # the fewest ratings
    return CriterionNeeds(
        n_runs=(prompts - panel.n_prompts) or None, n_raters=(raters - panel.n_raters) or None
    )


def _n_prompts(panel: PanelMean, n_raters: int, limit: float) -> int | None:
    least = max(panel.n_prompts, N_PROMPTS_MIN) + 1
    return first_true(lambda n: _is_decided(panel, n, n_raters, limit), least, N_PROMPTS_MAX)


def _n_more_raters(panel: PanelMean, n_prompts: int, limit: float) -> int | None:
    n_runs = n_prompts - panel.n_prompts
    least = max(panel.n_raters, N_RATERS_MIN)
    if panel.se is None:
        return least - panel.n_raters  # nothing to project from; the minimum comes first
    if least == panel.n_raters and not n_runs:
        least += 1
    n_all = first_true(lambda n: _is_decided(panel, n_prompts, n, limit), least, N_RATERS_MAX)
    return None if n_all is None else n_all - panel.n_raters


def _is_decided(panel: PanelMean, n_prompts: int, n_raters: int, limit: float) -> bool:
    """Whether so many prompts and raters would decide, should mean and variances stay."""
    ahead = projected(panel, n_prompts, n_raters)
    bounds = ahead.bounds(0.90)
    if bounds is None:
        return False
    return bounds[0] >= limit - ROUNDING or bounds[1] < limit - ROUNDING


def projected(panel: PanelMean, n_prompts: int, n_raters: int) -> PanelMean:
    """The panel with so many prompts and raters, should mean and variances stay."""
    if panel.var_fixed is None or panel.var_per_rater is None:
        return replace(panel, n_prompts=n_prompts, n_raters=n_raters)
    from_prompts = panel.var_fixed * panel.n_prompts / n_prompts
    from_raters = panel.var_per_rater / n_raters
    var = from_prompts + from_raters
    weight = from_prompts**2 / (n_prompts - 1) + from_raters**2 / (n_raters - 1)
    df = max(min(n_prompts, n_raters) - 1, var**2 / weight if weight > 0 else 0.0)
    return replace(panel, n_prompts=n_prompts, n_raters=n_raters, se=math.sqrt(var), df=df)


def _result(
    panel: PanelMean | None,
    verdict: CriterionVerdict,
    reason: str,
    facts: dict[str, object],
    *,
    needs: CriterionNeeds | None = None,
    limit: float = 0.0,
) -> CriterionResult:
    bounds = panel.bounds(0.90) if panel else None
    return CriterionResult(
        verdict=verdict,
        estimate=panel.mean if panel else None,
        low=bounds[0] if bounds else None,
        high=bounds[1] if bounds else None,
        n=panel.n_raters if panel else 0,
        rule=f"{panel.rule if panel else NO_INTERVAL_RULE} (n = raters)",
        reason_key=f"decision.reason.quality.{reason}",
        facts=facts,
        needs=needs,
        p_value=panel.p_below(limit) if panel else 1.0,
    )
