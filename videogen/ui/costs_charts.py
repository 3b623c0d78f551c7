"""A month's cost against its volume: a line a condition, dotted where machines are missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from videogen.evidence.money.monthly import MonthlyLine, MonthPoint
from videogen.ui import charts

# Middle tones that stand out on light and on dark paper; dashes tell them apart without colour.
TONES = ("#3F86A8", "#B0862F", "#5E8F6B", "#A8638C", "#8C8676", "#7A6FB0", "#C2703D")
DASHES = ("solid", "dash", "longdash", "dashdot")
HEIGHT_PX = 400
N_POINTS = 60
REACH = 2  # times the asked volume
REACH_OF_CROSSINGS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One condition; `note` stands in the hover, its n with it."""

    name: str
    line: MonthlyLine
    n_videos_full: int | None  # the most that the GPUs there can make; None: no limit
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    n_videos_month: int
    usd: float
    sentence: str


def monthly(
    curves: Sequence[Curve],
    crossings: Sequence[Crossing],
    *,
    n_videos_month: int,
    words: Mapping[str, str],
) -> go.Figure:
    """Args: words: axis titles "volume" and "month", and "asked", "full", "break_even"."""
    most = reach(n_videos_month, crossings)
    chart = go.Figure()
    highest = 0.0
    for place, curve in enumerate(curves):
        points = curve.line.points(_volumes(curve.line, most))
        highest = max(highest, *(float(point.usd) for point in points))
        _draw(chart, curve, points, place, words)
    _draw_crossings(chart, [one for one in crossings if one.n_videos_month <= most], words)
    chart.add_vline(
        x=n_videos_month,
        line=charts.LIMIT_LINE,
        annotation_text=words["asked"],
        annotation_position="top left",
    )
    charts.frame(chart, height=HEIGHT_PX, uirevision="costs_month")
    chart.update_layout(
        showlegend=True,
        legend={"orientation": "h", "y": -0.22, "yanchor": "top", "x": 0, "itemwidth": 30},
    )
    chart.update_xaxes(title=words["volume"], range=[0, most], tickformat=",d", nticks=6)
    chart.update_yaxes(
        title=words["month"], range=[0, highest * 1.08], tickprefix="$", tickformat=",.0f"
    )
    return chart


def reach(n_videos_month: int, crossings: Sequence[Crossing]) -> int:
    """How far the volumes go: crossings that are not too far away are in sight."""
    near = [
        one.n_videos_month
        for one in crossings
        if one.n_videos_month <= n_videos_month * REACH_OF_CROSSINGS
    ]
    return max(2, n_videos_month * REACH, *(round(n * 1.2) for n in near))


def _volumes(line: MonthlyLine, most: int) -> list[int]:
    """Evenly, and on both sides of each step, so that a step is drawn upright."""
    volumes = {max(1, most * part // N_POINTS) for part in range(N_POINTS + 1)}
    n_gpus = 1
    while len(volumes) < 4 * N_POINTS and (edge := line.n_videos_of(n_gpus)) and edge < most:
        volumes |= {edge, edge + 1}
        n_gpus += 1
    return sorted(volumes)


def _draw(
    chart: go.Figure,
    curve: Curve,
    points: Sequence[MonthPoint],
    place: int,
    words: Mapping[str, str],
) -> None:
    tone, dash = TONES[place % len(TONES)], DASHES[place % len(DASHES)]
    full = curve.n_videos_full
    within = [point for point in points if full is None or point.n_videos_month <= full]
    beyond = [point for point in points if full is not None and point.n_videos_month >= full]
    chart.add_trace(_trace(curve, within, {"color": tone, "dash": dash, "width": 2.25}))
    if full is None or not beyond:
        return
    over = _trace(curve, beyond, {"color": tone, "dash": "dot", "width": 1.5})
    over.update(showlegend=not within, legendgroup=curve.name)
    chart.add_trace(over)
    if within and full > 0:
        chart.add_trace(
            go.Scatter(
                x=[full],
                y=[float(curve.line.usd(full))],
                mode="markers",
                marker={"symbol": "line-ns-open", "size": 16, "color": tone, "line": {"width": 3}},
                showlegend=False,
                legendgroup=curve.name,
                hovertemplate=f"{curve.name}<br>{words['full']}<extra></extra>",
            )
        )


def _trace(curve: Curve, points: Sequence[MonthPoint], line: Mapping[str, object]) -> go.Scatter:
    return go.Scatter(
        x=[point.n_videos_month for point in points],
        y=[float(point.usd) for point in points],
        name=curve.name,
        legendgroup=curve.name,
        mode="lines",
        line=dict(line),
        hovertemplate=f"{curve.name}<br>%{{x:,}} · $%{{y:,.2f}}<br>{curve.note}<extra></extra>",
    )


def _draw_crossings(
    chart: go.Figure, crossings: Sequence[Crossing], words: Mapping[str, str]
) -> None:
    if not crossings:
        return
    chart.add_trace(
        go.Scatter(
            x=[one.n_videos_month for one in crossings],
            y=[one.usd for one in crossings],
            text=[one.sentence for one in crossings],
            name=words["break_even"],
            mode="markers",
            marker={
                "symbol": "circle-open",
                "size": 12,
                "color": charts.LIMIT,
                "line": {"width": 2},
            },
            hovertemplate="%{text}<extra></extra>",
        )
    )
