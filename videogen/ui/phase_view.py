"""The brief's three phases: investment, deliverables ticked by evidence, tasks."""

import streamlit as st

from videogen.evidence.answers.phases import Deliverable, Investment, PhaseState
from videogen.ui import formats, language, links, markup, poc_view, risk_loaders, risk_style
from videogen.ui.decision_loaders import Judged
from videogen.ui.language import t


def show(judged: Judged) -> None:
    risk_style.apply()
    if judged.found.is_sandbox:
        st.caption(t("phases.sandbox"))
    found = risk_loaders.phases(judged.case)
    with st.container(key="phase_board"):
        for column, phase in zip(st.columns(len(found), gap="medium"), found, strict=True):
            with column:
                _show_phase(phase)
    st.caption(t("phases.note"))


def _show_phase(phase: PhaseState) -> None:
    tone = "pass" if phase.is_done else "now" if phase.is_open else "open"
    word = "done" if phase.is_done else "open" if phase.is_open else "closed"
    count = t("poc.count", n_done=phase.n_done, n_tasks=len(phase.tasks))
    st.html(
        f'<div class="vg vg-phase vg-period vg-period-{tone}">'
        f"<h3>{markup.esc(t(f'phases.name.{phase.key}'))}</h3>"
        f'<p class="vg-soft">{markup.esc(t(f"phases.{word}"))} · {markup.esc(count)}</p>'
        f'<p class="vg-small">{markup.esc(_investment(phase.investment))}</p></div>'
    )
    if phase.opens_when is None:
        _show_first(phase)
        return
    if not phase.is_open:
        st.caption(phase.opens_when.say(language.current()))
    for one in phase.tasks:
        poc_view.show_task(one, is_open=phase.is_open)


def _show_first(phase: PhaseState) -> None:
    """Its tasks are ticked on their own board, day by day; here they are read."""
    drawn = "".join(map(_deliverable, phase.deliverables))
    tasks = "".join(map(poc_view.task_line, phase.tasks))
    board = links.link("campaigns", t("phases.board"))
    st.html(
        f'<div class="vg vg-phase"><p class="vg-eyebrow">{markup.esc(t("phases.deliverables"))}</p>'
        f"{drawn}"
        f'<details class="vg-small vg-above"><summary>{markup.esc(t("phases.tasks"))}</summary>'
        f'{tasks}</details><p class="vg-small vg-above">{board}</p></div>'
    )


def _deliverable(one: Deliverable) -> str:
    tone = "pass" if one.is_done else "not_yet"
    word = t("poc.is_done" if one.is_done else "poc.is_open")
    said = links.link(one.page, one.said.say(language.current()))
    return (
        f'<p class="vg-task"><span class="vg-{tone}">{markup.icon(tone)}</span>'
        f'<span><span class="vg-hidden">{markup.esc(word)}.</span> {said}</span></p>'
    )


def _investment(investment: Investment) -> str:
    parts = []
    if investment.weeks is not None:
        parts.append(t("phases.weeks", n=investment.weeks))
    if investment.hardware_usd is not None:
        usd = investment.hardware_usd
        bought = t("phases.hardware", usd=formats.usd(usd)) if usd else t("phases.no_hardware")
        parts.append(bought)
    if investment.storage_gb is not None:
        parts.append(t("phases.storage", gb=investment.storage_gb))
    return t("phases.investment", parts=" · ".join(parts) or formats.UNKNOWN)
