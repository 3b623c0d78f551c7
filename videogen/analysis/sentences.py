"""A criterion's reason as sentences; the words stand in texts/, the numbers in its facts."""

from videogen.domain.decision import CriterionResult
from videogen.texts import t

NOTES = ("n_cancelled", "n_requeued", "n_raters_left_out", "n_lower_bounds")


def criterion_reason(result: CriterionResult, language: str) -> str:
    """The reason, and what was left out of the numbers, as one paragraph."""
    return " ".join([t(result.reason_key, language, **result.facts), *_notes(result, language)])


def _notes(result: CriterionResult, language: str) -> list[str]:
    return [
        t(f"decision.note.{name}", language, **result.facts)
        for name in NOTES
        if result.facts.get(name)
    ]
