"""What a plan can prove of each criterion, in sentences for people who are no statisticians."""

from dataclasses import dataclass

from videogen.analysis.cost import N_SUCCESSES_MIN
from videogen.analysis.panel_report import N_RATERS_FORMAL
from videogen.analysis.power import (
    TRUE_RATE,
    QualityPower,
    SuccessPower,
    quality_power,
    success_power,
)
from videogen.analysis.quality import N_PROMPTS_MIN, N_RATERS_MIN
from videogen.analysis.vram import N_MEASURED_MIN
from videogen.domain.campaign import Campaign
from videogen.domain.decision import Criteria, CriterionName
from videogen.evidence.verdict import Sentence

LIKELY_FROM = 0.8  # the power that studies are usually planned for


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPower:
    n_runs: int  # per condition
    success: SuccessPower
    quality: QualityPower
    criteria: Criteria

    @property
    def can_prove(self) -> dict[CriterionName, bool]:
        """Whether a pass is possible at all with so many runs and raters."""
        return {
            CriterionName.QUALITY: self.quality.is_enough,
            CriterionName.COST: self.n_runs >= N_SUCCESSES_MIN,
            CriterionName.VRAM: self.n_runs >= N_MEASURED_MIN,
            CriterionName.SUCCESS: self.success.n_failures is not None,
        }

    @property
    def left_to_luck(self) -> frozenset[CriterionName]:
        """What can be passed, but even a good condition may well miss."""
        chance = self.success.chance
        is_luck = chance is not None and chance < LIKELY_FROM
        return frozenset({CriterionName.SUCCESS}) if is_luck else frozenset()


def plan_power(campaign: Campaign, criteria: Criteria) -> PlanPower:
    n_runs = campaign.planned_n_runs
    return PlanPower(
        n_runs=n_runs,
        success=success_power(n_runs, criteria.success_rate_min),
        quality=quality_power(campaign.planned_n_raters, len(campaign.prompt_ids)),
        criteria=criteria,
    )


def power_sentences(power: PlanPower) -> dict[CriterionName, Sentence]:
    return {
        CriterionName.QUALITY: _quality(power),
        CriterionName.COST: _at_least("cost", power, N_SUCCESSES_MIN),
        CriterionName.VRAM: _at_least("vram", power, N_MEASURED_MIN),
        CriterionName.SUCCESS: _success(power),
    }


def _success(power: PlanPower) -> Sentence:
    known = power.success
    facts: dict[str, object] = {
        "n_runs": known.n_runs,
        "rate": f"{power.criteria.success_rate_min * 100:.0f} %",
        "n_next": known.n_next,
    }
    if known.n_failures is None:
        key = "success_never" if known.n_next is None else "success_few"
        return Sentence(key=f"campaigns.power.{key}", facts=facts)
    facts |= {
        "n_failures": known.n_failures,
        "n_next_failures": known.n_failures + 1,
        "truth": f"{TRUE_RATE * 100:.0f} %",
        "chance": _percent(known.chance or 0.0),
    }
    key = "success_zero" if known.n_failures == 0 else "success_some"
    return Sentence(key=f"campaigns.power.{key}", facts=facts)


def _percent(chance: float) -> str:
    """No plan is certain."""
    return "> 99 %" if chance >= 0.995 else f"{chance * 100:.0f} %"


def _quality(power: PlanPower) -> Sentence:
    known = power.quality
    facts: dict[str, object] = {
        "n_raters": known.n_raters,
        "n_prompts": known.n_prompts,
        "n_raters_min": N_RATERS_MIN,
        "n_prompts_min": N_PROMPTS_MIN,
    }
    if known.margin is None:
        return Sentence(key="campaigns.power.quality_few", facts=facts)
    needed = power.criteria.quality_min + known.margin
    facts |= {"limit": f"{power.criteria.quality_min:.1f}", "needed": f"{needed:.1f}"}
    is_informal = known.n_raters < N_RATERS_FORMAL
    key = "quality_informal" if is_informal else "quality_ok"
    return Sentence(key=f"campaigns.power.{key}", facts=facts)


def _at_least(name: str, power: PlanPower, n_min: int) -> Sentence:
    key = f"{name}_ok" if power.n_runs >= n_min else f"{name}_few"
    facts = {"n_runs": power.n_runs, "n_min": n_min, "n_spare": max(power.n_runs - n_min, 0)}
    return Sentence(key=f"campaigns.power.{key}", facts=facts)
