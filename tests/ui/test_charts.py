import dataclasses

import pytest

from videogen.ui import charts
from videogen.ui.charts import QualityCostPoint

WORDS = {"cost": "USD", "quality": "MOS", "cost_limit": "at most $1", "quality_limit": "at least 4"}
POINT = QualityCostPoint(
    name="wan",
    is_candidate=True,
    cost_usd=0.05,
    quality=4.2,
    cost_bounds_usd=(0.04, 0.07),
    quality_bounds=(4.0, 4.4),
    note="n",
    videos_per_hour=15.0,
)


def test_four_times_the_speed_is_four_times_the_area() -> None:
    slow, fast = charts.bubble_px(20.0, 80.0), charts.bubble_px(80.0, 80.0)

    assert (fast / slow) ** 2 == pytest.approx(4.0)


def test_an_unknown_speed_takes_no_part_in_the_scale() -> None:
    assert charts.bubble_px(None, 80.0) == charts.SPEEDLESS_PX


def test_the_legend_shows_round_speeds_within_the_scale() -> None:
    assert charts.round_speeds(89.4) == pytest.approx((0.8, 8.0, 80.0))
    assert charts.round_speeds(0.0) == ()


def test_bars_are_the_intervals_and_unanimity_is_a_point() -> None:
    measured = charts.quality_cost([POINT], quality_min=4.0, cost_usd_max=1.5, words=WORDS).data[0]
    unanimous = QualityCostPoint(
        name="wan",
        is_candidate=False,
        cost_usd=0.05,
        quality=4.0,
        cost_bounds_usd=(None, None),
        quality_bounds=(4.0, 4.0),
        note="",
    )
    alone = charts.quality_cost([unanimous], quality_min=4.0, cost_usd_max=1.5, words=WORDS).data[0]

    assert measured.error_x.array[0] == pytest.approx(0.02)
    assert measured.error_y.arrayminus[0] == pytest.approx(0.2)
    assert alone.error_x.visible is False
    assert alone.error_y.visible is False


def test_roles_differ_by_shape_and_the_lines_say_their_limit() -> None:
    baseline = QualityCostPoint(
        name="animatediff",
        is_candidate=False,
        cost_usd=0.25,
        quality=3.1,
        cost_bounds_usd=(0.2, 0.3),
        quality_bounds=(2.9, 3.3),
        note="",
        videos_per_hour=2.0,
    )

    chart = charts.quality_cost([POINT, baseline], quality_min=4.0, cost_usd_max=1.5, words=WORDS)

    assert [trace.marker.symbol for trace in chart.data] == ["circle", "diamond"]
    said = {one.text for one in chart.layout.annotations}
    assert said == {POINT.name, "animatediff", "at least 4", "at most $1"}


def test_names_of_near_conditions_stand_under_each_other_past_their_bars() -> None:
    first = dataclasses.replace(POINT, name="first", quality=4.5, cost_bounds_usd=(0.1, 0.4))
    second = dataclasses.replace(first, name="second", quality=4.4)

    chart = charts.quality_cost([second, first], quality_min=4.0, cost_usd_max=1.5, words=WORDS)

    upper, lower = (
        next(one for one in chart.layout.annotations if one.text == name)
        for name in ("first", "second")
    )
    apart_px = (upper.y - lower.y) * charts.PX_PER_SCORE + upper.yshift - lower.yshift
    assert upper.x == lower.x == 0.4
    assert apart_px == pytest.approx(charts.LINE_PX)
