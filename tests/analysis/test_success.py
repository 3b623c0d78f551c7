import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videogen.analysis.success import (
    judge_success,
    n_runs_to_pass,
    p_success_below,
    success_bounds,
)
from videogen.analysis.tally import tally_runs
from videogen.domain.decision import (
    Criteria,
    CriterionResult,
    CriterionVerdict,
    JudgedRun,
)
from videogen.domain.run import FailureClass

CASES = json.loads((Path(__file__).with_name("oracle") / "decision_cases.json").read_text())
CRITERIA = Criteria(version=1)
WORDS = {"PASS": "pass", "FAIL": "fail", "NOT_ENOUGH_EVIDENCE": "not_yet"}


def runs(n_ok: int, n_failed: int) -> list[JudgedRun]:
    return [JudgedRun(ok=True)] * n_ok + [JudgedRun(ok=False)] * n_failed


def judged(counted: list[JudgedRun], criteria: Criteria) -> CriterionResult:
    return judge_success(tally_runs(counted, criteria.peak_vram_mib_max), criteria)


@pytest.mark.parametrize("case", CASES["success_rate"])
def test_the_bounds_are_clopper_pearsons(case: dict[str, Any]) -> None:
    n_ok, n = case["successes"], case["n"]

    result = judged(runs(n_ok, n - n_ok), CRITERIA)

    assert result.low == pytest.approx(case["clopper_pearson_lower95"], abs=1e-9)
    assert result.high == pytest.approx(case["clopper_pearson_upper95"], abs=1e-9)
    assert result.p_value == pytest.approx(case["p_value_H0_p_le_0.90"], abs=1e-9)
    assert result.verdict == WORDS[case["verdict_clopper_pearson"]]


@pytest.mark.parametrize("case", CASES["min_n"])
def test_failures_raise_the_number_of_runs_that_passes(case: dict[str, int]) -> None:
    assert n_runs_to_pass(case["failures"], 0.90) == case["min_n_clopper_pearson"]


@pytest.mark.parametrize("zone", CASES["zones"])
def test_each_number_of_runs_has_its_zones(zone: dict[str, int | None]) -> None:
    n = zone["n"]
    assert n is not None

    verdicts = [judged(runs(n - f, f), CRITERIA).verdict for f in range(n + 1)]

    passing = [f for f, v in enumerate(verdicts) if v is CriterionVerdict.PASS]
    failing = [f for f, v in enumerate(verdicts) if v is CriterionVerdict.FAIL]
    assert max(passing, default=None) == zone["max_failures_for_PASS"]
    assert min(failing) == zone["min_failures_for_FAIL"]


def test_it_says_how_many_runs_without_a_failure_decide_it() -> None:
    result = judged(runs(39, 1), CRITERIA)

    assert result.verdict is CriterionVerdict.NOT_YET
    assert result.needs is not None
    assert result.needs.n_runs == 6  # 46 allow one failure
    decided = judged(runs(45, 1), CRITERIA)
    assert decided.verdict is CriterionVerdict.PASS
    assert decided.needs is None


def test_no_run_is_not_yet_and_29_are_needed() -> None:
    result = judged([], CRITERIA)

    assert result.estimate is None
    assert result.needs is not None
    assert result.needs.n_runs == 29


def test_a_threshold_of_100_percent_can_never_pass() -> None:
    result = judged(runs(500, 0), Criteria(version=1, success_rate_min=1.0))

    assert result.verdict is CriterionVerdict.NOT_YET
    assert result.needs is None
    assert result.reason_key == "decision.reason.success.no_number"


def test_cancelled_waiting_and_requeued_runs_are_left_out_and_counted_apart() -> None:
    aside = [
        JudgedRun(ok=False, status="cancelled"),
        JudgedRun(ok=False, status="queued"),
        JudgedRun(ok=True, status="succeeded", requeued_from="r1"),
    ]

    result = judged([*runs(30, 0), *aside], CRITERIA)

    assert result.n == 30
    assert result.verdict is CriterionVerdict.PASS
    assert (result.facts["n_cancelled"], result.facts["n_requeued"]) == (1, 1)


@pytest.mark.parametrize("failure_class", ["lost", "uncertain", "filtered"])
def test_lost_uncertain_and_filtered_runs_are_failures(failure_class: str) -> None:
    failed = JudgedRun(ok=False, failure_class=FailureClass(failure_class))

    assert judged([*runs(29, 0), failed], CRITERIA).estimate == pytest.approx(29 / 30)


@settings(deadline=None)
@given(st.integers(1, 200), st.data())
def test_more_failures_never_raise_the_low_bound(n: int, data: st.DataObject) -> None:
    n_failed = data.draw(st.integers(0, n - 1))

    fewer = success_bounds(n - n_failed, n)
    more = success_bounds(n - n_failed - 1, n)

    assert more[0] <= fewer[0]
    assert fewer[0] <= (n - n_failed) / n <= fewer[1]


@settings(deadline=None)
@given(st.integers(1, 200), st.data())
def test_the_p_value_and_the_low_bound_tell_the_same(n: int, data: st.DataObject) -> None:
    n_ok = data.draw(st.integers(0, n))

    assert (p_success_below(n_ok, n, 0.9) <= 0.05) == (success_bounds(n_ok, n)[0] >= 0.9)
