"""A criterion's figures as people read them: in its unit, with its interval, limit and n."""

from videogen import texts
from videogen.domain.decision import (
    Criteria,
    CriterionName,
    CriterionNeeds,
    CriterionResult,
    CriterionVerdict,
)
from videogen.texts import formats

ORDER = (CriterionName.QUALITY, CriterionName.COST, CriterionName.VRAM, CriterionName.SUCCESS)


def threshold(name: CriterionName, criteria: Criteria) -> float:
    return {
        CriterionName.QUALITY: criteria.quality_min,
        CriterionName.COST: criteria.cost_usd_max,
        CriterionName.VRAM: float(criteria.peak_vram_mib_max),
        CriterionName.SUCCESS: criteria.success_rate_min,
    }[name]


def figure(name: CriterionName, value: float | None) -> str:
    """A value of this criterion in its unit."""
    if name is CriterionName.QUALITY:
        return formats.score(value)
    if name is CriterionName.COST:
        return formats.usd(value)
    if name is CriterionName.VRAM:
        return formats.memory(value)
    return formats.percent(value)


def interval(name: CriterionName, result: CriterionResult, language: str) -> str:
    """Both bounds, the one that is known, or that there is none."""
    share = result.facts.get("exceedance_pct")
    if isinstance(share, float) and result.verdict is not CriterionVerdict.FAIL:
        return texts.t("decision.exceedance", language, share=f"{share:.0f} %")
    if result.low is not None and result.low == result.high:
        return texts.t("decision.unanimous", language)  # an interval of 0 would claim certainty
    low, high = figure(name, result.low), figure(name, result.high)
    if result.low is not None and result.high is not None:
        return texts.t("decision.interval", language, low=low, high=high)
    if result.high is not None:
        return texts.t("decision.interval_high", language, high=high)
    if result.low is not None:
        return texts.t("decision.interval_low", language, low=low)
    return texts.t("decision.interval_none", language)


def needs(wanted: CriterionNeeds | None, language: str) -> str | None:
    """Such as "about 3 more raters decide it"; None when nothing is asked for or nothing helps."""
    if wanted is None:
        return None
    if wanted.n_runs and wanted.n_raters:
        return texts.t(
            "decision.needs_both", language, n_runs=wanted.n_runs, n_raters=wanted.n_raters
        )
    if wanted.n_raters:
        return texts.t("decision.needs_raters", language, n_raters=wanted.n_raters)
    if wanted.n_runs:
        return texts.t("decision.needs_runs", language, n_runs=wanted.n_runs)
    return None


def limit_text(name: CriterionName, criteria: Criteria, language: str) -> str:
    value = figure(name, threshold(name, criteria))
    return texts.t(f"decision.limit.{name.value}", language, value=value)


def rests_on(name: CriterionName, result: CriterionResult, language: str) -> str:
    """What the figure rests on, in its own kind of things."""
    n_prompts = result.facts.get("n_prompts")
    if name is CriterionName.QUALITY and isinstance(n_prompts, int):
        return texts.t("decision.n.panel", language, n_raters=result.n, n_prompts=n_prompts)
    return texts.t(f"decision.n.{name.value}", language, n=formats.count(result.n))
