import random

import pytest

from videogen.analysis.ranks import compare, rank_p


def test_five_below_five_is_as_sure_as_five_can_be() -> None:
    # 2 of the 252 ways to draw 5 of 10 are as far apart as this
    assert rank_p([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]) == pytest.approx(2 / 252)


def test_the_same_values_on_both_sides_differ_in_nothing() -> None:
    compared = compare([5.0] * 5, [5.0] * 6)

    assert compared.p_value == 1.0
    assert compared.ratio == 1.0


@pytest.mark.parametrize(("n", "m"), [(5, 5), (8, 13), (20, 20)])
def test_without_ties_p_is_exact(n: int, m: int) -> None:
    from scipy import stats  # takes a second: only where it is used

    draw = random.Random(n * m)
    before = [draw.gauss(100, 10) for _ in range(n)]
    after = [draw.gauss(106, 10) for _ in range(m)]

    expected = stats.mannwhitneyu(before, after, method="exact").pvalue

    assert rank_p(before, after) == pytest.approx(expected)


@pytest.mark.parametrize(("n", "m"), [(6, 6), (12, 30), (50, 50)])
def test_with_ties_p_is_scipys(n: int, m: int) -> None:
    from scipy import stats  # takes a second: only where it is used

    draw = random.Random(n + m)
    before = [float(draw.randint(1, 9)) for _ in range(n)]
    after = [float(draw.randint(2, 10)) for _ in range(m)]

    expected = stats.mannwhitneyu(before, after, method="asymptotic").pvalue

    assert rank_p(before, after) == pytest.approx(expected)


def test_the_interval_of_five_and_five_leaves_out_two_ratios_at_each_end() -> None:
    # P(U <= 2) = 4 / 252 = 1.6 % and P(U <= 3) = 7 / 252 = 2.8 %: the third ratio is the bound
    compared = compare([1, 1, 1, 1, 1], [1, 2, 3, 4, 5])

    assert compared.ratio == 3.0
    assert (compared.ratio_low, compared.ratio_high) == (1.0, 5.0)


def test_three_runs_a_side_have_no_interval() -> None:
    compared = compare([1, 2, 3], [2, 3, 4])

    assert compared.ratio_low is None
    assert compared.ratio_high is None


@pytest.mark.parametrize(("n", "m"), [(7, 9), (30, 40)])
def test_the_interval_holds_the_truth_as_often_as_it_says(n: int, m: int) -> None:
    draw = random.Random(11)
    n_held = 0
    for _ in range(300):
        before = [draw.gauss(100, 5) for _ in range(n)]
        after = [1.2 * draw.gauss(100, 5) for _ in range(m)]
        compared = compare(before, after)
        assert compared.ratio_low is not None
        assert compared.ratio_high is not None
        n_held += compared.ratio_low <= 1.2 <= compared.ratio_high

    assert n_held >= 275  # 95 % of 300 is 285
