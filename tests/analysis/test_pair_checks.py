import pytest

from videogen.analysis.bradley_terry import Choice, PairOpinion
from videogen.analysis.pair_checks import head_to_heads, n_consistent, side_preference

LEFT, RIGHT, TIE = Choice.LEFT, Choice.RIGHT, Choice.TIE


def _votes(left: str, right: str, *choices: Choice) -> list[PairOpinion]:
    return [
        PairOpinion(left=left, right=right, choice=choice, prompt_id=f"p{n}", rater_id="malee")
        for n, choice in enumerate(choices)
    ]


def test_wins_are_counted_whichever_side_they_were_won_on() -> None:
    votes = _votes("wan", "veo", LEFT, RIGHT, TIE) + _votes("veo", "wan", LEFT, LEFT)

    (found,) = head_to_heads(votes)

    assert (found.first, found.second) == ("veo", "wan")
    assert (found.n_first, found.n_second, found.n_ties) == (3, 1, 1)
    assert found.share_first == pytest.approx(0.7)  # 3 and a half of 5


def test_only_conditions_that_met_are_set_against_each_other() -> None:
    votes = _votes("a", "b", LEFT) + _votes("c", "d", TIE)

    assert [(one.first, one.second) for one in head_to_heads(votes)] == [("a", "b"), ("c", "d")]
    assert head_to_heads([]) == ()


def test_a_side_that_is_preferred_too_often_is_suspicious() -> None:
    even = side_preference([LEFT] * 12 + [RIGHT] * 10 + [TIE] * 30)
    leaning = side_preference([LEFT] * 40 + [RIGHT] * 15)

    assert even is not None
    assert leaning is not None
    assert not even.is_suspicious
    assert leaning.is_suspicious
    assert (even.n_votes, leaning.n_votes) == (22, 55)


def test_the_bounds_of_a_side_are_clopper_pearson() -> None:
    found = side_preference([LEFT] * 8 + [RIGHT] * 2)

    assert found is not None
    # R: binom.test(8, 10)
    assert found.ci95_low == pytest.approx(0.4439045, abs=1e-6)
    assert found.ci95_high == pytest.approx(0.9747893, abs=1e-6)


def test_ties_alone_say_nothing_of_a_side() -> None:
    assert side_preference([TIE, TIE]) is None
    assert side_preference([]) is None


def test_a_swapped_repeat_agrees_when_it_prefers_the_same_clip() -> None:
    first = {"a": LEFT, "b": LEFT, "c": TIE, "d": RIGHT, "never again": LEFT}
    again = {"a": RIGHT, "b": LEFT, "c": TIE, "d": TIE, "first taken back": LEFT}

    assert n_consistent(first, again) == (2, 4)
    assert n_consistent({}, {}) == (0, 0)
