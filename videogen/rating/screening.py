"""Whom the panel leaves out: rules that a campaign registers before its first run.

Nobody is left out by hand: the rules see how somebody rated, never which condition was liked.
"""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from videogen.domain.conduct import RaterConduct

SCREENING_VERSION = 1  # what a new campaign registers
SMALLEST_NOISE = 0.01  # of a score; where all but agree, a ratio would be of rounding errors


class ScreeningReason(StrEnum):
    TRAP_MISSED = "trap_missed"
    GOLD_MISSED = "gold_missed"
    STRAIGHT_LINING = "straight_lining"
    INCOMPLETE_PLAYBACK = "incomplete_playback"
    INCONSISTENT = "inconsistent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningRules:
    """Limits after microsoft/P.910's defaults; the inconsistency's ratio is ours, by simulation."""

    gold_within: int = 1  # a score so far from the expected one is still right
    gold_share_min: float = 0.70
    variance_min: float = 0.15
    n_ratings_min: int = 10  # fewer say nothing of variance or inconsistency
    inconsistency_max_ratio: float = 1.5  # to the panel's median
    n_raters_min_for_inconsistency: int = 6


RULES: Mapping[int, ScreeningRules] = {1: ScreeningRules()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningFinding:
    """One rule that a rater does not meet, with its figures by the names that its sentence uses."""

    reason: ScreeningReason
    facts: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    rater_id: str
    findings: tuple[ScreeningFinding, ...]
    is_unscreened: bool  # saw no clip whose score is known beforehand

    @property
    def is_excluded(self) -> bool:
        return bool(self.findings)


def screen(
    panel: Sequence[RaterConduct],
    inconsistency: Mapping[str, float],
    rules: ScreeningRules,
) -> tuple[Screening, ...]:
    """What the rules say of each rater, in the order given.

    Args: inconsistency: standard deviation of a rater's noise by rater_id (ITU-T P.910's subject
        model), of those for whom it is known.
    """
    median = _median_inconsistency(otherwise_kept(panel, rules), inconsistency, rules)
    return tuple(
        Screening(
            rater_id=one.rater_id,
            findings=tuple(_findings(one, inconsistency.get(one.rater_id), median, rules)),
            is_unscreened=one.n_gold + one.n_traps == 0,
        )
        for one in panel
    )


def otherwise_kept(panel: Sequence[RaterConduct], rules: ScreeningRules) -> tuple[str, ...]:
    """The rater_ids of those whom no rule but that of inconsistency leaves out.

    They alone are what a rater's noise is held against: else a file of straight lines, left out
    itself, would move the limit for everybody else.
    """
    return tuple(one.rater_id for one in panel if not any(_findings(one, None, None, rules)))


def _median_inconsistency(
    rater_ids: Sequence[str], inconsistency: Mapping[str, float], rules: ScreeningRules
) -> float | None:
    known = [inconsistency[one] for one in rater_ids if one in inconsistency]
    if len(known) < rules.n_raters_min_for_inconsistency:
        return None
    median = statistics.median(known)
    return median if median >= SMALLEST_NOISE else None


def _findings(
    one: RaterConduct, noise: float | None, median: float | None, rules: ScreeningRules
) -> Iterator[ScreeningFinding]:
    if one.n_traps_missed:
        yield _found(ScreeningReason.TRAP_MISSED, n_missed=one.n_traps_missed, n_traps=one.n_traps)
    if one.n_gold and one.n_gold_within / one.n_gold < rules.gold_share_min:
        yield _found(ScreeningReason.GOLD_MISSED, n_within=one.n_gold_within, n_gold=one.n_gold)
    if one.variance is not None and one.variance < rules.variance_min:
        yield _found(ScreeningReason.STRAIGHT_LINING, variance=one.variance, n_scores=one.n_scores)
    if one.n_incomplete:
        yield _found(
            ScreeningReason.INCOMPLETE_PLAYBACK, n_incomplete=one.n_incomplete, n_rated=one.n_rated
        )
    says_enough = one.n_rated >= rules.n_ratings_min
    if says_enough and noise is not None and median is not None:
        ratio = noise / median
        if ratio > rules.inconsistency_max_ratio:
            yield _found(ScreeningReason.INCONSISTENT, ratio=ratio)


def _found(reason: ScreeningReason, **facts: float) -> ScreeningFinding:
    return ScreeningFinding(reason=reason, facts=facts)
