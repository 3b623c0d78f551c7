"""Raters as numbers in what is said of a panel: who reads it must not know who said what."""

import dataclasses
from collections.abc import Iterable, Mapping

from videogen.domain.decision import CriterionResult


def numbered(names: Iterable[str], numbers: Mapping[str, int], rater: str) -> list[str]:
    """Such as "Rater 2", by number; a name without one is left out. `rater`: the word for it."""
    known = sorted(numbers[name] for name in names if name in numbers)
    return [f"{rater} {number}" for number in known]


def unnamed(result: CriterionResult, numbers: Mapping[str, int], rater: str) -> CriterionResult:
    """The result with "Rater 2" where its facts hold a name."""
    named = result.facts.get("raters_left_out")
    if not named:
        return result
    # A name may hold a comma itself; then its halves are nobody's number.
    known = numbered(str(named).split(", "), numbers, rater)
    n_named = result.facts.get("n_raters_left_out")
    said = ", ".join(known) if len(known) == n_named else f"n = {n_named}"
    return dataclasses.replace(result, facts={**result.facts, "raters_left_out": said})
