"""A report's language, and the names by which its readers know the conditions."""

from collections.abc import Iterable
from datetime import date, datetime

from videogen import texts
from videogen.evidence.verdict import Sentence
from videogen.texts import formats


class Voice:
    """Says keys, sentences and figures in one language; knows no rater by name."""

    def __init__(self, language: str) -> None:
        self.language = language

    def t(self, key: str, **facts: object) -> str:
        return texts.t(key, self.language, **facts)

    def t_or(self, key: str, fallback: str) -> str:
        return self.t(key) if texts.has_key(key) else fallback

    def heads(self, names: Iterable[str]) -> tuple[str, ...]:
        """Of a table's columns, in their order."""
        return tuple(self.t(f"report.head.{name}") for name in names)

    def name(self, condition: str) -> str:
        return self.t_or(f"condition.{condition}", condition)

    def say(self, sentence: Sentence) -> str:
        """Conditions by the names that people know, whatever fact holds them."""
        facts = {key: self._named(value) for key, value in sentence.facts.items()}
        return sentence.say(self.language, **facts)

    def _named(self, value: object) -> object:
        if isinstance(value, Sentence):
            return self.say(value)
        if not isinstance(value, str):
            return value
        return ", ".join(self.name(one) for one in value.split(", "))

    def seconds(self, value_s: float | None) -> str:
        return formats.seconds(value_s, self.language)

    def day(self, value: date | None) -> str:
        return formats.day(value, self.language)

    def moment(self, value: datetime | None) -> str:
        return formats.UNKNOWN if value is None else f"{formats.moment(value, self.language)} UTC"

    def span(self, low: str, high: str) -> str:
        """An interval of figures that are words already; none where either end is unknown."""
        if formats.UNKNOWN in (low, high):
            return ""
        return self.t("report.interval", low=low, high=high)
