"""What a failed run tells a person: what happened, what it means, what to do next."""

import re
from dataclasses import dataclass

from videogen.texts.catalogue import t

FACT = re.compile(r"(\w+)=([^,]+)")  # as an error's one line for logs and rows writes them

# The month's is the plain one.
OF_CAPS = {cap: f"error.budget_{cap}" for cap in ("campaign", "person", "provider")}


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureAdvice:
    happened: str
    means: str
    next_step: str


def failure_advice(failure_class: str, language: str, detail: str | None = None) -> FailureAdvice:
    """Of a stored failure; `detail` says which cap stood in the way and how much was left."""
    advice = FailureAdvice(
        happened=t(f"failure.{failure_class}.happened", language),
        means=t(f"failure.{failure_class}.means", language),
        next_step=t(f"failure.{failure_class}.next", language),
    )
    return _refused(advice, language, detail) if failure_class == "budget" and detail else advice


def _refused(advice: FailureAdvice, language: str, detail: str) -> FailureAdvice:
    facts = dict(FACT.findall(detail))
    if {"asked_usd", "left_usd", "cap_usd"} <= facts.keys():
        key = OF_CAPS.get(facts.get("cap", ""), "error.budget")
    elif "value" in facts:
        key = "error.price_unknown"
    else:
        return advice
    return FailureAdvice(
        happened=t(f"{key}.message", language, **facts),
        means=advice.means,
        next_step=t(f"{key}.hint", language, **facts),
    )
