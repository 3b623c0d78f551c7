import pytest

from videogen.analysis.power import chance_to_pass, quality_power, success_power


def test_forty_runs_pass_only_without_a_failure_and_46_forgive_one() -> None:
    power = success_power(40, 0.90)

    assert (power.n_failures, power.n_next) == (0, 46)


def test_sixty_one_runs_forgive_two_failures() -> None:
    assert success_power(61, 0.90).n_failures == 2


def test_twenty_eight_runs_cannot_pass_at_all() -> None:
    power = success_power(28, 0.90)

    assert (power.n_failures, power.n_next, power.chance) == (None, 29, None)


def test_the_chance_of_thirty_faultless_runs_is_the_rate_to_the_thirtieth() -> None:
    assert success_power(30, 0.90).chance == pytest.approx(0.98**30)
    assert chance_to_pass(100, 4, 0.97) == pytest.approx(0.82, abs=0.005)


def test_ten_thousand_runs_forgive_nine_hundred_and_fifty_failures() -> None:
    power = success_power(10_000, 0.90)

    assert power.n_failures == 950  # 9.5 % lies 1.66 standard errors under 10 %
    assert power.chance == pytest.approx(1.0)


def test_no_number_of_runs_shows_that_none_can_fail() -> None:
    power = success_power(100, 1.0)

    assert (power.n_failures, power.n_next) == (None, None)


def test_eight_raters_on_forty_prompts_need_a_quarter_point_above_the_threshold() -> None:
    # Simulated: +.26 at 8 raters, +.37 at 4, for 40 prompts and this spread.
    assert quality_power(8, 40).margin == pytest.approx(0.26, abs=0.02)
    assert quality_power(4, 40).margin == pytest.approx(0.37, abs=0.03)


@pytest.mark.parametrize(("n_raters", "n_prompts"), [(3, 40), (8, 19)])
def test_too_few_raters_or_prompts_prove_nothing(n_raters: int, n_prompts: int) -> None:
    assert not quality_power(n_raters, n_prompts).is_enough
