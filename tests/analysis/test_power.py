import pytest

from tests.analysis.oracles import oracle
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


@pytest.mark.parametrize(
    "case", oracle("decision_cases")["mos_planning_margin_above_limit"], ids=lambda c: c["raters"]
)
def test_the_margin_above_the_threshold_is_the_published_one(case: dict[str, float]) -> None:
    n_raters = int(case["raters"])
    found = [quality_power(n_raters, n_prompts).margin for n_prompts in (20, 40, 60)]

    published = [case[f"margin_C{n_prompts}"] for n_prompts in (20, 40, 60)]
    few = n_raters < 4  # the field's figure stands, our gate asks for 4
    assert found == ([None] * 3 if few else pytest.approx(published, abs=5e-4))


@pytest.mark.parametrize(("n_raters", "n_prompts"), [(3, 40), (8, 19)])
def test_too_few_raters_or_prompts_prove_nothing(n_raters: int, n_prompts: int) -> None:
    assert not quality_power(n_raters, n_prompts).is_enough
