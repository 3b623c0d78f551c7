import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.oracles import Raw, oracle
from videogen.analysis import holm, holm_levels, paired_difference, paired_tests

CASES = oracle("decision_cases")


@pytest.mark.parametrize("case", CASES["paired_comparisons"], ids=lambda case: str(case["pair"]))
def test_interval_and_tests_are_the_published_ones(case: dict[str, object]) -> None:
    differences = case["prompt_level_mos_difference"]
    assert isinstance(differences, list)

    found = paired_tests(differences)

    assert found.difference == pytest.approx(case["mean"], abs=1e-12)
    assert [found.ci95_low, found.ci95_high] == pytest.approx(case["t_ci95"], abs=1e-9)
    assert found.t_p == pytest.approx(case["t_p"], abs=1e-9)
    assert found.wilcoxon_p == pytest.approx(case["wilcoxon_pratt_p"], abs=1e-9)
    # both are drawn, 99,999 times; five standard errors of their difference
    p = found.sign_flip_p
    assert p == pytest.approx(case["signflip_permutation_p"], abs=5 * (2 * p / 100_000) ** 0.5)


def test_holm_over_the_pairs_is_the_published_one() -> None:
    small = CASES["holm_small"]

    assert holm(small["p"]) == pytest.approx(small["holm"])
    assert holm([]) == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_an_adjusted_p_and_a_stepped_level_always_agree(p_values: list[float]) -> None:
    named = {f"pair {i}": p for i, p in enumerate(p_values)}
    levels = holm_levels(named)

    adjusted = holm(p_values)

    for (name, p), adjusted_p in zip(named.items(), adjusted, strict=True):
        if abs(adjusted_p - 0.05) > 1e-12:
            assert (adjusted_p <= 0.05) == (p <= levels[name])


def test_a_raters_bias_cancels() -> None:
    first = [[5, 3, 4], [4, 2, 4], [5, 2, 3]]
    second = [[4, 2, 3], [4, 2, 3], [3, 1, 2]]
    shift = np.array([0, 1, -2])
    moved = np.array(first) + shift, np.array(second) + shift

    assert paired_difference(*moved) == paired_difference(first, second)


def test_who_rated_only_one_of_the_two_clips_is_not_compared() -> None:
    found = paired_difference([[5, 1], [4, None]], [[4, None], [4, 1]])

    assert found is not None
    assert found.difference == 0.5
    assert (found.n_prompts, found.n_raters) == (2, 1)


def test_several_seeds_of_a_prompt_are_one_difference() -> None:
    found = paired_difference([[5, 5], [3, 3], [4, 4]], [[4, 4], [4, 4], [2, 2]], ["a", "a", "b"])

    assert found is not None
    assert found.n_prompts == 2
    assert found.difference == 1.0  # of 0 and 2


@pytest.mark.parametrize(
    ("first", "second"), [([], []), ([[None]], [[3]]), ([[4, None]], [[None, 4]])]
)
def test_without_a_shared_rating_there_is_no_difference(first: Raw, second: Raw) -> None:
    assert paired_difference(first, second) is None


def test_blocks_of_different_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="shapes differ"):
        paired_difference([[1, 2]], [[1, 2], [3, 4]])


def test_one_prompt_has_a_difference_but_no_interval() -> None:
    found = paired_tests([0.5])

    assert (found.difference, found.ci95_low, found.t_p) == (0.5, None, None)


def test_equal_conditions_differ_in_nothing() -> None:
    found = paired_tests([0.0] * 6)

    assert (found.difference, found.t_p, found.wilcoxon_p) == (0.0, None, None)
    assert found.sign_flip_p == 1.0


def test_few_differences_are_flipped_in_every_way() -> None:
    differences = [0.5, -0.25, 1.0, 0.75, 0.0, -0.5, 1.25]
    far = abs(sum(differences))
    sums = [
        sum(s * d for s, d in zip(signs, differences, strict=True))
        for signs in itertools.product((1, -1), repeat=7)
    ]

    found = paired_tests(differences)

    assert found.sign_flip_p == sum(abs(s) >= far for s in sums) / 2**7


def test_thirds_that_are_equal_but_for_rounding_are_tied() -> None:
    thirds = [1 / 3, 2 / 3 - 1 / 3, -1 / 3, 1 - 2 / 3, 4 / 3 - 1, 0.0, 5 / 3 - 4 / 3]

    assert paired_tests(thirds) == paired_tests([1 / 3, 1 / 3, -1 / 3, 1 / 3, 1 / 3, 0.0, 1 / 3])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(-8, 8), min_size=2, max_size=12))
def test_swapping_the_conditions_only_turns_the_sign(eighths: list[int]) -> None:
    differences = [each / 8 for each in eighths]

    ours, swapped = paired_tests(differences), paired_tests([-d for d in differences])

    assert swapped.difference == -ours.difference
    assert swapped.sign_flip_p == ours.sign_flip_p
    assert swapped.t_p == pytest.approx(ours.t_p)
    assert swapped.wilcoxon_p == pytest.approx(ours.wilcoxon_p)
