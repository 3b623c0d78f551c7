"""Why the rules leave a rater out, in words."""

from collections.abc import Mapping

from videogen.rating.screening import ScreeningFinding
from videogen.ui.language import t

DIGITS: Mapping[str, str] = {"variance": ".2f", "ratio": ".1f"}  # whole counts need none


def short(finding: ScreeningFinding) -> str:
    return t(f"screening.{finding.reason.value}")


def sentence(finding: ScreeningFinding) -> str:
    """With its figures."""
    facts = {name: format(value, DIGITS.get(name, "")) for name, value in finding.facts.items()}
    return t(f"screening.{finding.reason.value}_figures", **facts)
