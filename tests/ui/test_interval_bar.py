import pytest

from videogen.domain.decision import (
    Criteria,
    CriterionName,
    CriterionResult,
    CriterionVerdict,
)
from videogen.ui import interval_bar

CRITERIA = Criteria(version=1)


def result(
    estimate: float | None, low: float | None = None, high: float | None = None
) -> CriterionResult:
    return CriterionResult(
        verdict=CriterionVerdict.NOT_YET,
        estimate=estimate,
        low=low,
        high=high,
        n=1,
        rule="",
        reason_key="",
        facts={},
    )


def test_quality_runs_over_its_whole_five_point_scale() -> None:
    scale = interval_bar.scale_of(CriterionName.QUALITY, result(4.2), CRITERIA)

    assert (scale.low, scale.high, scale.threshold) == (1.0, 5.0, 4.0)
    assert scale.percent(4.0) == 75.0


def test_a_cost_far_over_the_threshold_still_fits_on_the_line() -> None:
    scale = interval_bar.scale_of(CriterionName.COST, result(4.0, 3.5, 9.0), CRITERIA)

    assert scale.high == 9.0
    assert scale.percent(9.0) == 100.0


def test_success_starts_at_one_half_unless_it_is_worse() -> None:
    scale = interval_bar.scale_of(CriterionName.SUCCESS, result(0.3, 0.1, 0.5), CRITERIA)

    assert scale.low == 0.1


@pytest.mark.parametrize(("low", "high"), [(None, 1.0), (0.5, None)])
def test_an_open_end_reaches_to_the_edge(low: float | None, high: float | None) -> None:
    one = result(0.8, low, high)
    scale = interval_bar.scale_of(CriterionName.COST, one, CRITERIA)

    drawn = interval_bar.draw(one, scale, "at most $1.50", label="cost")

    left = 0.0 if low is None else scale.percent(low)
    right = 100.0 if high is None else scale.percent(high)
    assert f"left:{left:.1f}%;width:{right - left:.1f}%" in drawn


def test_without_an_estimate_only_the_threshold_is_drawn() -> None:
    one = result(None)
    scale = interval_bar.scale_of(CriterionName.QUALITY, one, CRITERIA)

    drawn = interval_bar.draw(one, scale, "at least 4", label="quality: no interval")

    assert 'class="limit"' in drawn
    assert 'class="dot"' not in drawn
    assert 'aria-label="quality: no interval"' in drawn
