"""What changed since a decision was frozen: the figures that were kept against those of today."""

from collections.abc import Iterator, Mapping
from typing import Any

from videogen.domain.decision import ConditionDecision, CriterionName, CriterionResult
from videogen.domain.event import FrozenDecision
from videogen.evidence import criterion_words
from videogen.evidence.assumptions import QUERY_NAMES
from videogen.evidence.case import Case
from videogen.evidence.verdict import Sentence
from videogen.texts import formats

Kept = Mapping[str, Any]


def changes_since(frozen: FrozenDecision, case: Case) -> tuple[Sentence, ...]:
    """The verdict first; figures are compared as people read them, with their n."""
    found = (
        *_verdict_changes(frozen, case),
        *_condition_changes(frozen.evidence, case),
        *_ground_changes(frozen, case),
    )
    return found or (Sentence(key="changes.nothing"),)


def _verdict_changes(frozen: FrozenDecision, case: Case) -> Iterator[Sentence]:
    decision = case.decision
    if frozen.verdict != decision.verdict.value:
        yield Sentence(
            key="changes.verdict",
            words={
                "old": (f"verdict.{frozen.verdict}",),
                "new": (f"verdict.{decision.verdict.value}",),
            },
        )
    now = None if decision.provisional_verdict is None else decision.provisional_verdict.value
    if frozen.provisional_verdict != now:
        yield Sentence(
            key="changes.provisional",
            words={"old": (_provisional(frozen.provisional_verdict),), "new": (_provisional(now),)},
        )


def _provisional(verdict: str | None) -> str:
    """None: nothing was locked, so the verdict itself stood."""
    return "changes.not_locked" if verdict is None else f"verdict.{verdict}"


def _condition_changes(kept: Kept, case: Case) -> Iterator[Sentence]:
    for judged in case.decision.conditions:
        if f"conditions.{judged.name}.verdict" not in kept:
            yield Sentence(key="changes.condition_new", facts={"condition": judged.name})
            continue
        for name in criterion_words.ORDER:
            yield from _criterion_changes(kept, judged, name, judged.criteria[name])


def _criterion_changes(
    kept: Kept, judged: ConditionDecision, name: CriterionName, result: CriterionResult
) -> Iterator[Sentence]:
    prefix = f"conditions.{judged.name}.{name.value}"
    verdict, estimate, n = (kept.get(f"{prefix}.{what}") for what in ("verdict", "estimate", "n"))
    old, new = (criterion_words.figure(name, value) for value in (estimate, result.estimate))
    facts = {
        "condition": judged.name,
        "old": old,
        "new": new,
        "n_old": formats.count(n),
        "n_new": formats.count(result.n),
    }
    words = {"criterion": (f"decision.criterion.{name.value}",)}
    if verdict != result.verdict.value:
        verdicts = {
            "was": (f"criterion_verdict.{verdict}",),
            "is_now": (f"criterion_verdict.{result.verdict.value}",),
        }
        yield Sentence(key="changes.criterion", facts=facts, words=words | verdicts)
    elif old != new:
        yield Sentence(key="changes.figure", facts=facts, words=words)
    elif n != result.n:
        yield Sentence(key="changes.n", facts=facts, words=words)


def _ground_changes(frozen: FrozenDecision, case: Case) -> Iterator[Sentence]:
    """Thresholds and assumptions: what else a figure follows from."""
    version = case.found.evidence.criteria.version
    if frozen.criteria_version not in (None, version):
        facts = {"old": frozen.criteria_version, "new": version}
        yield Sentence(key="changes.thresholds", facts=facts)
    now = case.assumptions.as_full_query()
    for name, short in QUERY_NAMES.items():
        was, is_now = frozen.assumptions.get(short), now.get(short)
        if frozen.assumptions and was != is_now:
            yield Sentence(
                key="changes.assumption",
                facts={"old": was or formats.UNKNOWN, "new": is_now or formats.UNKNOWN},
                words={"assumption": (f"field.{name}",)},
            )
