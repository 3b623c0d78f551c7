"""Charts as functions of records: units on the axes, n in the hover, the same in both themes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

QUIET = {"displayModeBar": False, "responsive": True}
# Middle tones that stand out on light and on dark paper alike.
CANDIDATE, BASELINE, LIMIT = "#3F86A8", "#8C8676", "#C25A45"
LIMIT_LINE = {"color": LIMIT, "width": 1.25, "dash": "dot"}


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityCostPoint:
    """One condition in the plane; bounds are those of the 90 % intervals."""

    name: str
    is_candidate: bool
    cost_usd: float
    quality: float
    cost_bounds_usd: tuple[float | None, float | None]
    quality_bounds: tuple[float | None, float | None]
    note: str  # n behind it, for the hover


def quality_cost(
    points: Sequence[QualityCostPoint],
    *,
    quality_min: float,
    cost_usd_max: float,
    words: Mapping[str, str],
) -> go.Figure:
    """Higher is better, left is cheaper; the two lines part what passes from what does not."""
    chart = go.Figure()
    for point in points:
        chart.add_trace(_point_trace(point))
    chart.add_hline(y=quality_min, line=LIMIT_LINE)
    chart.add_vline(x=cost_usd_max, line=LIMIT_LINE)
    highest = max([cost_usd_max * 1.2, *(_reach(point) for point in points)])
    frame(chart, height=360, uirevision="quality_cost")
    chart.update_xaxes(
        title=words["cost"], range=[0, highest * 1.05], tickprefix="$", tickformat=".2f"
    )
    chart.update_yaxes(title=words["quality"], range=[0.9, 5.1], dtick=1)
    return chart


def _point_trace(point: QualityCostPoint) -> go.Scatter:
    tone = CANDIDATE if point.is_candidate else BASELINE
    return go.Scatter(
        x=[point.cost_usd],
        y=[point.quality],
        name=point.name,
        text=[point.name],
        textposition="top right",
        mode="markers+text",
        textfont={"size": 13},
        marker={
            "size": 11,
            "color": tone,
            "symbol": "circle" if point.is_candidate else "circle-open",
            "line": {"width": 2, "color": tone},
        },
        error_x=_error_bar(point.cost_usd, point.cost_bounds_usd, tone),
        error_y=_error_bar(point.quality, point.quality_bounds, tone),
        hovertemplate=f"%{{text}}<br>%{{y:.2f}} · $%{{x:.3f}}<br>{point.note}<extra></extra>",
    )


def _error_bar(
    value: float, bounds: tuple[float | None, float | None], tone: str
) -> dict[str, object]:
    low, high = bounds
    if low is None or high is None:
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
