"""The verdict in words: what, for whom, why, and what is missing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from videogen.analysis import passes_among_candidates
from videogen.domain.decision import (
    ConditionDecision,
    CriterionName,
    CriterionResult,
    CriterionVerdict,
    Decision,
    Evidence,
    PlannedN,
    Verdict,
)
from videogen.domain.run import Origin
from videogen.texts import formats, t

SPACES = re.compile(" {2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A key of texts/ and what fills it; `words` are facts that are keys themselves, and a fact may
    be a sentence, such as a figure with its unit.
    """

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def say(self, language: str, **facts: object) -> str:
        """`facts` go before the sentence's own, such as a condition's title for its name."""
        spoken = {
            name: _listed([t(key, language) for key in keys], language)
            for name, keys in self.words.items()
        }
        filled = {name: _told(fact, language) for name, fact in {**self.facts, **facts}.items()}
        said = t(self.key, language, **{**filled, **spoken})
        # A Thai word may bring spaces that set Latin letters off; the sentence has its own.
        return SPACES.sub(" ", said).strip()


def _told(fact: object, language: str) -> object:
    if isinstance(fact, Sentence):
        return fact.say(language)
    return formats.day(fact, language) if isinstance(fact, date) else fact


def _listed(words: Sequence[str], language: str) -> str:
    """Such as "quality, cost and VRAM"."""
    if len(words) < 3:
        return t("decision.list_and", language).join(words)
    # Thai sets Latin words off with spaces of their own, which a list has already.
    bare = [word.strip() for word in words]
    first = t("decision.list_comma", language).join(bare[:-1])
    return t("decision.list_last", language, first=first, last=bare[-1])


def verdict_sentences(evidence: Evidence, decision: Decision) -> tuple[Sentence, ...]:
    """First the verdict, for what and why; then what is missing, where anything is."""
    candidates = [c for c in decision.conditions if c.is_candidate]
    if decision.provisional_verdict is not None:
        return _locked(evidence, decision.provisional_verdict, candidates)
    if decision.verdict is Verdict.GO:
        return (_go(candidates),)
    if decision.verdict is Verdict.NO_GO:
        return tuple(_no_go(candidate) for candidate in candidates)
    return _not_yet(evidence, candidates)


def verdict_text(evidence: Evidence, decision: Decision, language: str) -> str:
    """The verdict as one short paragraph."""
    return " ".join(sentence.say(language) for sentence in verdict_sentences(evidence, decision))


def _go(candidates: Sequence[ConditionDecision]) -> Sentence:
    names = [c.name for c in candidates if passes_among_candidates(c)]
    if len(names) == 1:
        return Sentence(key="decision.sentence.go", facts={"condition": names[0]})
    facts = {"condition": names[0], "others": ", ".join(names[1:])}
    return Sentence(key="decision.sentence.go_several", facts=facts)


def _no_go(candidate: ConditionDecision) -> Sentence:
    failed = [n for n, r in candidate.criteria.items() if r.verdict is CriterionVerdict.FAIL]
    facts = {"condition": candidate.name}
    if len(failed) > 1:
        words = {"criteria": tuple(_word(name) for name in failed)}
        return Sentence(key="decision.sentence.no_go.several", facts=facts, words=words)
    return Sentence(key=f"decision.sentence.no_go.{failed[0].value}", facts=facts)


def _not_yet(evidence: Evidence, candidates: Sequence[ConditionDecision]) -> tuple[Sentence, ...]:
    go = [c for c in candidates if c.verdict is Verdict.GO]
    origins = {c.origin for c in evidence.conditions if c.name in evidence.candidates}
    if origins == {Origin.LIVE, Origin.SANDBOX}:
        return (Sentence(key="decision.sentence.not_yet.origin"),)
    if go:
        facts = {
            "condition": go[0].name,
            "n_candidates": len(candidates),
            "alpha": go[0].alpha_needed,
            "p": go[0].p_value,
        }
        return (Sentence(key="decision.sentence.not_yet.several", facts=facts),)
    closest = min((c for c in candidates if c.verdict is Verdict.NOT_YET), key=_n_open)
    criteria = closest.criteria
    if all(r.estimate is None for r in criteria.values()) and not any(
        r.n for r in criteria.values()
    ):
        return (Sentence(key="decision.sentence.not_yet.nothing"), _everything(closest))
    undecided = Sentence(
        key="decision.sentence.not_yet.open",
        facts={"condition": closest.name},
        words={"criteria": tuple(_word(name) for name, _ in _open_criteria(closest))},
    )
    return (undecided, *_missing(closest))


def _locked(
    evidence: Evidence, provisional: Verdict, candidates: Sequence[ConditionDecision]
) -> tuple[Sentence, ...]:
    missing = _missing_of_plan(evidence.planned, candidates)
    if provisional is Verdict.NOT_YET:
        return (_not_yet(evidence, candidates)[0], *missing)
    if provisional is Verdict.NO_GO:
        return (Sentence(key="decision.sentence.locked.no_go"), *missing)
    name = next(c.name for c in candidates if passes_among_candidates(c))
    return (Sentence(key="decision.sentence.locked.go", facts={"condition": name}), *missing)


def _missing_of_plan(
    planned: PlannedN | None, candidates: Sequence[ConditionDecision]
) -> tuple[Sentence, ...]:
    """The largest gap to the plan among the candidates."""
    if planned is None:
        return ()
    n_runs = max(planned.n_runs - c.criteria[CriterionName.SUCCESS].n for c in candidates)
    n_raters = max(planned.n_raters - c.criteria[CriterionName.QUALITY].n for c in candidates)
    facts = {"n_runs": max(0, n_runs), "n_raters": max(0, n_raters)}
    return (Sentence(key="decision.missing.planned", facts=facts),)


def _everything(candidate: ConditionDecision) -> Sentence:
    """What would decide every open criterion at once: the largest of their needs."""
    needs = [result.needs for _, result in _open_criteria(candidate) if result.needs]
    facts = {
        "n_runs": max((need.n_runs or 0 for need in needs), default=0),
        "n_raters": max((need.n_raters or 0 for need in needs), default=0),
    }
    return Sentence(key="decision.missing.both", facts=facts)


def _missing(candidate: ConditionDecision) -> tuple[Sentence, ...]:
    """What decides each open criterion, or that nothing does as it stands."""
    return tuple(_missing_of(name, result) for name, result in _open_criteria(candidate))


def _missing_of(name: CriterionName, result: CriterionResult) -> Sentence:
    if result.reason_key.endswith(".unknown_cost"):
        return Sentence(key="decision.missing.prices")
    words = {"criterion": (_word(name),)}
    n_runs = (result.needs.n_runs if result.needs else None) or 0
    n_raters = (result.needs.n_raters if result.needs else None) or 0
    if not n_runs and not n_raters:
        return Sentence(key="decision.missing.criterion_none", words=words)
    if n_runs and n_raters:
        facts: Mapping[str, object] = {"n_runs": n_runs, "n_raters": n_raters}
        return Sentence(key="decision.missing.criterion_both", facts=facts, words=words)
    if n_runs:
        facts = {"n_runs": n_runs}
        return Sentence(key="decision.missing.criterion_runs", facts=facts, words=words)
    facts = {"n_raters": n_raters}
    return Sentence(key="decision.missing.criterion_raters", facts=facts, words=words)


def _word(name: CriterionName) -> str:
    return f"decision.criterion.{name.value}"


def _open_criteria(
    candidate: ConditionDecision,
) -> list[tuple[CriterionName, CriterionResult]]:
    return [
        (name, result)
        for name, result in candidate.criteria.items()
        if result.verdict is CriterionVerdict.NOT_YET
    ]


def _n_open(candidate: ConditionDecision) -> int:
    return len(_open_criteria(candidate))
