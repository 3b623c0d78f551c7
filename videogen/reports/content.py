"""Everything that a report tells, as records: gathered once, said in any language and format."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from videogen import store
from videogen.analysis.panel_report import N_RATERS_FORMAL
from videogen.domain.campaign import Campaign
from videogen.domain.decision import ConditionDecision
from videogen.domain.event import FrozenDecision
from videogen.domain.money import Price
from videogen.domain.prompt import PromptSuite
from videogen.evidence.answers.insights import TestedInsight, tested_insights
from videogen.evidence.answers.options import OptionAnswer, option_answers
from videogen.evidence.answers.phases import PhaseState, phases
from videogen.evidence.answers.poc_plan import poc_state, shipped_plan
from videogen.evidence.answers.risks import MeasuredRisk, OverallRisk, measured_risks, overall_risk
from videogen.evidence.answers.scenarios import ScenarioAnswer, scenario_answers
from videogen.evidence.case import Case
from videogen.evidence.environments import EnvironmentGroup, environments
from videogen.evidence.money.break_even import BreakEven, break_even_points
from videogen.evidence.money.costs import ConditionCost, condition_costs
from videogen.evidence.opinions import CampaignOpinions, campaign_opinions
from videogen.evidence.paper.claims_audit import AuditedClaim, audit_claims, contradictions
from videogen.evidence.paper.contradictions import Contradiction
from videogen.evidence.steps.flips import CriterionFlip, flips
from videogen.evidence.steps.next_step import NextStep, cheapest_step, next_steps
from videogen.store import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    """One campaign's case at one moment and what follows from it."""

    case: Case
    made_at: datetime  # UTC; part of the content, so that the same content is the same file
    suite: PromptSuite | None  # None: not stored, as with rows that came from elsewhere
    opinions: CampaignOpinions | None  # None: nobody rated
    costs: tuple[ConditionCost, ...]
    break_even: tuple[BreakEven, ...]
    flips: Mapping[str, tuple[CriterionFlip, ...]]  # by condition
    next_steps: Mapping[str, NextStep]  # by candidate
    cheapest_step: NextStep | None  # towards an overall verdict
    audit: tuple[AuditedClaim, ...]
    contradictions: tuple[Contradiction, ...]
    risks: tuple[MeasuredRisk, ...]
    overall_risk: OverallRisk
    scenarios: tuple[ScenarioAnswer, ...]
    options: tuple[OptionAnswer, ...]
    insights: tuple[TestedInsight, ...]
    phases: tuple[PhaseState, ...]
    environments: tuple[EnvironmentGroup, ...]
    prices_used: tuple[Price, ...]
    frozen: tuple[FrozenDecision, ...]  # newest first

    @property
    def campaign(self) -> Campaign:
        return self.case.found.campaign

    @property
    def is_sandbox(self) -> bool:
        return self.case.found.is_sandbox

    @property
    def is_formal(self) -> bool:
        """Enough raters for ITU-R BT.500 not to call the panel informal."""
        return self.case.found.n_raters >= N_RATERS_FORMAL

    @property
    def n_ended(self) -> int:
        """Runs that ended by themselves, of every condition."""
        return sum(row.n_runs for row in self.case.rows)

    def judged(self, condition: str) -> ConditionDecision:
        return next(one for one in self.case.decision.conditions if one.name == condition)


def report_content(database: Database, case: Case, *, made_at: datetime) -> ReportContent:
    """Of a case whose rows lie in this database."""
    found = case.found
    opinions = campaign_opinions(database, found) if found.n_raters else None
    day = made_at.date()
    progress = poc_state(database, shipped_plan(), disk_free_bytes=None)
    risks = measured_risks(database, case, opinions=opinions, progress=progress, today=day)
    return ReportContent(
        case=case,
        made_at=made_at,
        suite=store.find_suite(database, found.campaign.suite_id),
        opinions=opinions,
        costs=condition_costs(case, day),
        break_even=break_even_points(case, day),
        flips=flips(case),
        next_steps=next_steps(case),
        cheapest_step=cheapest_step(case),
        audit=audit_claims(case),
        contradictions=contradictions(case.claims, case.prices),
        risks=tuple(risks),
        overall_risk=overall_risk(case, risks),
        scenarios=scenario_answers(case),
        options=option_answers(case),
        insights=tested_insights(case),
        phases=phases(database, case, progress=progress),
        environments=environments(database, found),
        prices_used=tuple(store.prices_used(database, found.campaign.campaign_id)),
        frozen=tuple(store.frozen_decisions(database, found.campaign.campaign_id)),
    )
