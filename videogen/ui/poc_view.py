"""The proof of concept, day by day: a quiet line of five periods, each task under its own."""

import streamlit as st

from videogen.domain.access import Permission
from videogen.evidence.answers.poc_plan import Period, PocPlan, PocState, TaskState
from videogen.ui import campaign_loaders, formats, language, links, loaders, markup, who
from videogen.ui.language import t


def show() -> None:
    plan, state = campaign_loaders.poc()
    _show_answer(plan, state)
    with st.container(key="poc_board"):
        for column, period in zip(st.columns(len(plan.periods)), plan.periods, strict=True):
            with column:
                _show_period(plan, period, state)
    if who.may(Permission.PLAN):
        _ask_first_day(state)


def _show_answer(plan: PocPlan, state: PocState) -> None:
    """How far, and what is next."""
    following = state.next_task
    said = t("poc.done_of", n_done=state.n_done, n_tasks=len(plan.tasks))
    if following is not None:
        said = f"{said} {t('poc.next', task=t(f'poc.task.{following.task.key}'))}"
    day = state.day(loaders.now().astimezone(language.zone()).date())
    if day is not None:
        said = f"{t('poc.day', day=day)} {said}"
    st.html(f'<p class="vg vg-lead">{markup.esc(said)}</p>')


def _is_now(period: Period, state: PocState) -> bool:
    day = state.day(loaders.now().astimezone(language.zone()).date())
    if day is None or period.first_day is None or period.last_day is None:
        return False
    return period.first_day <= day <= period.last_day


def _show_period(plan: PocPlan, period: Period, state: PocState) -> None:
    """One stretch of days: how far it is, then its tasks."""
    tasks = [state.states[task.key] for task in plan.tasks_of(period)]
    n_done = sum(one.is_done for one in tasks)
    tone = "pass" if n_done == len(tasks) else "now" if _is_now(period, state) else "open"
    count = t("poc.count", n_done=n_done, n_tasks=len(tasks))
    st.html(
        f'<div class="vg vg-period vg-period-{tone}">'
        f"<b>{markup.esc(t(f'poc.period.{period.key}'))}</b>"
        f"<small>{markup.esc(count)}</small></div>"
    )
    for one in tasks:
        show_task(one)


def show_task(one: TaskState, *, is_open: bool = True) -> None:
    """With a box to tick where a person says it; `is_open`: its phase has begun."""
    if one.task.rule is not None:
        st.html(task_line(one))
        return
    is_ticked = st.checkbox(
        t(f"poc.task.{one.task.key}"),
        value=one.is_done,
        key=f"poc_{one.task.key}",
        disabled=not is_open or not who.may(Permission.PLAN),
    )
    if one.is_done:
        when = formats.day(one.at, language.current())
        st.caption(markup.as_text(t("poc.by_person", who=one.who or "", when=when)))
    if is_ticked != one.is_done:
        campaign_loaders.tick(one.task.key, is_done=is_ticked)
        st.rerun()


def task_line(one: TaskState) -> str:
    """Done or open, and by what or whom; to read, not to tick."""
    tone = "pass" if one.is_done else "not_yet"
    word = t("poc.is_done" if one.is_done else "poc.is_open")
    label = t(f"poc.task.{one.task.key}")
    said = markup.esc(label) if one.task.page is None else links.link(one.task.page, label)
    return (
        f'<p class="vg vg-task"><span class="vg-{tone}">{markup.icon(tone)}</span>'
        f'<span><span class="vg-hidden">{markup.esc(word)}.</span> {said}'
        f"<small>{markup.esc(_evidence(one))}</small></span></p>"
    )


def _evidence(one: TaskState) -> str:
    """What there is of what is needed, when, and which of the paper's deliverables it makes."""
    if one.task.rule is None:
        when = formats.day(one.at, language.current())
        return t("poc.by_person", who=one.who, when=when) if one.who else ""
    parts = [t("poc.unknown")]
    if one.n_have is not None:
        rule = f"poc.rule.{one.task.rule.value}"
        parts = [t(rule, have=one.n_have, need=one.task.at_least)]
    if one.at is not None:
        parts.append(formats.day(one.at, language.current()))
    if one.task.deliverable:
        parts.append(t(f"poc.deliverable.{one.task.deliverable}"))
    return " · ".join(parts)


def _ask_first_day(state: PocState) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.date_input(
            t("poc.first_day"), value=state.began_on, key="poc_first_day", width=220
        )
    if chosen is not None and chosen != state.began_on:
        campaign_loaders.set_first_day(chosen)
        st.rerun()
    st.caption(t("poc.note"))
