from decimal import Decimal

from videogen.domain.condition import Location
from videogen.evidence.money.monthly import MonthlyLine
from videogen.ui.costs_charts import Crossing, Curve, monthly, reach

WORDS = {
    "volume": "videos a month",
    "month": "US dollars a month",
    "asked": "your 1,000",
    "full": "full",
    "break_even": "break-even",
}
OWN = MonthlyLine(
    condition="wan-1.3b",
    location=Location.LOCAL,
    per_video_usd=Decimal(0),
    machine_usd=Decimal(80),
    hours_per_video=Decimal("0.73"),
)
CLOUD = MonthlyLine(condition="veo-3.1", location=Location.CLOUD, per_video_usd=Decimal("0.80"))
CROSSING = Crossing(n_videos_month=101, usd=80.0, sentence="An own GPU pays off")


def test_a_line_is_dotted_where_machines_are_missing_and_each_machine_is_a_step() -> None:
    curves = [
        Curve(name="WAN 1.3B", line=OWN, n_videos_full=1000, note="n = 20 runs"),
        Curve(name="Veo 3.1", line=CLOUD, n_videos_full=None, note="n = 20 runs"),
    ]

    chart = monthly(curves, [CROSSING], n_videos_month=1000, words=WORDS)

    within, beyond, full, cloud, marked = chart.data
    assert (max(within.x), min(beyond.x), beyond.line.dash) == (1000, 1000, "dot")
    assert dict(zip(beyond.x, beyond.y, strict=True))[1001] == 160.0
    assert (full.x, full.y) == ((1000,), (80.0,))
    assert cloud.line.dash != within.line.dash  # told apart without colour
    assert (marked.x, marked.text) == ((101,), ("An own GPU pays off",))
    assert "n = 20 runs" in within.hovertemplate
    assert (chart.layout.xaxis.title.text, chart.layout.yaxis.tickprefix) == (
        "videos a month",
        "$",
    )


def test_crossings_that_are_near_are_in_sight_and_far_ones_are_not() -> None:
    near = Crossing(n_videos_month=3000, usd=1.0, sentence="")
    far = Crossing(n_videos_month=9000, usd=1.0, sentence="")

    assert reach(1000, []) == 2000
    assert reach(1000, [near, far]) == 3600
