import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videogen.analysis.cost import (
    Spend,
    cost_bounds,
    fieller_bounds,
    judge_cost,
    p_cost_above,
    summarise_spend,
)
from videogen.analysis.tally import tally_runs
from videogen.domain.decision import (
    Criteria,
    CriterionResult,
    CriterionVerdict,
    JudgedRun,
)

CASES = json.loads((Path(__file__).with_name("oracle") / "decision_cases.json").read_text())
CRITERIA = Criteria(version=1)
WORDS = {"PASS": "pass", "FAIL": "fail", "NOT_ENOUGH_EVIDENCE": "not_yet"}


def flat(cost_usd: float | None, n_ok: int, n_failed: int = 0) -> list[JudgedRun]:
    ok = JudgedRun(ok=True, cost_usd=cost_usd)
    return [ok] * n_ok + [JudgedRun(ok=False, cost_usd=cost_usd)] * n_failed


def judged(counted: list[JudgedRun], criteria: Criteria) -> CriterionResult:
    return judge_cost(tally_runs(counted, criteria.peak_vram_mib_max), criteria)


def spend_of(pairs: list[tuple[float, bool]]) -> Spend:
    tally = tally_runs([JudgedRun(ok=ok, cost_usd=cost) for cost, ok in pairs], 1)
    spend = summarise_spend(tally)
    assert spend is not None
    return spend


def test_noisy_costs_with_failures_get_fiellers_interval() -> None:
    case = CASES["cost_per_successful_video"]
    counted = [
        JudgedRun(ok=bool(ok), cost_usd=cost)
        for cost, ok in zip(case["cost_per_attempt"], case["ok"], strict=True)
    ]

    result = judged(counted, CRITERIA)

    assert result.estimate == pytest.approx(case["estimate_total_over_successes"], abs=1e-9)
    assert (result.low, result.high) == pytest.approx(case["fieller90"], abs=1e-9)
    assert result.verdict == WORDS[case["verdict"]]


@pytest.mark.parametrize("case", CASES["cost_rule_cases"], ids=lambda case: case["name"])
def test_the_upper_bound_allows_for_failures_still_to_come(case: dict[str, Any]) -> None:
    n, n_ok = case["n"], case["successes"]

    result = judged(flat(case["total"] / n, n_ok, n - n_ok), CRITERIA)

    mean = case["total"] / n
    assert result.estimate == pytest.approx(case["estimate"], abs=1e-9)
    assert result.low == pytest.approx(case["lower95"], abs=1e-9)
    assert result.high == pytest.approx(max(case["upper95"], mean / 0.05 ** (1 / n)), abs=1e-9)
    assert result.verdict == WORDS[case["verdict"]]


def test_veo_2_at_its_list_price_reaches_up_to_2_694() -> None:
    result = judged(flat(2.50, 39, 1), CRITERIA)

    assert result.high == pytest.approx(2.694, abs=5e-4)
    assert result.verdict is CriterionVerdict.FAIL


def test_with_no_failure_fieller_is_the_mean_with_students_t() -> None:
    costs = [1.0, 1.2, 0.8, 1.1, 0.9]
    spend = spend_of([(cost, True) for cost in costs])

    bounds = fieller_bounds(spend)

    half = 2.131846786 * (0.025**0.5) / 5**0.5  # t(.95, 4) s / sqrt(n), s^2 = 0.025
    assert bounds == pytest.approx((1 - half, 1 + half), abs=1e-8)


def test_an_unknown_cost_is_said_and_never_counts_as_0() -> None:
    result = judged([*flat(1.0, 40), *flat(None, 0, 1)], CRITERIA)

    assert result.verdict is CriterionVerdict.NOT_YET
    assert result.estimate is None
    assert result.needs is None  # no number of runs tells the price of one
    assert result.reason_key == "decision.reason.cost.unknown_cost"
    assert result.facts["n_unknown"] == 1


def test_under_20_clips_the_cost_is_not_judged() -> None:
    result = judged(flat(0.5, 19), CRITERIA)

    assert result.verdict is CriterionVerdict.NOT_YET
    assert result.needs is not None
    assert result.needs.n_runs == 1
    assert judged(flat(0.5, 20), CRITERIA).verdict is CriterionVerdict.PASS


@pytest.mark.parametrize("counted", [[], flat(1.0, 0, 5)])
def test_no_clip_has_no_cost_per_clip(counted: list[JudgedRun]) -> None:
    result = judged(counted, CRITERIA)

    assert result.verdict is CriterionVerdict.NOT_YET
    assert result.estimate is None


def test_a_requeued_runs_cost_and_clip_count_but_a_cancelled_runs_do_not() -> None:
    counted = [
        *flat(1.0, 38, 2),
        JudgedRun(ok=True, cost_usd=3.0, requeued_from="r39"),
        JudgedRun(ok=False, cost_usd=9.0, status="cancelled"),
    ]

    result = judged(counted, CRITERIA)

    assert result.estimate == pytest.approx(43.0 / 39)
    assert result.facts["cancelled_spend_usd"] == 9.0


def test_it_says_how_many_runs_like_these_decide_it() -> None:
    result = judged(flat(1.45, 40), CRITERIA)

    assert result.needs is not None
    n_more = result.needs.n_runs
    assert n_more is not None
    assert judged(flat(1.45, 40 + n_more), CRITERIA).verdict is CriterionVerdict.PASS
    assert judged(flat(1.45, 39 + n_more), CRITERIA).verdict is CriterionVerdict.NOT_YET


def test_an_estimate_on_the_limit_is_decided_by_no_number_of_runs() -> None:
    result = judged(flat(1.35, 36, 4), CRITERIA)

    assert result.estimate == pytest.approx(1.50)
    assert result.needs is None
    assert result.reason_key == "decision.reason.cost.no_number"


@pytest.mark.parametrize("n_failed", [5, 7, 40])
def test_a_fee_for_each_clip_and_nothing_else_is_known_to_the_cent(n_failed: int) -> None:
    counted = flat(1.50, 60) + flat(0.0, 0, n_failed)

    result = judged(counted, CRITERIA)

    assert (result.low, result.high) == pytest.approx((1.50, 1.50), abs=1e-12)
    assert result.verdict is CriterionVerdict.PASS
    assert result.p_value is not None
    assert result.p_value <= 0.05


spends = st.lists(st.tuples(st.floats(0.01, 5), st.booleans()), min_size=20, max_size=60).map(
    spend_of
)


@settings(deadline=None)
@given(spends)
def test_the_interval_contains_the_estimate(spend: Any) -> None:
    bounds = cost_bounds(spend)

    if bounds is not None:
        assert bounds[0] <= spend.estimate_usd * (1 + 1e-9)
        assert spend.estimate_usd <= bounds[1] * (1 + 1e-9)


@settings(deadline=None)
@given(spends, st.floats(0.05, 8))
def test_the_p_value_and_the_high_bound_tell_the_same(spend: Any, limit_usd: float) -> None:
    bounds = cost_bounds(spend)

    if bounds is not None and abs(bounds[1] - limit_usd) > 1e-6:
        assert (p_cost_above(spend, limit_usd) <= 0.05) == (bounds[1] <= limit_usd)
