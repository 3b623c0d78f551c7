"""What would decide a candidate, or the campaign, at the least cost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from videogen.analysis import passes_among_candidates
from videogen.analysis.level import NOTHING, needs_for_level
from videogen.analysis.success import ALPHA
from videogen.domain.decision import (
    ConditionDecision,
    ConditionEvidence,
    CriterionName,
    CriterionNeeds,
    CriterionResult,
    CriterionVerdict,
    Verdict,
)
from videogen.evidence.case import Case
from videogen.evidence.steps import step_words
from videogen.evidence.steps.flips import CriterionFlip, criterion_flip, flips
from videogen.evidence.steps.step_words import Effort
from videogen.evidence.verdict import Sentence

__all__ = ["CriterionFlip", "NextStep", "StepKind", "cheapest_step", "flips", "next_steps"]

MOST_RUNS, MOST_RATERS = 2_000, 60  # beyond these nobody would call it a step


class StepKind(StrEnum):
    MEASURE = "measure"  # more of the same decides it
    CHANGE = "change"  # it failed: only another configuration can pass
    PRICES = "prices"
    NOTHING = "nothing"  # nothing decides it at a reasonable cost


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """`effort` is None unless there is something to measure."""

    kind: StepKind
    condition: str  # the candidate that it is about
    leads_to: Verdict  # should things go on as they are
    brief: Sentence  # such as "26 more runs, $4.00, 3 h"
    sentence: Sentence  # for whom, what, and where it leads
    effort: Effort | None = None

    @property
    def n_runs(self) -> int:
        return self.effort.n_runs if self.effort else 0

    @property
    def n_raters(self) -> int:
        return self.effort.n_raters if self.effort else 0

    @property
    def cost_usd(self) -> Decimal | None:
        return self.effort.cost_usd if self.effort else None

    @property
    def hours(self) -> float | None:
        return self.effort.hours if self.effort else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What one candidate still needs, and which criteria no number helps."""

    n_runs: int = 0
    n_raters: int = 0
    n_prompts: int = 0  # of the runs, on prompts that nobody has rated yet
    stuck: tuple[CriterionName, ...] = ()

    @property
    def is_step(self) -> bool:
        return not self.stuck and self.n_runs <= MOST_RUNS and self.n_raters <= MOST_RATERS

    def with_plan(self, gap: "_Wanted") -> "_Wanted":
        return _Wanted(
            n_runs=max(self.n_runs, gap.n_runs),
            n_raters=max(self.n_raters, gap.n_raters),
            n_prompts=self.n_prompts,
            stuck=self.stuck,
        )


def next_steps(case: Case) -> Mapping[str, NextStep]:
    """Each candidate's own cheapest step, at 95 % and its planned n; none for one that is done."""
    found: dict[str, NextStep] = {}
    for judged in _candidates(case):
        step = _own_step(case, judged)
        if step is not None:
            found[judged.name] = step
    return found


def cheapest_step(case: Case) -> NextStep | None:
    """Towards an overall verdict: one GO, or NO-GO of all; None once it is GO.

    The least dollars, then hours, then minutes of rating. Among several candidates the first to
    pass must do so at the level that Holm's step-down asks of it, and every candidate's planned
    numbers must be reached, so that what the others still lack is in it.
    """
    candidates = _candidates(case)
    if case.decision.verdict is Verdict.GO or not candidates:
        return None
    if case.decision.verdict is Verdict.NO_GO:
        return _change(min(candidates, key=_n_failed))
    options = [*_ways_to_go(case, candidates), *_ways_to_no_go(case, candidates)]
    if options:
        return min(options, key=_price)
    open_ones = [one for one in candidates if not _n_failed(one)]
    steps = [_own_step(case, one) for one in open_ones]
    stuck = [step for step in steps if step and step.kind is not StepKind.MEASURE]
    first = next((step for step in stuck if step.kind is StepKind.PRICES), None)
    if first or stuck:
        return first or stuck[0]
    return _stuck(case, open_ones[0], _Wanted()) if open_ones else None


def _candidates(case: Case) -> list[ConditionDecision]:
    return [one for one in case.decision.conditions if one.is_candidate]


def _own_step(case: Case, judged: ConditionDecision) -> NextStep | None:
    gap = _plan_gap(case, judged)
    if _n_failed(judged):
        return _change(judged)
    failing = [wanted for wanted in _fails(case, judged) if wanted.is_step]
    if failing:
        steps = [
            _measure(case, judged, [(judged, one.with_plan(gap))], Verdict.NO_GO) for one in failing
        ]
        return min(steps, key=_price)
    wanted = _to_pass(case, judged, ALPHA)
    if _trends_to_fail(case, judged) or not wanted.is_step:
        return _stuck(case, judged, wanted)
    whole = wanted.with_plan(gap)
    if not whole.n_runs and not whole.n_raters:
        return None
    return _measure(case, judged, [(judged, whole)], Verdict.GO)


def _ways_to_go(case: Case, candidates: Sequence[ConditionDecision]) -> list[NextStep]:
    """For each candidate that nothing speaks against: what it needs, and the plan of the others."""
    ways = []
    for judged in candidates:
        if _n_failed(judged) or _trends_to_fail(case, judged):
            continue
        alpha = ALPHA if passes_among_candidates(judged) else ALPHA / len(candidates)
        wanted = _to_pass(case, judged, alpha)
        if wanted.is_step:
            others = [(one, _plan_gap(case, one)) for one in candidates if one is not judged]
            whole = wanted.with_plan(_plan_gap(case, judged))
            ways.append(_measure(case, judged, [(judged, whole), *others], Verdict.GO))
    return ways


def _ways_to_no_go(case: Case, candidates: Sequence[ConditionDecision]) -> list[NextStep]:
    """One way at most: every candidate fails, each by its cheapest criterion."""
    wants: list[tuple[ConditionDecision, _Wanted]] = []
    for judged in candidates:
        ways = [_Wanted()] if _n_failed(judged) else _fails(case, judged)
        steps = [one for one in ways if one.is_step]
        if not steps:
            return []
        effort = {id(one): _effort(case, [(judged, one)]) for one in steps}
        cheapest = min(steps, key=lambda one: effort[id(one)].rank)
        wants.append((judged, cheapest.with_plan(_plan_gap(case, judged))))
    leading = min(candidates, key=_n_failed)
    return [_measure(case, leading, wants, Verdict.NO_GO)]


def _plan_gap(case: Case, judged: ConditionDecision) -> _Wanted:
    planned = case.found.evidence.planned
    if planned is None:
        return _Wanted()
    n_first = _evidence(case, judged).tally.n_first
    n_raters = judged.criteria[CriterionName.QUALITY].n
    return _Wanted(
        n_runs=max(0, planned.n_runs - n_first), n_raters=max(0, planned.n_raters - n_raters)
    )


def _to_pass(case: Case, judged: ConditionDecision, alpha: float) -> _Wanted:
    """What brings every criterion to a pass at this level, should things go on as they are."""
    needs = {
        name: _needs(case, judged, name, result, alpha) for name, result in judged.criteria.items()
    }
    return _wanted(needs)


def _needs(
    case: Case,
    judged: ConditionDecision,
    name: CriterionName,
    result: CriterionResult,
    alpha: float,
) -> CriterionNeeds | None:
    is_open = result.verdict is CriterionVerdict.NOT_YET
    if alpha >= ALPHA or (is_open and result.estimate is None):
        return result.needs if is_open else NOTHING
    stricter = needs_for_level(
        name, result, _evidence(case, judged), case.found.evidence.criteria, alpha
    )
    if not is_open or stricter is None:
        return stricter
    own = result.needs or NOTHING
    return CriterionNeeds(
        n_runs=max(stricter.n_runs or 0, own.n_runs or 0) or None,
        n_raters=max(stricter.n_raters or 0, own.n_raters or 0) or None,
    )


def _fails(case: Case, judged: ConditionDecision) -> list[_Wanted]:
    """Of each open criterion that leads to a fail: what shows it; one of them is enough."""
    ways = []
    for name, result in judged.criteria.items():
        flip = _flip(case, judged, name).flip
        if result.verdict is not CriterionVerdict.NOT_YET or flip is None:
            continue
        if flip.trend is CriterionVerdict.FAIL:
            is_success = name is CriterionName.SUCCESS
            at_rate = None if flip.n_at_rate is None else CriterionNeeds(n_runs=flip.n_at_rate)
            ways.append(_wanted({name: at_rate if is_success else result.needs}))
    return ways


def _trends_to_fail(case: Case, judged: ConditionDecision) -> bool:
    return bool(_fails(case, judged))


def _wanted(needs: Mapping[CriterionName, CriterionNeeds | None]) -> _Wanted:
    known = [one for one in needs.values() if one is not None]
    quality = needs.get(CriterionName.QUALITY) or NOTHING
    return _Wanted(
        n_runs=max((one.n_runs or 0 for one in known), default=0),
        n_raters=max((one.n_raters or 0 for one in known), default=0),
        n_prompts=quality.n_runs or 0,
        stuck=tuple(name for name, one in needs.items() if one is None),
    )


def _measure(
    case: Case,
    judged: ConditionDecision,
    wants: Sequence[tuple[ConditionDecision, _Wanted]],
    leads_to: Verdict,
) -> NextStep:
    effort = _effort(case, wants)
    brief = step_words.brief(effort)
    success = judged.criteria[CriterionName.SUCCESS].verdict
    is_open = any(one.verdict is CriterionVerdict.NOT_YET for one in judged.criteria.values())
    key = "next.leads.no_go" if leads_to is Verdict.NO_GO else "next.leads.go"
    if not is_open:
        key = f"next.leads.plan_{leads_to.value}"
    elif leads_to is Verdict.GO and success is CriterionVerdict.NOT_YET:
        key = "next.leads.if_none_fails"
    facts = {"condition": judged.name, "what": brief}
    return NextStep(
        kind=StepKind.MEASURE,
        condition=judged.name,
        leads_to=leads_to,
        brief=brief,
        sentence=Sentence(key=key, facts=facts),
        effort=effort,
    )


def _effort(case: Case, wants: Iterable[tuple[ConditionDecision, _Wanted]]) -> Effort:
    pairs = list(wants)
    return step_words.effort(
        case,
        {judged.name: wanted.n_runs for judged, wanted in pairs},
        n_raters=max((wanted.n_raters for _, wanted in pairs), default=0),
        n_prompts=max((wanted.n_prompts for _, wanted in pairs), default=0),
    )


def _change(judged: ConditionDecision) -> NextStep:
    """What would have to be another, of each criterion that failed; no number makes up for it."""
    changes = [
        Sentence(key=f"next.change.{name.value}")
        for name, result in judged.criteria.items()
        if result.verdict is CriterionVerdict.FAIL
    ]
    facts = {"condition": judged.name, "what": step_words.one_after_another(changes)}
    return NextStep(
        kind=StepKind.CHANGE,
        condition=judged.name,
        leads_to=Verdict.NO_GO,
        brief=Sentence(key="next.change.brief"),
        sentence=Sentence(key="next.change", facts=facts),
    )


def _stuck(case: Case, judged: ConditionDecision, wanted: _Wanted) -> NextStep:
    tally = _evidence(case, judged).tally
    facts: dict[str, object] = {"condition": judged.name}
    if tally.n_costed < tally.n_ended:
        facts |= {"n_unknown": tally.n_ended - tally.n_costed}
        kind, key = StepKind.PRICES, "next.prices"
    else:
        kind, key = StepKind.NOTHING, "next.nothing"
    still_open = [n for n, r in judged.criteria.items() if r.verdict is CriterionVerdict.NOT_YET]
    names = wanted.stuck or still_open
    words = {"criteria": tuple(f"decision.criterion.{name.value}" for name in names)}
    return NextStep(
        kind=kind,
        condition=judged.name,
        leads_to=Verdict.NOT_YET,
        brief=Sentence(key=f"next.{kind.value}.brief"),
        sentence=Sentence(key=key, facts=facts, words=words if key == "next.nothing" else {}),
    )


def _price(step: NextStep) -> tuple[float, float, float]:
    return step.effort.rank if step.effort else (0.0, 0.0, 0.0)


def _n_failed(judged: ConditionDecision) -> int:
    return sum(one.verdict is CriterionVerdict.FAIL for one in judged.criteria.values())


def _evidence(case: Case, judged: ConditionDecision) -> ConditionEvidence:
    return next(one for one in case.found.evidence.conditions if one.name == judged.name)


def _flip(case: Case, judged: ConditionDecision, name: CriterionName) -> CriterionFlip:
    criteria = case.found.evidence.criteria
    return criterion_flip(name, judged.criteria[name], _evidence(case, judged), criteria)
