"""Charts of our own: what is drawn where, and what is told to those who cannot see it."""

import itertools
import re
from xml.etree import ElementTree as ET

import pytest

from videogen.reports import charts

SAID = charts.Said(title="Quality & <cost>", description="WAN: 4.0")
NAMESPACE = "{http://www.w3.org/2000/svg}"


def _bubble(name: str, cost_usd: float, quality: float, per_hour: float | None) -> charts.Bubble:
    return charts.Bubble(
        name=name,
        is_candidate=True,
        cost_usd=cost_usd,
        quality=quality,
        cost_bounds_usd=(cost_usd * 0.9, cost_usd * 1.1),
        quality_bounds=(quality - 0.2, quality + 0.2),
        clips_per_hour=per_hour,
    )


def _plane(*bubbles: charts.Bubble) -> ET.Element:
    drawn = charts.quality_cost(
        bubbles, quality_min=4.0, cost_usd_max=1.5, axes=("Cost", "Quality"), said=SAID
    )
    return ET.fromstring(drawn)


def _texts(chart: ET.Element) -> list[str]:
    return [one.text or "" for one in chart.iter(f"{NAMESPACE}text")]


def test_a_chart_says_its_name_and_what_it_shows_whatever_they_hold() -> None:
    chart = _plane(_bubble("<b>WAN</b>", 0.3, 4.4, 10.0))

    assert chart.findtext(f"{NAMESPACE}title") == "Quality & <cost>"
    assert chart.findtext(f"{NAMESPACE}desc") == "WAN: 4.0"
    assert "<b>WAN</b>" in _texts(chart)


def test_the_faster_of_two_conditions_has_the_larger_area_by_its_speed() -> None:
    chart = _plane(_bubble("fast", 0.8, 4.5, 90.0), _bubble("slow", 0.3, 4.2, 22.5))

    fast, slow = (float(one.get("r", "0")) for one in chart.iter(f"{NAMESPACE}circle"))
    assert fast**2 / slow**2 == pytest.approx(4.0)


def test_a_condition_of_unknown_speed_is_drawn_open() -> None:
    chart = _plane(_bubble("unknown", 0.8, 4.5, None))

    [circle] = chart.iter(f"{NAMESPACE}circle")
    assert circle.get("class") == "unknown candidate"


def test_labels_of_conditions_side_by_side_do_not_cover_each_other() -> None:
    chart = _plane(*(_bubble(f"condition {n}", 0.30 + n / 100, 4.4, 10.0) for n in range(4)))

    labels = [one for one in chart.iter(f"{NAMESPACE}text") if "condition" in (one.text or "")]
    heights = sorted(float(one.get("y", "0")) for one in labels)
    assert all(below - above > 15.5 for above, below in itertools.pairwise(heights))


def test_everything_is_drawn_inside_the_picture() -> None:
    chart = _plane(_bubble("dear", 9.0, 5.0, 1.0), _bubble("cheap", 0.0001, 1.0, 1.0))

    left, top, width, height = map(float, chart.get("viewBox", "").split())
    for circle in chart.iter(f"{NAMESPACE}circle"):
        assert left < float(circle.get("cx", "-1")) < width
        assert top < float(circle.get("cy", "-1")) < height


@pytest.mark.parametrize(
    ("highest", "wanted"),
    [
        (2.0, (0.5, 1.0, 1.5, 2.0)),
        (7.0, (2.0, 4.0, 6.0)),
        (1.0, (0.2, 0.4, 0.6, 0.8, 1.0)),
        (0, ()),
    ],
)
def test_ticks_are_round(highest: float, wanted: tuple[float, ...]) -> None:
    assert charts.ticks(highest) == pytest.approx(wanted)


def test_ticks_of_time_are_whole_minutes_or_hours() -> None:
    assert charts.time_ticks(2300) == (600.0, 1200.0, 1800.0)
    assert charts.time_ticks(250) == (60.0, 120.0, 180.0, 240.0)


def test_scores_that_nobody_gave_take_no_room_and_counts_that_fit_are_written() -> None:
    stack = charts.Stack(name="WAN", counts=(0, 1, 40, 77, 48), said="n = 166")

    drawn = charts.score_shares([stack], words=["1", "2", "3", "4", "5"], said=SAID)

    widths = re.findall(r'class="s\d" x="[\d.]+" y="[\d.]+" width="([\d.]+)" height="22"', drawn)
    assert len(widths) == 4
    assert {"40", "77", "48"} <= set(_texts(ET.fromstring(drawn)))


def test_the_names_of_lines_that_end_together_stand_one_below_the_other() -> None:
    curves = [
        charts.Curve(name=name, is_candidate=False, points=((0.0, 0.0), (3000.0, usd)))
        for name, usd in (("one", 500.0), ("two", 501.0), ("three", 502.0))
    ]

    drawn = charts.monthly_costs(curves, axes=("Videos", "USD"), chosen=1000.0, said=SAID)

    chart = ET.fromstring(drawn)
    names = {"one", "two", "three"}
    heights = sorted(
        float(one.get("y", "0")) for one in chart.iter(f"{NAMESPACE}text") if one.text in names
    )
    assert all(below - above > 15.5 for above, below in itertools.pairwise(heights))


def test_a_bar_of_unknown_length_is_named_and_not_drawn() -> None:
    bars = [
        charts.Bar(name="known", is_candidate=True, value=60.0, reach=80.0, said="1 min"),
        charts.Bar(name="unknown", is_candidate=True, value=None, reach=None, said="–"),
    ]

    drawn = charts.wall_times(bars, axis="Time", said=["20 s", "40 s", "60 s", "80 s"], about=SAID)

    assert drawn.count("<rect") == 1
    assert {"known", "unknown", "–"} <= set(_texts(ET.fromstring(drawn)))
