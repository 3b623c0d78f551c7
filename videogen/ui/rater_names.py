"""Raters by name for whoever runs the panel, by number for everybody else."""

import dataclasses
from collections.abc import Iterable, Mapping

from videogen.domain.access import Permission
from videogen.domain.decision import ConditionDecision
from videogen.evidence.unnamed import numbered, unnamed
from videogen.ui import who
from videogen.ui.language import t

Numbers = Mapping[str, int]  # by name


def shown(names: Iterable[str], numbers: Numbers) -> list[str]:
    """Such as "Nok", or "Rater 3" as reports say it."""
    if who.may(Permission.SEE_RATERS):
        return list(names)
    return numbered(names, numbers, t("report.rater_word"))


def one(name: str, numbers: Numbers) -> str:
    return ", ".join(shown([name], numbers))


def place(name: str, numbers: Numbers) -> int:
    """To sort by: the order of names would tell whose number it is."""
    return 0 if who.may(Permission.SEE_RATERS) else numbers.get(name, 0)


def decision(judged: ConditionDecision, numbers: Numbers) -> ConditionDecision:
    """The same decision, its reasons told as `shown`."""
    if who.may(Permission.SEE_RATERS):
        return judged
    word = t("report.rater_word")
    criteria = {name: unnamed(one, numbers, word) for name, one in judged.criteria.items()}
    return dataclasses.replace(judged, criteria=criteria)
