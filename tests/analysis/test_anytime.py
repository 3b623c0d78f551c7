import math
from typing import Any

import pytest

from tests.analysis.oracles import oracle
from videogen.analysis.anytime import anytime_success, n_runs_to_pass_anytime
from videogen.domain.decision import CriterionVerdict

CASES = oracle("decision_cases")["success_rate_anytime_valid"]


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: f"{case['successes']}")
def test_the_evidence_of_either_side_is_the_oracles(case: dict[str, Any]) -> None:
    found = anytime_success(case["successes"], case["n"], 0.9)

    assert found.log_e_pass == pytest.approx(case["log_e_pass"], abs=1e-9)
    assert found.log_e_fail == pytest.approx(case["log_e_fail"], abs=1e-9)


@pytest.mark.parametrize("row", CASES["rows"], ids=lambda row: f"{row['failures']} failures")
def test_so_many_runs_pass_with_so_many_failures(row: dict[str, Any]) -> None:
    n_runs = row["min_n_anytime_eprocess_uniform(0.9,1)"]

    assert n_runs_to_pass_anytime(row["failures"], 0.9) == n_runs
    passed = anytime_success(n_runs - row["failures"], n_runs, 0.9)
    short = anytime_success(n_runs - row["failures"] - 1, n_runs - 1, 0.9)
    assert passed.verdict is CriterionVerdict.PASS
    assert (short.verdict, short.n_more) == (CriterionVerdict.NOT_YET, 1)


def test_many_failures_fail_early_too() -> None:
    assert anytime_success(2, 12, 0.9).verdict is CriterionVerdict.FAIL


def test_nothing_is_evidence_of_nothing() -> None:
    found = anytime_success(0, 0, 0.9)

    assert (found.log_e_pass, found.log_e_fail) == (0, 0)
    assert found.n_more == 43


def test_a_rate_of_1_cannot_be_proved_and_one_failure_refutes_it() -> None:
    assert anytime_success(500, 500, 1.0).verdict is CriterionVerdict.NOT_YET
    assert anytime_success(500, 500, 1.0).n_more is None
    assert anytime_success(499, 500, 1.0).verdict is CriterionVerdict.FAIL


def test_looking_after_every_run_passes_a_border_case_in_5_percent_at_most() -> None:
    reached = _share_that_ever_passes(rate=0.9, n_most=400)

    assert reached <= 0.05
    assert reached == pytest.approx(0.03, abs=0.015)  # the fixed plan's bound reaches 17 %


def _share_that_ever_passes(rate: float, n_most: int) -> float:
    """By the exact distribution: the chance to have crossed the line at some n."""
    line = {
        f: n_runs_to_pass_anytime(f, rate) or math.inf for f in range(int(n_most * (1 - rate)) + 20)
    }
    alive, crossed = {0: 1.0}, 0.0
    for n in range(1, n_most + 1):
        ahead: dict[int, float] = {}
        for failures, chance in alive.items():
            for more, share in ((0, rate), (1, 1 - rate)):
                f = failures + more
                if n >= line.get(f, math.inf):
                    crossed += chance * share
                else:
                    ahead[f] = ahead.get(f, 0.0) + chance * share
        alive = ahead
    return crossed
