"""Whom the rules leave out, with figures small enough to be counted on the fingers."""

from dataclasses import replace
from typing import Any

import pytest

from videogen.domain.conduct import RaterConduct
from videogen.domain.rating import RaterKind
from videogen.rating.screening import (
    RULES,
    SCREENING_VERSION,
    Screening,
    ScreeningReason,
    screen,
)

RULES_NOW = RULES[SCREENING_VERSION]
FAULTLESS = RaterConduct(
    rater_id="nok",
    name="Nok",
    kind=RaterKind.HUMAN,
    n_sessions=1,
    n_test=28,
    n_rated=36,
    n_gold=4,
    n_gold_within=4,
    n_traps=1,
    n_traps_missed=0,
    n_incomplete=0,
    n_repeats=3,
    variance=1.1,
    n_scores=35,
    repeat_difference=0.33,
    seconds_per_rating=11.0,
    last_rated_at=None,
)


def _judged(inconsistency: float | None = None, **changes: Any) -> Screening:
    known = {} if inconsistency is None else {"nok": inconsistency}
    (said,) = screen([replace(FAULTLESS, **changes)], known, RULES_NOW)
    return said


def _reasons(said: Screening) -> list[ScreeningReason]:
    return [finding.reason for finding in said.findings]


def test_a_rater_who_meets_every_rule_stays() -> None:
    said = _judged()

    assert not said.is_excluded
    assert not said.is_unscreened
    assert said.findings == ()


def test_a_missed_attention_check_leaves_out() -> None:
    said = _judged(n_traps=2, n_traps_missed=1)

    assert _reasons(said) == [ScreeningReason.TRAP_MISSED]
    assert said.findings[0].facts == {"n_missed": 1, "n_traps": 2}
    assert said.is_excluded


@pytest.mark.parametrize(("n_within", "is_excluded"), [(7, False), (6, True)])
def test_seven_of_ten_known_clips_are_enough(n_within: int, is_excluded: bool) -> None:
    assert _judged(n_gold=10, n_gold_within=n_within).is_excluded is is_excluded


def test_one_and_the_same_score_for_everything_leaves_out() -> None:
    assert _reasons(_judged(variance=0.0)) == [ScreeningReason.STRAIGHT_LINING]
    assert not _judged(variance=0.15).is_excluded


def test_a_few_ratings_say_nothing_of_their_variance() -> None:
    assert not _judged(variance=None, n_scores=0).is_excluded


def test_rating_what_was_not_watched_leaves_out() -> None:
    assert _reasons(_judged(n_incomplete=1)) == [ScreeningReason.INCOMPLETE_PLAYBACK]


def test_who_saw_no_known_clip_is_unscreened_and_stays() -> None:
    said = _judged(n_gold=0, n_gold_within=0, n_traps=0)

    assert said.is_unscreened
    assert not said.is_excluded


def test_every_reason_is_told() -> None:
    said = _judged(n_traps_missed=1, n_gold_within=0, variance=0.01, n_incomplete=2)

    assert len(said.findings) == 4


def _panel(n_raters: int) -> list[RaterConduct]:
    return [replace(FAULTLESS, rater_id=f"r{i}", name=f"R{i}") for i in range(n_raters)]


def test_noise_above_one_and_a_half_times_the_median_leaves_out() -> None:
    noise = {f"r{i}": 0.6 for i in range(5)} | {"r5": 0.91}

    said = screen(_panel(6), noise, RULES_NOW)

    assert [one.rater_id for one in said if one.is_excluded] == ["r5"]
    assert said[5].findings[0].facts["ratio"] == pytest.approx(0.91 / 0.6)


def test_at_the_limit_itself_nobody_is_left_out() -> None:
    noise = {f"r{i}": 0.5 for i in range(5)} | {"r5": 0.75}

    assert not any(one.is_excluded for one in screen(_panel(6), noise, RULES_NOW))


def test_five_raters_are_too_few_to_call_one_inconsistent() -> None:
    noise = {f"r{i}": 0.6 for i in range(4)} | {"r4": 3.0}

    assert not any(one.is_excluded for one in screen(_panel(5), noise, RULES_NOW))


def test_where_all_but_agree_nobody_is_held_against_their_noise() -> None:
    noise = {f"r{i}": 1e-5 for i in range(5)} | {"r5": 1e-3}

    assert not any(one.is_excluded for one in screen(_panel(6), noise, RULES_NOW))


def test_a_rater_of_a_few_clips_is_not_called_inconsistent() -> None:
    noise = {f"r{i}": 0.6 for i in range(5)} | {"r5": 3.0}
    panel = _panel(6)
    panel[5] = replace(panel[5], n_rated=9)

    assert not any(one.is_excluded for one in screen(panel, noise, RULES_NOW))


def test_who_is_left_out_for_another_reason_moves_nobody_elses_limit() -> None:
    noise = {f"r{i}": 0.6 for i in range(6)} | {"r6": 0.85} | {f"r{i}": 0.1 for i in range(7, 15)}
    panel = _panel(15)
    panel[7:] = [replace(one, variance=0.0) for one in panel[7:]]

    said = screen(panel, noise, RULES_NOW)

    assert not any(one.is_excluded for one in said[:7])
    assert all(one.is_excluded for one in said[7:])


def test_raters_left_out_for_another_reason_are_none_of_the_six() -> None:
    noise = {f"r{i}": 0.6 for i in range(5)} | {"r5": 3.0}
    panel = _panel(6)
    panel[0] = replace(panel[0], n_traps_missed=1)

    said = screen(panel, noise, RULES_NOW)

    assert not said[5].is_excluded
