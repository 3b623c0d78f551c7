import dataclasses
import itertools
import json
import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.oracles import oracle
from videogen.analysis import BradleyTerry, Choice, PairOpinion, fit_bradley_terry
from videogen.analysis.bradley_terry import _fit, _fit_many

CASES = oracle("pairwise_cases")


def vote(left: str, right: str, choice: str, prompt: int = 0, rater: int = 0) -> PairOpinion:
    return PairOpinion(
        left=left,
        right=right,
        choice=Choice(choice),
        prompt_id=f"prompt {prompt}",
        rater_id=f"rater {rater}",
    )


def fitted(votes: list[PairOpinion]) -> BradleyTerry:
    found = fit_bradley_terry(votes)
    assert found is not None
    return found


def strengths(found: BradleyTerry) -> dict[str, float]:
    return {each.condition: each.strength for each in found.strengths}


def test_votes_with_ties_give_the_published_strengths() -> None:
    case = CASES["ties_example"]
    votes = [
        vote(left, right, choice, prompt=i % 40, rater=i // 40)  # the case names neither
        for i, (left, right, choice) in enumerate(case["votes"])
    ]

    found = fitted(votes)

    assert strengths(found) == pytest.approx(case["evalica"], abs=1e-6)
    assert strengths(found) == pytest.approx(case["glm"], abs=1e-8)
    assert [each.condition for each in found.strengths] == list(case["evalica"])
    assert not found.is_regularised
    for each in found.strengths:
        assert each.ci95_low is not None
        assert each.ci95_high is not None
        assert each.ci95_low < each.strength < each.ci95_high


def test_the_journals_citations_give_the_published_coefficients() -> None:
    case = CASES["citations"]
    votes = [
        vote(case["names"][i], case["names"][j], "left")
        for i, row in enumerate(case["wins"])
        for j, n in enumerate(row)
        for _ in range(int(n))
    ]

    found = strengths(fitted(votes))

    against_first = [found[name] - found[case["names"][0]] for name in case["names"][1:]]
    assert against_first == pytest.approx(case["glm"], abs=1e-6)


def test_wins_losses_and_ties_are_counted() -> None:
    found = fitted([vote("a", "b", "left"), vote("b", "a", "left"), vote("a", "b", "tie")])

    first = found.strengths[0]
    assert (first.n_votes, first.n_won, first.n_lost, first.n_tied) == (3, 1, 1, 1)
    assert (found.n_votes, found.n_prompts, found.n_raters) == (3, 1, 1)


def test_sides_and_the_order_of_votes_do_not_matter() -> None:
    other_side = {"left": "right", "right": "left", "tie": "tie"}
    votes = [
        vote(left, right, choice, prompt=i % 7)
        for i, (left, right, choice) in enumerate(CASES["ties_example"]["votes"])
    ]
    turned = [
        dataclasses.replace(
            v, left=v.right, right=v.left, choice=Choice(other_side[v.choice.value])
        )
        for v in reversed(votes)
    ]

    assert strengths(fitted(turned)) == pytest.approx(strengths(fitted(votes)), abs=1e-9)


def test_a_condition_that_always_won_is_far_ahead_but_not_infinitely() -> None:
    votes = [
        vote("good", "bad", "left", prompt, rater) for prompt in range(6) for rater in range(3)
    ]

    found = fitted(votes)

    assert found.is_regularised
    assert 1.0 < found.strengths[0].strength < 5.0
    assert all(math.isfinite(each.strength) for each in found.strengths)
    assert [each.ci95_low for each in found.strengths] == [None, None]


def test_ties_alone_are_equal_strengths_without_a_claim_of_certainty() -> None:
    votes = [vote("a", "b", "tie", prompt, rater) for prompt in range(6) for rater in range(3)]

    found = fitted(votes)

    assert [(each.strength, each.ci95_low) for each in found.strengths] == [(0.0, None)] * 2
    assert not found.is_regularised


def test_groups_that_never_met_cannot_be_compared() -> None:
    assert fit_bradley_terry([vote("a", "b", "left"), vote("c", "d", "left")]) is None


def test_no_vote_gives_no_strength() -> None:
    assert fit_bradley_terry([]) is None


@pytest.mark.parametrize(("n_prompts", "n_raters"), [(1, 5), (5, 1), (1, 1)])
def test_one_prompt_or_one_rater_gives_strengths_without_an_interval(
    n_prompts: int, n_raters: int
) -> None:
    cells = itertools.product(range(n_prompts), range(n_raters))
    votes = [vote("a", "b", "left" if (p + r) % 2 else "right", p, r) for p, r in cells]

    found = fitted(votes)

    assert all(each.ci95_low is None and each.ci95_high is None for each in found.strengths)


def test_the_same_seed_gives_the_same_interval() -> None:
    votes = [
        vote(left, right, choice, prompt=i % 9, rater=i % 4)
        for i, (left, right, choice) in enumerate(CASES["ties_example"]["votes"][:60])
    ]

    assert fit_bradley_terry(votes, 7) == fit_bradley_terry(votes, 7)
    assert fit_bradley_terry(votes, 7) != fit_bradley_terry(votes, 8)


def test_raters_who_contradict_each_other_widen_the_interval() -> None:
    def panel(raters_differ: bool) -> list[PairOpinion]:
        draw = np.random.default_rng(2)
        return [
            vote("a", "b", "left" if draw.random() < share else "right", prompt, rater)
            for prompt in range(20)
            for rater in range(4)
            for share in [(0.9 if rater % 2 else 0.1) if raters_differ else 0.5]
        ]

    agreeing, divided = fitted(panel(False)).strengths[0], fitted(panel(True)).strengths[0]

    assert agreeing.ci95_high is not None
    assert divided.ci95_high is not None
    assert divided.ci95_high - divided.strength > 3 * (agreeing.ci95_high - agreeing.strength)


VOTES = st.lists(
    st.builds(
        lambda pair, choice, prompt, rater: vote(pair[0], pair[1], choice, prompt, rater),
        st.permutations("abc").map(lambda names: (names[0], names[1])),
        st.sampled_from([choice.value for choice in Choice]),
        st.integers(0, 2),
        st.integers(0, 2),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=12)
@given(VOTES)
def test_any_votes_give_finite_strengths_without_a_warning(votes: list[PairOpinion]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = fit_bradley_terry(votes)

    if found is not None:
        json.dumps([dataclasses.astuple(each) for each in found.strengths], allow_nan=False)
        assert sum(strengths(found).values()) == pytest.approx(0.0, abs=1e-6)


def test_resamples_are_fitted_as_evalica_fits() -> None:
    draw = np.random.default_rng(5)
    tables = draw.integers(1, 9, (20, 4, 4)) * (1.0 - np.eye(4))

    many = _fit_many(tables, np.zeros(4))

    for table, ours in zip(tables, many, strict=True):
        assert ours == pytest.approx(_fit(table), abs=1e-7)
