"""What more it takes to meet a stricter level than 95 %, as the best of several candidates must."""

import math
from dataclasses import replace

from videogen.analysis.cost import Spend, p_cost_above, summarise_spend
from videogen.analysis.panel_mean import PanelMean, mean_of_cells
from videogen.analysis.quality import N_PROMPTS_MIN, N_RATERS_MAX, N_RATERS_MIN, projected
from videogen.analysis.search import first_true
from videogen.analysis.success import N_MAX, ROUNDING, n_runs_to_pass
from videogen.analysis.vram import EXCEEDANCE_MAX
from videogen.domain.decision import (
    ConditionEvidence,
    Criteria,
    CriterionName,
    CriterionNeeds,
    CriterionResult,
    CriterionVerdict,
)

NOTHING = CriterionNeeds()


def needs_for_level(
    name: CriterionName,
    result: CriterionResult,
    condition: ConditionEvidence,
    criteria: Criteria,
    alpha: float,
) -> CriterionNeeds | None:
    """Runs and raters until the p-value is at most `alpha`, should things go on as they are.

    None: no number of them gets there.
    """
    if result.verdict is CriterionVerdict.NOT_APPLICABLE:
        return NOTHING
    if result.p_value is not None and result.p_value <= alpha + ROUNDING:
        return NOTHING
    if name is CriterionName.QUALITY:
        panel = None if condition.opinions is None else mean_of_cells(condition.opinions)
        return None if panel is None else _raters(panel, criteria.quality_min, alpha)
    n_more = _n_runs(name, result, condition, criteria, alpha)
    return None if n_more is None else CriterionNeeds(n_runs=n_more)


def _n_runs(
    name: CriterionName,
    result: CriterionResult,
    condition: ConditionEvidence,
    criteria: Criteria,
    alpha: float,
) -> int | None:
    tally = condition.tally
    if name is CriterionName.COST:
        spend = summarise_spend(tally)
        return None if spend is None else _n_runs_of_cost(spend, criteria.cost_usd_max, alpha)
    if name is CriterionName.SUCCESS:
        n_failed = tally.n_first - tally.n_first_ok
        n_needed = n_runs_to_pass(n_failed, criteria.success_rate_min, alpha)
        return None if n_needed is None else n_needed - tally.n_first
    if tally.n_over or tally.n_oom:
        return None
    return math.ceil(math.log(alpha) / math.log(1 - EXCEEDANCE_MAX)) - result.n


def _n_runs_of_cost(spend: Spend, limit_usd: float, alpha: float) -> int | None:
    def is_met(n: int) -> bool:
        n_ok = math.floor(spend.success_share * n + 1e-9)
        ahead = replace(spend, n=n, n_ok=n_ok, total_usd=spend.mean_usd * n)
        return p_cost_above(ahead, limit_usd) <= alpha

    n_met = first_true(is_met, spend.n + 1, N_MAX)
    return None if n_met is None else n_met - spend.n


def _raters(panel: PanelMean, limit: float, alpha: float) -> CriterionNeeds | None:
    n_prompts = max(panel.n_prompts, N_PROMPTS_MIN)
    least = max(panel.n_raters + 1, N_RATERS_MIN)
    n_all = first_true(
        lambda n: projected(panel, n_prompts, n).p_below(limit) <= alpha, least, N_RATERS_MAX
    )
    if n_all is None:
        return None
    n_runs = n_prompts - panel.n_prompts
    return CriterionNeeds(n_runs=n_runs or None, n_raters=n_all - panel.n_raters)
