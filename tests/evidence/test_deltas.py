from dataclasses import replace

import pytest

from videogen.domain.condition import Location
from videogen.domain.decision import Verdict
from videogen.evidence import MatrixRow, Measured, Role
from videogen.evidence.deltas import Deltas, deltas, reference_row
from videogen.store import SetupHours

COST = Measured(estimate=0.05, low=0.04, high=0.06, n=30)
ROW = MatrixRow(
    condition="wan-1.3b",
    condition_id="wan-1.3b@1",
    role=Role.CANDIDATE,
    verdict=Verdict.NOT_YET,
    location=Location.LOCAL,
    clip_duration_s=5.0,
    quality=Measured(estimate=4.2, low=4.0, high=4.4, n=6),
    cost_usd=COST,
    cost_usd_per_clip_s=0.01,
    success_rate=Measured(estimate=0.9, low=0.8, high=0.95, n=30),
    peak_vram_mib_max=8_000.0,
    wall_time_s_median=240.0,
    wall_time_s_per_clip_s=48.0,
    wall_time_s_p95=300.0,
    n_timed=27,
    n_peaks=30,
    n_runs=30,
    n_succeeded=27,
    failures={},
    claims={},
)
BASELINE = replace(
    ROW,
    condition="animatediff",
    role=Role.BASELINE,
    cost_usd=replace(COST, estimate=0.25),
    wall_time_s_median=1_800.0,
    peak_vram_mib_max=None,
)
HYBRID = replace(BASELINE, condition="hybrid", is_routed=True)


def test_the_hybrid_is_what_everything_is_compared_with() -> None:
    assert reference_row([ROW, BASELINE, HYBRID]) is HYBRID


def test_without_a_hybrid_it_is_the_first_baseline_and_never_a_candidate() -> None:
    assert reference_row([ROW, BASELINE]) is BASELINE
    assert reference_row([ROW, replace(HYBRID, role=Role.CANDIDATE)]) is None


def test_a_difference_has_a_sign_and_an_unknown_side_has_none() -> None:
    change = deltas(ROW, BASELINE)

    assert change.cost_usd == pytest.approx(-0.20)
    assert change.wall_time_s == -1_560.0
    assert change.videos_per_hour == pytest.approx(15.0 - 2.0)
    assert change.peak_vram_mib is None
    assert change.setup_person_hours is None


def test_setup_hours_are_compared_once_both_are_written_down() -> None:
    def with_hours(row: MatrixRow, hours: float) -> MatrixRow:
        steps = SetupHours(
            condition_name=row.condition, person_hours=hours, machine_hours=0.0, n_steps=1
        )
        return replace(row, setup=steps)

    change = deltas(with_hours(ROW, 6.5), with_hours(BASELINE, 0.5))

    assert change.setup_person_hours == 6.0


def test_the_reference_differs_from_itself_in_nothing() -> None:
    assert deltas(BASELINE, BASELINE) == Deltas()
    assert deltas(ROW, None) == Deltas()
