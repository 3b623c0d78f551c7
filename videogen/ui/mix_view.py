"""The cheapest mix that meets the criteria, what each limit costs, and how sure that is."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import streamlit as st

from videogen.analysis.mix import Mix, NoMix
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.what_if.asked import Asked
from videogen.evidence.what_if.best_mix import BestMix
from videogen.ui import charts, costs_charts, formats, loaders, markup
from videogen.ui.language import t

HEIGHT_PX = 260


def show(best: BestMix, said: Assumptions) -> None:
    st.subheader(t("mix.title"))
    first = _answer(best, said)
    st.html(
        f'<div class="vg vg-verdict"><p class="vg-say"><b>{markup.esc(first)}</b></p>'
        f"{_lines([*_unserved(best), *_careful(best)])}</div>"
    )
    _kinds_and_changes(best)
    _chart(best)
    _left_out(best)


def _kinds_and_changes(best: BestMix) -> None:
    """What makes each kind beside what would change the answer; either alone takes the width."""
    found = best.found
    if not isinstance(found, Mix):
        return
    parts = []
    kinds = _demands(best, found)
    if kinds:
        heads = [t("mix.kind"), t("mix.made_by")]
        rows = [(markup.esc(kind), markup.esc(shares)) for kind, shares in kinds]
        parts.append(markup.table(heads, rows))
    changes = _sensitivity(best)
    if changes:
        title = markup.esc(t("mix.changes"))
        parts.append(f'<div class="vg"><p class="vg-eyebrow">{title}</p>{_lines(changes)}</div>')
    if parts:
        for column, part in zip(st.columns(len(parts), gap="large"), parts, strict=True):
            column.html(part)


def _lines(said: Sequence[str]) -> str:
    items = "".join(f"<li>{markup.esc(line)}</li>" for line in said)
    return f'<ul class="vg vg-plainlist vg-small">{items}</ul>' if items else ""


def _answer(best: BestMix, said: Assumptions) -> str:
    found = best.found
    if found is None:
        return t("mix.nothing_measured")
    if isinstance(found, NoMix):
        return t("mix.unmet", limits=t("mix.or").join(t(f"mix.limit.{n}") for n in found.unmet))
    n = round(said.n_videos_month * best.served_share)
    return t(
        "mix.answer",
        usd=formats.usd(found.cost_usd),
        shares=_shares(found.shares),
        month=formats.usd(found.cost_usd * n),
        n=formats.count(n),
        quality=formats.score(found.quality),
        success=formats.percent(found.success_rate),
    )


def _unserved(best: BestMix) -> list[str]:
    if not best.unserved:
        return []
    kinds = ", ".join(f"{_kind(one)} {formats.percent(one.weight)}" for one in best.unserved)
    return [t("mix.unserved", kinds=kinds)]


def _kind(asked: Asked) -> str:
    if asked.name is not None:
        return t(f"what_if.kind.{asked.name}")
    return t(f"models.purpose.{asked.request.purpose.value}")


def _shares(shares: Mapping[str, float]) -> str:
    ranked = sorted(shares.items(), key=lambda item: -item[1])
    return ", ".join(
        f"{loaders.name_label(name)} {formats.percent(share)}" for name, share in ranked
    )


def _careful(best: BestMix) -> list[str]:
    if not isinstance(best.found, Mix):
        return []
    if best.careful is None:
        return [t("mix.careful.unknown")]
    if isinstance(best.careful, NoMix):
        return [t("mix.careful.none")]
    usd = formats.usd(best.careful.cost_usd)
    return [t("mix.careful", usd=usd, shares=_shares(best.careful.shares))]


def _sensitivity(best: BestMix) -> list[str]:
    lines = [
        t(f"mix.saved.{name}", usd=formats.usd(saved)) for name, saved in best.saved_usd.items()
    ]
    for name, without_usd in best.without_usd.items():
        label = loaders.name_label(name)
        if without_usd is None:
            lines.append(t("mix.without.nothing", condition=label))
        else:
            lines.append(t("mix.without", condition=label, usd=formats.usd(without_usd)))
    return lines + [
        t("mix.joins", condition=loaders.name_label(name), usd=formats.usd(usd))
        for name, usd in sorted(best.joins_below_usd.items(), key=lambda item: -item[1])
    ]


def _demands(best: BestMix, found: Mix) -> list[tuple[str, str]]:
    """Each kind and where it would be made, where there are several with a name."""
    named = [
        (best.kinds[int(place)], shares)
        for place, shares in found.by_demand.items()
        if best.kinds[int(place)].name is not None
    ]
    if len(named) < 2:
        return []
    return [(_kind(kind), _shares(shares)) for kind, shares in named]


def _chart(best: BestMix) -> None:
    known = [(limit, usd) for limit, usd in best.by_quality if usd is not None]
    if len(known) < 2:
        return
    limit = best.criteria.quality_min
    chart = go.Figure(
        go.Scatter(
            x=[one for one, _ in known],
            y=[usd for _, usd in known],
            mode="lines",
            line={"color": costs_charts.TONES[0], "width": 2},
            hovertemplate="%{x:.1f}: $%{y:.2f}<extra></extra>",
        )
    )
    chart.add_vline(
        x=limit,
        line=charts.LIMIT_LINE,
        annotation_text=t("mix.chart.limit", limit=f"{limit:g}"),
        annotation_position="top left",
    )
    charts.frame(chart, height=HEIGHT_PX, uirevision="mix")
    chart.update_xaxes(title=t("mix.chart.quality"), range=[2.5, 5.0])
    chart.update_yaxes(title=t("mix.chart.usd"), rangemode="tozero", tickprefix="$")
    ends = t(
        "mix.chart.alt",
        low=f"{known[0][0]:.1f}",
        low_usd=formats.usd(known[0][1]),
        high=f"{known[-1][0]:.1f}",
        high_usd=formats.usd(known[-1][1]),
    )
    st.plotly_chart(chart, key="mix_chart", config=charts.QUIET, alt=ends)


def _left_out(best: BestMix) -> None:
    if not best.left_out:
        return
    with st.expander(t("mix.left_out", n=len(best.left_out))):
        items = "".join(
            f"<li><b>{markup.esc(loaders.name_label(name))}</b> "
            f"{markup.esc(t(f'mix.why.{why.value}'))}</li>"
            for name, why in best.left_out.items()
        )
        st.html(f'<ul class="vg vg-plainlist">{items}</ul>')
