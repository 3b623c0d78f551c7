"""The brief's three phases: what each costs, what is done of it, and whether it may begin."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from videogen import store
from videogen.analysis.cost import N_SUCCESSES_MIN
from videogen.analysis.quality import N_RATERS_MIN
from videogen.analysis.vram import N_MEASURED_MIN
from videogen.domain.condition import Location
from videogen.domain.decision import ConditionEvidence, CriterionName
from videogen.evidence.answers.poc_plan import (
    PocPlan,
    PocState,
    TaskState,
    open_phases,
    poc_state,
    shipped_plan,
)
from videogen.evidence.case import Case
from videogen.evidence.claims import Claim, span_of
from videogen.evidence.verdict import Sentence
from videogen.store import Database

POC = "poc"  # the first phase's key; the others' stand in the plan


class DeliverableName(StrEnum):
    PERFORMANCE = "performance"
    COST = "cost"
    QUALITY = "quality"
    DECISION = "decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Investment:
    """As the paper claims it; None: it does not say."""

    weeks: float | None
    hardware_usd: Decimal | None
    storage_gb: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverable:
    """Ticked by this campaign's own evidence; `said` tells what there is of what is needed."""

    name: DeliverableName
    n_have: int
    n_need: int
    said: Sentence
    page: str

    @property
    def is_done(self) -> bool:
        return self.n_have >= self.n_need


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseState:
    key: str
    number: int
    investment: Investment
    tasks: tuple[TaskState, ...]
    deliverables: tuple[Deliverable, ...] = ()
    is_open: bool = True
    opens_when: Sentence | None = None  # None: it is the first

    @property
    def n_done(self) -> int:
        return sum(task.is_done for task in self.tasks)

    @property
    def is_done(self) -> bool:
        return self.n_done == len(self.tasks)


def phases(
    database: Database,
    case: Case,
    plan: PocPlan | None = None,
    *,
    progress: PocState | None = None,
    disk_free_bytes: int | None = None,
    workflows: Collection[str] | None = None,
) -> tuple[PhaseState, ...]:
    """All three. Without a plan the one that is shipped; see `poc_state` for the rest.

    `progress` is that plan's, where it is at hand already.

    Phase 1 counts what real servers made, whatever campaign is looked at; its deliverables are of
    this campaign, and one from the sandbox delivers nothing.
    """
    known = plan or shipped_plan()
    progress = progress or poc_state(
        database, known, disk_free_bytes=disk_free_bytes, workflows=workflows
    )
    n_decisions = len(store.frozen_decisions(database, case.found.campaign.campaign_id))
    first = PhaseState(
        key=POC,
        number=1,
        investment=investment_of(case.claims, 1),
        tasks=tuple(progress.states[task.key] for task in known.tasks),
        deliverables=deliverables_of(case, n_decisions),
    )
    return (first, *_later(case.claims, known, progress))


def _later(claims: Sequence[Claim], plan: PocPlan, progress: PocState) -> tuple[PhaseState, ...]:
    opened = open_phases(plan, progress)
    return tuple(
        PhaseState(
            key=phase.key,
            number=number,
            investment=investment_of(claims, number),
            tasks=tuple(progress.later[task.key] for task in phase.tasks),
            is_open=phase in opened,
            opens_when=Sentence(key=f"phases.opens.{phase.key}"),
        )
        for number, phase in enumerate(plan.later, start=2)
    )


def investment_of(claims: Sequence[Claim], number: int) -> Investment:
    """Storage of the first phase is said among the preparations."""
    told: Mapping[str, float | None] = {
        what: _high(claims, f"phase_{number}_{what}")
        for what in ("weeks", "hardware_usd", "storage_gb")
    }
    if number == 1 and told["storage_gb"] is None:
        told = {**told, "storage_gb": _high(claims, "preparation_storage_gb")}
    usd = told["hardware_usd"]
    return Investment(
        weeks=told["weeks"],
        hardware_usd=None if usd is None else Decimal(str(usd)),
        storage_gb=told["storage_gb"],
    )


def _high(claims: Sequence[Claim], measure: str) -> float | None:
    span = span_of(claims, measure)
    return None if span is None else span.high


def deliverables_of(case: Case, n_decisions: int) -> tuple[Deliverable, ...]:
    """The weakest candidate counts: a report on half of them is none."""
    evidence = case.found.evidence
    candidates = [one for one in evidence.conditions if one.name in evidence.candidates]
    judged = {one.name: one for one in case.decision.conditions}
    n_raters = [judged[one.name].criteria[CriterionName.QUALITY].n for one in candidates]
    planned = evidence.planned.n_raters if evidence.planned else N_RATERS_MIN
    counted = {
        DeliverableName.PERFORMANCE: (min(map(_n_measured, candidates)), N_MEASURED_MIN, "runs"),
        DeliverableName.COST: (min(map(_n_costed, candidates)), N_SUCCESSES_MIN, "costs"),
        DeliverableName.QUALITY: (min(n_raters), max(planned, N_RATERS_MIN), "compare"),
        DeliverableName.DECISION: (n_decisions, 1, "decision"),
    }
    return tuple(
        _deliverable(name, 0 if case.found.is_sandbox else n_have, n_need, page)
        for name, (n_have, n_need, page) in counted.items()
    )


def _deliverable(name: DeliverableName, n_have: int, n_need: int, page: str) -> Deliverable:
    facts = {"have": n_have, "need": n_need}
    said = Sentence(key=f"phases.deliverable.{name.value}", facts=facts)
    return Deliverable(name=name, n_have=n_have, n_need=n_need, said=said, page=page)


def _n_measured(one: ConditionEvidence) -> int:
    """Clips with their time and, on a card of one's own, peaks."""
    if one.location is Location.CLOUD:
        return one.tally.n_ok_timed
    return min(one.tally.n_ok_timed, one.tally.n_peaks)


def _n_costed(one: ConditionEvidence) -> int:
    return min(one.tally.n_ok, one.tally.n_costed)
