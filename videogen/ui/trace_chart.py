"""One attempt on its device: memory, the server's own part of it, power, and the figures."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from videogen.domain.run import VramSample, VramTrace
from videogen.ui import charts, formats, language, markup, notices
from videogen.ui.formats import MIB_PER_GB
from videogen.ui.language import t

_MEMORY_HEIGHT_PX, _POWER_HEIGHT_PX = 260, 110
_HEADROOM = 1.12
# Middle tones as in charts; dashes tell the lines apart without colour.
_OWN, _POWER = "#5E8F6B", "#B0862F"
_SIZE_LINE = {"color": charts.BASELINE, "width": 1}
_WORDS = ("time", "memory", "power", "limit", "size", "device", "own")


def show(trace: VramTrace, *, limit_mib: float | None, key: str = "vram_trace") -> None:
    """The chart with its text alternative, then the figures; needs samples."""
    words = {name: t(f"gpu.trace.{name}") for name in _WORDS}
    st.plotly_chart(
        figure(trace, limit_mib=limit_mib, words=words),
        key=key,
        config=charts.QUIET,
        alt=_told(trace),
    )
    if trace.reason is not None:
        st.caption(notices.memory_reason(trace.reason))
    st.html(figures(trace))


def figure(trace: VramTrace, *, limit_mib: float | None, words: Mapping[str, str]) -> go.Figure:
    """Memory in GB over seconds, threshold and device size beside it; power under it if known."""
    has_power = any(sample.power_w is not None for sample in trace.samples)
    heights = [_MEMORY_HEIGHT_PX, _POWER_HEIGHT_PX] if has_power else [_MEMORY_HEIGHT_PX]
    chart = make_subplots(
        rows=len(heights),
        cols=1,
        shared_xaxes=True,
        row_heights=heights,
        vertical_spacing=0.08,
    )
    _draw_memory(chart, trace, limit_mib, words)
    if has_power:
        _draw_power(chart, trace.samples, words)
    charts.frame(chart, height=sum(heights), uirevision="vram")
    has_own = any(sample.process_mib is not None for sample in trace.samples)
    chart.update_layout(
        hovermode="x unified",
        showlegend=has_own,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    chart.update_xaxes(rangemode="tozero")
    chart.update_xaxes(title=words["time"], row=len(heights), col=1)
    return chart


def figures(trace: VramTrace) -> str:
    """What the curve comes down to, each with its unit; a dash where the device tells nothing."""
    bound = t("fact.lower_bound") if trace.is_lower_bound else None
    source = language.t_or(f"gpu.source.{trace.source}", trace.source)
    where = t("gpu.trace.where", device=_device(trace), n=len(trace.samples))
    return markup.facts(
        [
            (t("gpu.trace.baseline"), formats.memory(trace.baseline_vram_mib), None),
            (t("gpu.trace.peak"), formats.memory(trace.peak_vram_mib), bound),
            (t("gpu.trace.own_peak"), formats.memory(trace.process_peak_mib), None),
            (t("gpu.trace.energy"), _with_unit(trace.energy_wh, "Wh", digits=1), None),
            (t("gpu.trace.load"), _with_unit(trace.mean_utilisation_pct, "%"), None),
            (t("gpu.trace.heat"), _with_unit(trace.max_temperature_c, "°C"), None),
            (t("gpu.trace.source"), source, where),
        ]
    )


def _draw_memory(
    chart: go.Figure, trace: VramTrace, limit_mib: float | None, words: Mapping[str, str]
) -> None:
    held = [sample.memory_mib for sample in trace.samples]
    own = [sample.process_mib for sample in trace.samples]
    chart.add_trace(
        _curve(
            trace.samples,
            [mib / MIB_PER_GB for mib in held],
            name=words["device"],
            unit="GB",
            line={"width": 1.75, "shape": "hv", "color": charts.CANDIDATE},
            fill="rgba(63, 134, 168, 0.15)",
        ),
        row=1,
        col=1,
    )
    if any(mib is not None for mib in own):
        chart.add_trace(
            _curve(
                trace.samples,
                [None if mib is None else mib / MIB_PER_GB for mib in own],
                name=words["own"],
                unit="GB",
                line={"width": 1.5, "shape": "hv", "color": _OWN, "dash": "dash"},
                fill="rgba(94, 143, 107, 0.18)",
            ),
            row=1,
            col=1,
        )
    # Below the one and above the other: a threshold of 22 GB lies close under a device of 24 GB.
    for level_mib, word, line, place in (
        (limit_mib, words["limit"], charts.LIMIT_LINE, "bottom left"),
        (trace.memory_total_mib, words["size"], _SIZE_LINE, "top right"),
    ):
        if level_mib is not None:
            chart.add_hline(
                y=level_mib / MIB_PER_GB,
                line=line,
                annotation_text=f"{word} {formats.memory(level_mib)}",
                annotation_position=place,
                row=1,
                col=1,
            )
    highest_mib = max([limit_mib or 0, trace.memory_total_mib or 0, *held])
    top = highest_mib / MIB_PER_GB * _HEADROOM
    chart.update_yaxes(title=words["memory"], range=[0, top], row=1, col=1)


def _draw_power(chart: go.Figure, samples: Sequence[VramSample], words: Mapping[str, str]) -> None:
    chart.add_trace(
        _curve(
            samples,
            [sample.power_w for sample in samples],
            name=words["power"],
            unit="W",
            line={"width": 1.25, "color": _POWER},
            fill=None,
        ),
        row=2,
        col=1,
    )
    chart.update_yaxes(title=words["power"], rangemode="tozero", row=2, col=1)


def _curve(
    samples: Sequence[VramSample],
    values: Sequence[float | None],
    *,
    name: str,
    unit: str,
    line: Mapping[str, object],
    fill: str | None,
) -> go.Scatter:
    """A gap where a value is unknown."""
    digits = ".1f" if unit == "GB" else ".0f"
    return go.Scatter(
        x=[sample.t_s for sample in samples],
        y=list(values),
        name=name,
        mode="lines",
        line=dict(line),
        fill="tozeroy" if fill else "none",
        fillcolor=fill,
        showlegend=fill is not None,
        hovertemplate=f"%{{y:{digits}}} {unit}<extra>{name}</extra>",
    )


def _told(trace: VramTrace) -> str:
    """The chart for who cannot see it."""
    said = t(
        "gpu.trace.alt",
        duration=formats.seconds(trace.samples[-1].t_s, language.current()),
        baseline=formats.memory(trace.baseline_vram_mib),
        peak=formats.memory(trace.peak_vram_mib),
        size=formats.memory(trace.memory_total_mib),
    )
    if trace.process_peak_mib is None:
        return said
    return f"{said} {t('gpu.trace.alt_own', own=formats.memory(trace.process_peak_mib))}"


def _device(trace: VramTrace) -> str:
    return trace.device or formats.UNKNOWN


def _with_unit(value: float | None, unit: str, *, digits: int = 0) -> str:
    return formats.UNKNOWN if value is None else f"{value:,.{digits}f} {unit}"
