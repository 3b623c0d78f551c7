"""From evidence to a verdict: four criteria a condition, the candidates together."""

from collections.abc import Iterable, Mapping, Sequence

from videogen.analysis.cost import judge_cost
from videogen.analysis.holm import holm_levels
from videogen.analysis.quality import judge_quality
from videogen.analysis.success import ROUNDING, judge_success
from videogen.analysis.vram import judge_vram
from videogen.domain.decision import (
    ConditionDecision,
    ConditionEvidence,
    Criteria,
    CriterionName,
    CriterionResult,
    CriterionVerdict,
    Decision,
    Evidence,
    PlannedN,
    Verdict,
)
from videogen.domain.run import Origin


def decide(evidence: Evidence) -> Decision:
    """The verdict of every condition and, from the candidates alone, the overall one.

    A condition is go when every criterion that applies passes, no_go when one fails, else
    not_yet; each bound is one-sided 95 %. All four must pass, so no level is split among them
    (intersection-union test) and a condition's p-value is the largest of its criteria's.

    Overall go asks "does any candidate pass?", and the best of several is the luckiest too. So
    Holm's step-down over the candidates holds the chance of a false go at 5 % in all: the p-values
    in rising order must stay within 0.05/m, 0.05/(m-1), ... (m = all candidates named, judged or
    not); the first that does not ends it. Go needs a candidate that is go by itself and also
    passes there; with one candidate nothing changes. No_go needs every candidate to be no_go,
    which is again an intersection and needs no correction.

    Below the planned n (of any candidate) the overall verdict is not_yet and how it stands is
    only provisional: looking early and stopping at a pass triples the false ones. Where live and
    sandbox candidates stand together, the sandbox ones count as not yet judged.

    Raises: ValueError: a candidate is not among the conditions.
    """
    by_name = {condition.name: condition for condition in evidence.conditions}
    missing = [name for name in evidence.candidates if name not in by_name]
    if missing or not evidence.candidates:
        raise ValueError(f"candidates without evidence: {missing}")
    judged = {
        condition.name: judge_condition(condition, evidence.criteria)
        for condition in evidence.conditions
    }
    standing = _candidates_that_count(evidence, by_name)
    levels = holm_levels({name: _p_of(judged[name]) for name in evidence.candidates})
    conditions = tuple(
        ConditionDecision(
            name=name,
            verdict=condition_verdict(results),
            criteria=results,
            is_candidate=name in evidence.candidates,
            is_below_planned_n=_is_below(evidence.planned, by_name[name], results),
            p_value=_p_of(results),
            alpha_needed=levels.get(name),
        )
        for name, results in judged.items()
    )
    verdict = _overall([c for c in conditions if c.is_candidate], standing)
    if any(c.is_candidate and c.is_below_planned_n for c in conditions):
        return Decision(verdict=Verdict.NOT_YET, provisional_verdict=verdict, conditions=conditions)
    return Decision(verdict=verdict, provisional_verdict=None, conditions=conditions)


def judge_condition(
    condition: ConditionEvidence, criteria: Criteria
) -> Mapping[CriterionName, CriterionResult]:
    return {
        CriterionName.QUALITY: judge_quality(condition.opinions, criteria),
        CriterionName.COST: judge_cost(condition.tally, criteria),
        CriterionName.VRAM: judge_vram(condition.tally, criteria, condition.location),
        CriterionName.SUCCESS: judge_success(condition.tally, criteria),
    }


def condition_verdict(results: Mapping[CriterionName, CriterionResult]) -> Verdict:
    verdicts = {result.verdict for result in results.values()}
    if CriterionVerdict.FAIL in verdicts:
        return Verdict.NO_GO
    return Verdict.NOT_YET if CriterionVerdict.NOT_YET in verdicts else Verdict.GO


def passes_among_candidates(condition: ConditionDecision) -> bool:
    """Go by itself and also at the level that Holm asks of it."""
    if condition.p_value is None or condition.alpha_needed is None:
        return False
    return (
        condition.verdict is Verdict.GO and condition.p_value <= condition.alpha_needed + ROUNDING
    )


def _p_of(results: Mapping[CriterionName, CriterionResult]) -> float:
    """1 unless the condition is go: minimum numbers are no matter of probability."""
    if condition_verdict(results) is not Verdict.GO:
        return 1.0
    return max(result.p_value for result in results.values() if result.p_value is not None)


def _candidates_that_count(
    evidence: Evidence, by_name: Mapping[str, ConditionEvidence]
) -> frozenset[str]:
    origins = {by_name[name].origin for name in evidence.candidates}
    if len(origins) < 2:
        return frozenset(evidence.candidates)
    return frozenset(n for n in evidence.candidates if by_name[n].origin is Origin.LIVE)


def _overall(candidates: Sequence[ConditionDecision], standing: Iterable[str]) -> Verdict:
    counted = [c for c in candidates if c.name in set(standing)]
    if any(passes_among_candidates(c) for c in counted):
        return Verdict.GO
    all_counted = len(counted) == len(candidates)
    if all_counted and all(c.verdict is Verdict.NO_GO for c in counted):
        return Verdict.NO_GO
    return Verdict.NOT_YET


def _is_below(
    planned: PlannedN | None,
    condition: ConditionEvidence,
    results: Mapping[CriterionName, CriterionResult],
) -> bool:
    if planned is None:
        return False
    n_runs = condition.tally.n_first
    return n_runs < planned.n_runs or results[CriterionName.QUALITY].n < planned.n_raters
