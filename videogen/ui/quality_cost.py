"""Quality against cost: the matrix's own rows as bubbles, and in words for who cannot see it."""

from collections.abc import Sequence

import streamlit as st

from videogen.domain.decision import Criteria, CriterionName
from videogen.evidence import MatrixRow, Measured, Role
from videogen.ui import cards, charts, decision_loaders, decision_words, formats, language, markup
from videogen.ui.charts import QualityCostPoint
from videogen.ui.language import t


def show(rows: Sequence[MatrixRow], criteria: Criteria) -> None:
    drawn = [row for row in rows if is_drawn(row)]
    if not drawn:
        st.caption(t("decision.chart_empty"))
        return
    spoken = language.current()
    limits = {
        name: cards.limit_text(name, criteria, spoken)
        for name in (CriterionName.QUALITY, CriterionName.COST)
    }
    figure = charts.quality_cost(
        [point_of(row) for row in drawn],
        quality_min=criteria.quality_min,
        cost_usd_max=criteria.cost_usd_max,
        words={
            "cost": t("decision.axis.cost"),
            "quality": t("decision.axis.quality"),
            "cost_limit": limits[CriterionName.COST],
            "quality_limit": limits[CriterionName.QUALITY],
        },
    )
    alt = t(
        "decision.chart_alt",
        points=" ".join(_in_words(row) for row in drawn),
        quality=limits[CriterionName.QUALITY],
        cost=limits[CriterionName.COST],
    )
    st.plotly_chart(figure, key="quality_cost", config=charts.QUIET, alt=alt)
    st.html(_legend(drawn) + _left_out([row for row in rows if row not in drawn]))


def is_drawn(row: MatrixRow) -> bool:
    """Only with both figures: a missing one is no zero."""
    return row.quality.estimate is not None and row.cost_usd.estimate is not None


def point_of(row: MatrixRow) -> QualityCostPoint:
    """Raises: ValueError: the row lacks a figure."""
    if row.quality.estimate is None or row.cost_usd.estimate is None:
        raise ValueError(f"{row.condition} has no place in the plane")
    quality, cost = _quality(row.quality), _cost(row.cost_usd)
    lines = [quality, cost, speed(row)]
    return QualityCostPoint(
        name=decision_loaders.label(row.condition),
        is_candidate=row.role is Role.CANDIDATE,
        cost_usd=row.cost_usd.estimate,
        quality=row.quality.estimate,
        cost_bounds_usd=(row.cost_usd.low, row.cost_usd.high),
        quality_bounds=(_on_scale(row.quality.low), _on_scale(row.quality.high)),
        note="<br>".join(lines),
        videos_per_hour=row.videos_per_hour,
    )


def speed(row: MatrixRow) -> str:
    if row.videos_per_hour is None:
        return t("decision.speed_unknown")
    return t("decision.speed", n=decision_words.per_hour(row.videos_per_hour))


def _in_words(row: MatrixRow) -> str:
    return t(
        "decision.chart_alt_point",
        condition=decision_loaders.label(row.condition),
        role=t(f"matrix.{row.role.value}"),
        quality=_quality(row.quality),
        cost=_cost(row.cost_usd),
        speed=speed(row),
    )


def _quality(measured: Measured) -> str:
    value = f"{formats.score(measured.estimate)} {t('decision.unit.quality')}"
    n = t("matrix.n_quality_one" if measured.n == 1 else "matrix.n_quality", n=measured.n)
    return f"{value} ({_between(measured, CriterionName.QUALITY)}, {n})"


def _cost(measured: Measured) -> str:
    value = f"{formats.usd(measured.estimate)} {t('decision.unit.cost')}"
    n = t("matrix.n_runs_one" if measured.n == 1 else "matrix.n_runs", n=formats.count(measured.n))
    return f"{value} ({_between(measured, CriterionName.COST)}, {n})"


def _between(measured: Measured, name: CriterionName) -> str:
    if measured.low is None or measured.high is None:
        return t("decision.interval_none")
    if measured.low == measured.high:
        return t("decision.unanimous")
    return f"{cards.figure(name, measured.low)} – {cards.figure(name, measured.high)}"


def _on_scale(bound: float | None) -> float | None:
    """A bound that arithmetic puts past the scale's end stands at the end, as in the table."""
    return None if bound is None else min(5.0, max(1.0, bound))


def _legend(rows: Sequence[MatrixRow]) -> str:
    """Shapes for roles, areas for speeds: the circles have the sizes of the chart's own."""
    fastest = max((row.videos_per_hour or 0.0 for row in rows), default=0.0)
    roles = "".join(
        f'<span><i class="vg-shape-{role.value}"></i>{markup.esc(t(f"matrix.{role.value}"))}</span>'
        for role in Role
        if any(row.role is role for row in rows)
    )
    sizes = "".join(
        f'<span><i class="vg-bubble" style="width:{charts.bubble_px(speed, fastest):.1f}px"></i>'
        f"{markup.esc(t('decision.per_hour', n=decision_words.per_hour(speed)))}</span>"
        for speed in charts.round_speeds(fastest)
    )
    area = f"<b>{markup.esc(t('decision.bubble'))}</b>{sizes}" if sizes else ""
    note = markup.esc(t("decision.chart_note"))
    return (
        f'<div class="vg vg-legend vg-chartlegend">{roles}'
        f'<span class="vg-sizes">{area}</span></div>'
        f'<p class="vg vg-small vg-soft vg-below">{note}</p>'
    )


def _left_out(rows: Sequence[MatrixRow]) -> str:
    """Who is not in the chart, by name, and what it lacks."""
    if not rows:
        return ""
    named = ", ".join(
        t(
            f"decision.not_drawn.{_lacking(row)}",
            condition=decision_loaders.label(row.condition),
        )
        for row in rows
    )
    said = markup.esc(t("decision.not_drawn", conditions=named))
    return f'<p class="vg vg-small vg-soft vg-below">{said}</p>'


def _lacking(row: MatrixRow) -> str:
    if row.quality.estimate is None and row.cost_usd.estimate is None:
        return "both"
    return "quality" if row.quality.estimate is None else "cost"
