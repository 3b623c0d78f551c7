"""How much is it per video and per month, and is there capacity? The answer before its figures."""

import streamlit as st

from videogen.domain.campaign import Campaign
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.money.break_even import BreakEven
from videogen.evidence.money.costs import ConditionCost
from videogen.ui import (
    assumptions_form,
    charts,
    costs_charts,
    costs_loaders,
    costs_table,
    decision_loaders,
    formats,
    language,
    markup,
    notices,
    price_form,
)
from videogen.ui.costs_charts import Crossing, Curve
from videogen.ui.costs_loaders import CostAnswer
from videogen.ui.language import t


def show(campaign: Campaign) -> None:
    assumptions_form.keep_in_address()
    said = assumptions_form.current()
    judged = decision_loaders.judged(campaign.campaign_id)
    answer = costs_loaders.answer(judged)
    if answer.case.found.is_sandbox:
        notices.show_sandbox_note()
    st.html(_verdict(answer) + assumptions_form.refusal())
    result, beside = st.columns([5, 2], gap="large")
    with result:
        st.html(costs_table.draw(answer.costs, said, campaign_id=campaign.campaign_id))
        st.html(_rates(answer.costs))
        _chart(answer, said)
        _break_even(answer.break_even)
    with beside:
        assumptions_form.show()
    price_form.show()


def _verdict(answer: CostAnswer) -> str:
    spoken = language.current()
    first, *rest = [costs_loaders.label(one, spoken) for one in answer.sentences]
    more = f"<p>{markup.esc(' '.join(rest))}</p>" if rest else ""
    return (
        f'<div class="vg vg-verdict"><p class="vg-say"><b>{markup.esc(first)}</b></p>'
        f'<div class="vg-lead">{more}</div></div>'
    )


def _rates(costs: tuple[ConditionCost, ...]) -> str:
    """What an hour of the own machine is counted at; a measured power makes it one a condition."""
    spoken = language.current()
    by_rate: dict[str, list[str]] = {}
    for cost in costs:
        if cost.rate is not None:
            said = cost.rate.provenance.say(spoken)
            by_rate.setdefault(said, []).append(decision_loaders.label(cost.condition))
    said_of = {
        said: said if len(by_rate) == 1 else f"{', '.join(names)}: {said}"
        for said, names in by_rate.items()
    }
    lines = "".join(f"<li>{markup.esc(line)}</li>" for line in said_of.values())
    notes = f"<li>{markup.esc(t('costs.table.note'))}</li>"
    return f'<ul class="vg vg-plainlist vg-small vg-soft">{lines}{notes}</ul>'


def _chart(answer: CostAnswer, said: Assumptions) -> None:
    st.header(t("costs.chart.title"))
    curves = [_curve(cost, said) for cost in answer.costs if cost.line is not None]
    if not curves:
        st.caption(t("costs.chart.empty"))
        return
    words = {
        name: t(f"costs.chart.{name}") for name in ("volume", "month", "break_even", "full")
    } | {"asked": t("costs.chart.asked", n=formats.count(said.n_videos_month))}
    crossings = _crossings(answer.break_even)
    figure = costs_charts.monthly(
        curves, crossings, n_videos_month=said.n_videos_month, words=words
    )
    st.plotly_chart(
        figure, key="costs_month", config=charts.QUIET, alt=_told(answer.costs, crossings, said)
    )
    st.caption(t("costs.chart.note", n_gpus=said.n_gpus))


def _curve(cost: ConditionCost, said: Assumptions) -> Curve:
    assert cost.line is not None
    return Curve(
        name=decision_loaders.label(cost.condition),
        line=cost.line,
        n_videos_full=cost.line.n_videos_of(said.n_gpus),
        note=t("costs.table.n_runs", n=cost.n_runs),
    )


def _crossings(points: tuple[BreakEven, ...]) -> list[Crossing]:
    """Those of the lines that are drawn: pairs paid as the assumptions say."""
    spoken = language.current()
    return [
        Crossing(
            n_videos_month=point.n_videos_month,
            usd=float(point.usd),
            sentence=costs_loaders.label(point.sentence, spoken),
        )
        for point in points
        if point.n_videos_month is not None and point.usd is not None and point.machine is None
    ]


def _told(costs: tuple[ConditionCost, ...], crossings: list[Crossing], said: Assumptions) -> str:
    """The chart for who cannot see it."""
    lines = "; ".join(
        f"{decision_loaders.label(cost.condition)} {formats.usd(cost.month_usd)}"
        for cost in costs
        if cost.line is not None
    )
    told = t("costs.chart.alt", n=formats.count(said.n_videos_month), lines=lines)
    return " ".join([told, *(one.sentence for one in crossings)])


def _break_even(points: tuple[BreakEven, ...]) -> None:
    st.header(t("costs.break_even.title"))
    spoken = language.current()
    crossing = [one for one in points if one.n_videos_month is not None]
    others = [one for one in points if one.n_videos_month is None]
    if crossing:
        st.html(_list([costs_loaders.label(one.sentence, spoken) for one in crossing]))
    else:
        st.caption(t("costs.break_even.none"))
    if others:
        with st.expander(t("costs.break_even.others", n=len(others))):
            st.html(_list([costs_loaders.label(one.sentence, spoken) for one in others]))


def _list(lines: list[str]) -> str:
    items = "".join(f"<li>{markup.esc(line)}</li>" for line in lines)
    return f'<ul class="vg vg-plainlist">{items}</ul>'
