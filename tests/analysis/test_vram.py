import json
from pathlib import Path

import pytest

from videogen.analysis.tally import tally_runs
from videogen.analysis.vram import exceedance_bound, judge_vram
from videogen.domain.condition import Location
from videogen.domain.decision import Criteria, CriterionResult, CriterionVerdict, JudgedRun
from videogen.domain.run import FailureClass

CASES = json.loads((Path(__file__).with_name("oracle") / "decision_cases.json").read_text())
LIMIT_MIB = Criteria(version=1).peak_vram_mib_max
FITS = JudgedRun(ok=True, peak_vram_mib=20_000, worst_configuration=True)


def judged(*runs: JudgedRun) -> CriterionResult:
    return judge_vram(tally_runs(runs, LIMIT_MIB), Criteria(version=1), Location.LOCAL)


@pytest.mark.parametrize("case", CASES["vram_exceedance"])
def test_runs_under_the_limit_bound_the_share_over_it(case: dict[str, float]) -> None:
    n = int(case["n_runs_all_below_limit"])

    assert exceedance_bound(n) == pytest.approx(case["exceedance_upper95"], abs=1e-9)


def test_29_runs_under_the_limit_pass() -> None:
    assert judged(*[FITS] * 29).verdict is CriterionVerdict.PASS


def test_28_runs_want_one_more() -> None:
    result = judged(*[FITS] * 28)

    assert result.verdict is CriterionVerdict.NOT_YET
    assert result.needs is not None
    assert result.needs.n_runs == 1


def test_three_runs_of_the_worst_configuration_are_needed() -> None:
    small = JudgedRun(ok=True, peak_vram_mib=9_000)

    result = judged(*[small] * 40, FITS)

    assert result.verdict is CriterionVerdict.NOT_YET
    assert result.needs is not None
    assert result.needs.n_runs == 2
    assert judged(*[small] * 26, *[FITS] * 3).verdict is CriterionVerdict.PASS


def test_exactly_22_gb_is_within_the_limit_and_a_mib_more_is_not() -> None:
    within = JudgedRun(ok=True, peak_vram_mib=22_528, worst_configuration=True)
    over = JudgedRun(ok=True, peak_vram_mib=22_529)

    assert judged(*[within] * 29).verdict is CriterionVerdict.PASS
    assert judged(*[within] * 500, over).verdict is CriterionVerdict.FAIL


def test_running_out_of_memory_is_over_the_limit_whatever_its_peak() -> None:
    oom = JudgedRun(ok=False, failure_class=FailureClass.OUT_OF_VRAM)

    result = judged(*[FITS] * 40, oom)

    assert result.verdict is CriterionVerdict.FAIL
    assert result.reason_key == "decision.reason.vram.fail_out_of_vram"


def test_a_lower_bound_can_fail_but_never_pass() -> None:
    polled = JudgedRun(
        ok=True, peak_vram_mib=20_000, worst_configuration=True, peak_is_lower_bound=True
    )
    over = JudgedRun(ok=True, peak_vram_mib=23_000, peak_is_lower_bound=True)

    assert judged(*[polled] * 100).verdict is CriterionVerdict.NOT_YET
    assert judged(*[polled] * 100).n == 0
    assert judged(over).verdict is CriterionVerdict.FAIL


def test_a_cancelled_runs_peak_is_only_a_lower_bound() -> None:
    cancelled = JudgedRun(
        ok=False, status="cancelled", peak_vram_mib=20_000, worst_configuration=True
    )

    assert judged(*[FITS] * 28, cancelled).n == 28


def test_nothing_measured_is_not_yet_and_no_number() -> None:
    result = judged(*[JudgedRun(ok=True)] * 40)

    assert result.verdict is CriterionVerdict.NOT_YET
    assert result.estimate is None


def test_a_cloud_model_takes_none_of_our_memory() -> None:
    result = judge_vram(tally_runs([FITS], LIMIT_MIB), Criteria(version=1), Location.CLOUD)

    assert result.verdict is CriterionVerdict.NOT_APPLICABLE
    assert result.estimate is None


def test_peaks_counted_against_another_limit_are_refused() -> None:
    tally = tally_runs([FITS], peak_limit_mib=16_384)

    with pytest.raises(ValueError, match="16384"):
        judge_vram(tally, Criteria(version=1), Location.LOCAL)
