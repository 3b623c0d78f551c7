import math
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videogen.analysis.cost import Spend, cost_bounds, cost_verdict
from videogen.analysis.flip import (
    FAIL,
    NOT_YET,
    PASS,
    cost_flip,
    quality_flip,
    success_flip,
    vram_flip,
    with_more,
)
from videogen.analysis.success import success_verdict
from videogen.domain.decision import CriterionVerdict

Outcome = tuple[float, bool]  # US dollars, succeeded


def spend_of(outcomes: Sequence[Outcome]) -> Spend:
    """Counted from the rows, as a second way to the same moments."""
    n = len(outcomes)
    costs, oks = [usd for usd, _ in outcomes], [float(ok) for _, ok in outcomes]
    mean, share = math.fsum(costs) / n, sum(oks) / n
    df = max(n - 1, 1)
    pairs = list(zip(costs, oks, strict=True))
    return Spend(
        n=n,
        n_ok=int(sum(oks)),
        total_usd=math.fsum(costs),
        var_cost=math.fsum((usd - mean) ** 2 for usd in costs) / df,
        var_ok=math.fsum((ok - share) ** 2 for ok in oks) / df,
        covariance=math.fsum((usd - mean) * (ok - share) for usd, ok in pairs) / df,
    )


def flat(usd: float, n_ok: int, n_failed: int = 0) -> Spend:
    return spend_of([(usd, True)] * n_ok + [(usd, False)] * n_failed)


def counted_out(
    verdict_after: Callable[[int], CriterionVerdict],
    wanted: Callable[[CriterionVerdict], bool],
    most: int = 400,
) -> int | None:
    """One outcome after another until the verdict is as wanted."""
    return next((more for more in range(1, most) if wanted(verdict_after(more))), None)


def test_61_runs_with_2_failures_lose_their_pass_with_the_next_failure() -> None:
    flip = success_flip(59, 61, 0.9)

    assert flip.verdict is PASS
    assert (flip.n_bad_to_open, flip.n_bad_to_fail) == (1, 10)
    assert flip.passes_at == pytest.approx(0.900365, abs=1e-6)
    assert (flip.n_good_to_pass, flip.n_at_rate) == (None, None)


def test_36_of_40_pass_after_49_more_without_a_failure_and_never_at_their_own_rate() -> None:
    flip = success_flip(36, 40, 0.9)

    assert (flip.verdict, flip.trend) == (NOT_YET, PASS)
    assert flip.n_good_to_pass == 49  # 89 runs forgive four
    assert flip.n_bad_to_fail == 5
    assert flip.n_at_rate is None  # exactly on the threshold
    assert (flip.passes_at, flip.fails_at) == pytest.approx((0.785602, 0.965115), abs=1e-6)


def test_a_rate_below_the_threshold_leads_to_a_fail() -> None:
    flip = success_flip(34, 40, 0.9)

    assert (flip.verdict, flip.trend) == (NOT_YET, FAIL)
    assert flip.n_at_rate is not None
    assert success_verdict(0.85 * (40 + flip.n_at_rate), 40 + flip.n_at_rate, 0.9) is FAIL
    assert success_verdict(0.85 * (39 + flip.n_at_rate), 39 + flip.n_at_rate, 0.9) is NOT_YET


@pytest.mark.parametrize(
    ("n_ok", "n", "limit"),
    [
        *((59, 61, 0.9), (29, 29, 0.9), (36, 40, 0.9), (20, 40, 0.9), (0, 12, 0.9), (0, 0, 0.9)),
        *((100, 100, 1.0), (99, 100, 1.0), (40, 100, 0.5)),
    ],
)
def test_the_number_of_outcomes_in_a_row_is_what_counting_one_by_one_gives(
    n_ok: int, n: int, limit: float
) -> None:
    flip = success_flip(n_ok, n, limit)

    def bad(more: int) -> CriterionVerdict:
        return success_verdict(n_ok, n + more, limit)

    def good(more: int) -> CriterionVerdict:
        return success_verdict(n_ok + more, n + more, limit)

    is_pass, is_fail = flip.verdict is PASS, flip.verdict is FAIL
    assert flip.n_bad_to_open == (counted_out(bad, lambda v: v is not PASS) if is_pass else None)
    assert flip.n_bad_to_fail == (None if is_fail else counted_out(bad, lambda v: v is FAIL))
    assert flip.n_good_to_open == (counted_out(good, lambda v: v is not FAIL) if is_fail else None)
    assert flip.n_good_to_pass == (None if is_pass else counted_out(good, lambda v: v is PASS))


@given(
    st.lists(st.tuples(st.floats(0, 3), st.booleans()), min_size=2, max_size=30),
    st.floats(0, 3),
    st.booleans(),
    st.integers(1, 20),
)
@settings(max_examples=30, deadline=None)
def test_moments_with_more_runs_are_those_of_all_rows(
    outcomes: list[Outcome], usd: float, is_ok: bool, n_more: int
) -> None:
    ahead = with_more(spend_of(outcomes), n_more, usd, is_ok=is_ok)
    counted = spend_of([*outcomes, *[(usd, is_ok)] * n_more])

    for name in ("n", "n_ok", "total_usd", "var_cost", "var_ok", "covariance"):
        assert getattr(ahead, name) == pytest.approx(getattr(counted, name), abs=1e-9)


NOISY = [(0.9 + 0.02 * (i % 17), i % 11 != 5) for i in range(60)]


@pytest.mark.parametrize(
    ("spend", "verdict"),
    [
        (flat(1.0, 60), PASS),
        (spend_of(NOISY), PASS),
        (flat(1.40, 36, 4), NOT_YET),
        (flat(1.20, 18), NOT_YET),
        (flat(2.50, 39, 1), FAIL),
        (flat(1.2, 25, 25), FAIL),
    ],
    ids=["flat", "noisy", "border", "few clips", "dear", "many failures"],
)
def test_costs_turn_when_the_runs_are_added_one_by_one(
    spend: Spend, verdict: CriterionVerdict
) -> None:
    flip = cost_flip(spend, 1.5)

    def bad(more: int) -> CriterionVerdict:
        return cost_verdict(with_more(spend, more, spend.mean_usd, is_ok=False), 1.5)

    def good(more: int) -> CriterionVerdict:
        return cost_verdict(with_more(spend, more, spend.mean_usd, is_ok=True), 1.5)

    is_pass, is_fail = verdict is PASS, verdict is FAIL
    assert flip.verdict is verdict
    assert flip.n_bad_to_open == (counted_out(bad, lambda v: v is not PASS) if is_pass else None)
    assert flip.n_bad_to_fail == (None if is_fail else counted_out(bad, lambda v: v is FAIL))
    assert flip.n_good_to_open == (counted_out(good, lambda v: v is not FAIL) if is_fail else None)
    assert flip.n_good_to_pass == (None if is_pass else counted_out(good, lambda v: v is PASS))


def test_the_border_case_passes_from_a_limit_of_1_71_on() -> None:
    flip = cost_flip(flat(1.40, 36, 4), 1.5)

    assert (flip.fails_at, flip.passes_at) == pytest.approx((1.427204, 1.709274), abs=1e-6)
    assert flip.to_pass == pytest.approx(0.209274, abs=1e-6)
    assert flip.to_fail == pytest.approx(0.072796, abs=1e-6)
    assert flip.trend is FAIL  # 1.556 a clip


@pytest.mark.parametrize(
    "outcomes", [[(1.0, True)] * 60, NOISY, [(2.5, True)] * 39 + [(2.5, False)]]
)
def test_the_price_that_turns_it_does_and_a_cent_less_far_does_not(
    outcomes: list[Outcome],
) -> None:
    flip = cost_flip(spend_of(outcomes), 1.5)

    assert flip.usd_each is not None
    assert flip.n_each is not None
    cent = 0.01 if flip.verdict is PASS else -0.01
    turned = spend_of([*outcomes, *[(flip.usd_each + cent / 1000, True)] * flip.n_each])
    still = spend_of([*outcomes, *[(flip.usd_each - cent, True)] * flip.n_each])
    assert cost_verdict(turned, 1.5) is not flip.verdict
    assert cost_verdict(still, 1.5) is flip.verdict


def test_where_even_free_clips_do_not_save_it_there_is_no_price() -> None:
    flip = cost_flip(flat(9.0, 30), 1.5)

    assert (flip.verdict, flip.usd_each) == (FAIL, None)


def test_too_few_clips_pass_at_no_threshold() -> None:
    flip = cost_flip(flat(0.05, 19), 1.5)

    assert (flip.passes_at, flip.fails_at, flip.to_pass) == (None, None, None)
    assert flip.n_good_to_pass == 1


def test_a_threshold_on_either_side_of_the_bound_turns_the_verdict() -> None:
    spend = spend_of(NOISY)
    bounds = cost_bounds(spend)
    assert bounds is not None

    assert cost_verdict(spend, bounds[1]) is PASS
    assert cost_verdict(spend, bounds[1] * (1 - 1e-9)) is NOT_YET
    assert cost_verdict(spend, bounds[0] * (1 - 1e-9)) is FAIL


def test_the_mean_opinion_has_a_distance_to_either_side() -> None:
    flip = quality_flip(PASS, 4.0, 4.4, 4.12, 4.68, is_enough=True)

    assert flip.to_pass == pytest.approx(-0.12)  # lower by more than that is not yet
    assert flip.to_fail == pytest.approx(0.68)


def test_too_few_raters_have_no_distance() -> None:
    flip = quality_flip(NOT_YET, 4.0, 3.4, 3.1, 3.7, is_enough=False)

    assert (flip.to_pass, flip.to_fail, flip.trend) == (None, None, FAIL)


def test_one_run_over_the_limit_fails_a_card_with_3_gb_of_headroom() -> None:
    flip = vram_flip(PASS, 22_528, 19_456, n_oom=0, n_more=None)

    assert (flip.to_fail, flip.n_bad_to_fail) == (3_072, 1)
    assert (flip.passes_at, flip.fails_at) == (19_456, 19_456)


def test_no_number_of_good_runs_saves_one_that_ran_out_of_memory() -> None:
    flip = vram_flip(FAIL, 22_528, 21_000, n_oom=1, n_more=None)

    assert (flip.passes_at, flip.n_good_to_pass, flip.n_bad_to_fail) == (None, None, None)


def test_missing_runs_are_what_an_open_memory_verdict_needs() -> None:
    flip = vram_flip(NOT_YET, 22_528, 9_000, n_oom=0, n_more=9)

    assert (flip.n_good_to_pass, flip.passes_at, flip.trend) == (9, None, PASS)
