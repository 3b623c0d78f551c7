"""A reason as a sentence, in Thai or English."""

from videogen.routing.records import Fact, Reason
from videogen.texts import has_key, t

NOTES = {
    "kept_over": "routing.note.kept_over",
    "n_failed": "routing.note.failing",
    "is_failing_chosen": "routing.note.failing_chosen",
    "n_runs": "routing.note.measured",
    "n_raters": "routing.note.rated",
    "is_state_unknown": "routing.note.state_unknown",
    "is_quality_claimed": "routing.note.quality_claimed",
}


def sentence(reason: Reason, language: str) -> str:
    """With what must be said beside it: how much was measured, what nobody asked for or rated."""
    facts: dict[str, object] = {name: _plain(value) for name, value in reason.facts.items()}
    if "why_key" in facts:
        facts["why"] = _why(reason.facts["why_key"], language)
    notes = [t(key, language, **facts) for fact, key in NOTES.items() if reason.facts.get(fact)]
    return " ".join([t(reason.key, language, **facts), *notes])


def _why(key: Fact, language: str) -> str:
    return t(key if isinstance(key, str) and has_key(key) else "routing.why.unknown", language)


def _plain(value: Fact) -> Fact:
    """15.0 is 15 to a reader, and 0.81088 dollars are 0.81."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
