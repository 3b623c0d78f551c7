"""Charts as functions of records: units on the axes, n in the hover, the same in both themes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

QUIET = {"displayModeBar": False, "responsive": True}
# Middle tones that stand out on light and on dark paper alike.
CANDIDATE, BASELINE, LIMIT = "#3F86A8", "#8C8676", "#C25A45"
LIMIT_LINE = {"color": LIMIT, "width": 1.25, "dash": "dot"}
LARGEST_PX, SMALLEST_PX = 46.0, 5.0  # a bubble's diameter
SPEEDLESS_PX = 9.0
# A diamond of Plotly's reaches 1.3 times as far as a circle of its size; so both cover one area.
DIAMOND_SHARE = math.sqrt(math.pi / (2 * 1.3**2))
# A name stands past its bubble and its bar on the narrowest plot too, and clear of other names.
PHONE_PX, PX_PER_SCORE, LINE_PX, GAP_PX = 290.0, 75.0, 17.0, 7.0
NEAR_SHARE = 0.3  # of the cost axis: names of such two stand in one column


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityCostPoint:
    """One condition in the plane; bounds are those of the 90 % intervals."""

    name: str
    is_candidate: bool
    cost_usd: float
    quality: float
    cost_bounds_usd: tuple[float | None, float | None]
    quality_bounds: tuple[float | None, float | None]  # equal ones: unanimous, no interval
    note: str  # n behind it, for the hover
    videos_per_hour: float | None = None


def quality_cost(
    points: Sequence[QualityCostPoint],
    *,
    quality_min: float,
    cost_usd_max: float,
    words: Mapping[str, str],
) -> go.Figure:
    """Higher is better, left is cheaper; the two lines part what passes from what does not.

    words: the axes' titles `cost` and `quality`, the lines' labels `cost_limit` and
    `quality_limit`.
    """
    chart = go.Figure()
    highest = 1.05 * max([cost_usd_max * 1.2, *(_reach(point) for point in points)])
    fastest = max((point.videos_per_hour or 0.0 for point in points), default=0.0)
    for point in points:
        diameter_px = bubble_px(point.videos_per_hour, fastest)
        chart.add_trace(_point_trace(point, diameter_px))
    for label in _labels(points, highest, fastest):
        chart.add_annotation(label)
    _limit_lines(chart, quality_min, cost_usd_max, words)
    frame(chart, height=400, uirevision="quality_cost")
    chart.update_layout(margin={"l": 8, "r": 12, "t": 28, "b": 8})
    chart.update_xaxes(
        title=words["cost"], range=[0, highest], tickprefix="$", tickformat=".2f", nticks=8
    )
    chart.update_yaxes(title=words["quality"], range=[0.8, 5.2], dtick=1, tick0=1)
    return chart


def bubble_px(videos_per_hour: float | None, fastest: float) -> float:
    """A bubble's diameter, so that its AREA is in proportion to the speed."""
    if not videos_per_hour or not fastest:
        return SPEEDLESS_PX
    return max(SMALLEST_PX, LARGEST_PX * math.sqrt(videos_per_hour / fastest))


def round_speeds(fastest: float) -> tuple[float, ...]:
    """Three speeds for the legend, each a tenth of the next; the largest just under `fastest`."""
    if fastest <= 0:
        return ()
    step = 10.0 ** math.floor(math.log10(fastest))
    top = math.floor(fastest / step + 1e-9) * step
    return (top / 100, top / 10, top)


def _limit_lines(
    chart: go.Figure, quality_min: float, cost_usd_max: float, words: Mapping[str, str]
) -> None:
    said = {"font": {"color": LIMIT, "size": 12}}
    chart.add_hline(
        y=quality_min,
        line=LIMIT_LINE,
        annotation={**said, "text": words["quality_limit"], "yanchor": "bottom"},
        annotation_position="top right",
    )
    chart.add_vline(
        x=cost_usd_max,
        line=LIMIT_LINE,
        annotation={**said, "text": words["cost_limit"], "yanchor": "bottom", "xanchor": "center"},
        annotation_position="top",
    )


def _point_trace(point: QualityCostPoint, diameter_px: float) -> go.Scatter:
    tone = CANDIDATE if point.is_candidate else BASELINE
    if point.videos_per_hour is None:
        symbol, size = ("x-thin" if point.is_candidate else "cross-thin"), SPEEDLESS_PX
    elif point.is_candidate:
        symbol, size = "circle", diameter_px
    else:
        symbol, size = "diamond", diameter_px * DIAMOND_SHARE
    return go.Scatter(
        x=[point.cost_usd],
        y=[point.quality],
        name=point.name,
        text=[point.name],
        mode="markers",
        cliponaxis=False,
        marker={
            "size": size,
            "color": _tint(tone, 0.35 if point.is_candidate else 0.12),
            "symbol": symbol,
            "line": {"width": 2, "color": tone},
            "opacity": 1,
        },
        error_x=_error_bar(point.cost_usd, point.cost_bounds_usd, tone),
        error_y=_error_bar(point.quality, point.quality_bounds, tone),
        hovertemplate=f"<b>%{{text}}</b><br>{point.note}<extra></extra>",
    )


def _labels(
    points: Sequence[QualityCostPoint], highest_usd: float, fastest: float
) -> list[dict[str, object]]:
    """Each name beside its bubble, inwards at the right edge; those that would meet, one a line."""
    placed: list[tuple[QualityCostPoint, float]] = []  # with the px below the plot's top
    labels = []
    for point in sorted(points, key=lambda one: -one.quality):
        column = [
            top + LINE_PX
            for other, top in placed
            if abs(other.cost_usd - point.cost_usd) < NEAR_SHARE * highest_usd
        ]
        level_px = -point.quality * PX_PER_SCORE
        top_px = max([level_px, *column])
        placed.append((point, top_px))
        is_left = point.cost_usd > 0.6 * highest_usd
        low, high = point.cost_bounds_usd
        end = low if is_left else high
        end = point.cost_usd if end is None else end
        bar_px = abs(end - point.cost_usd) / highest_usd * PHONE_PX
        beside_px = max(0.0, bubble_px(point.videos_per_hour, fastest) / 2 - bar_px) + GAP_PX
        labels.append(
            {
                "text": point.name,
                "x": end,
                "y": point.quality,
                "xanchor": "right" if is_left else "left",
                "xshift": -beside_px if is_left else beside_px,
                "yshift": level_px - top_px,
                "showarrow": False,
                "font": {"size": 13},
            }
        )
    return labels


def _tint(tone: str, share: float) -> str:
    red, green, blue = (int(tone[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"


def _error_bar(
    value: float, bounds: tuple[float | None, float | None], tone: str
) -> dict[str, object]:
    low, high = bounds
    if low is None or high is None or low == high:
        return {"visible": False}
    return {
        "type": "data",
        "symmetric": False,
        "array": [high - value],
        "arrayminus": [value - low],
        "color": tone,
        "thickness": 1.25,
        "width": 4,
    }


def _reach(point: QualityCostPoint) -> float:
    return max(point.cost_usd, point.cost_bounds_usd[1] or 0.0)


def frame(chart: go.Figure, *, height: int, uirevision: str) -> None:
    """What every chart of ours has in common."""
    chart.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        showlegend=False,
        uirevision=uirevision,
        hovermode="closest",
        dragmode=False,
    )
