"""Setup time: person and machine hours that each condition took before its first clip."""

import streamlit as st

from videogen.domain.access import Permission
from videogen.domain.event import SetupStep
from videogen.errors import VideogenError
from videogen.runs.setup_steps import MAX_CHARACTERS, MAX_HOURS
from videogen.ui import campaign_loaders, formats, language, loaders, markup, notices, who
from videogen.ui.language import t

USUAL = "wan-1.3b"
NO_HOURS = 0.0


def show() -> None:
    sums = campaign_loaders.setup_hours()
    if not sums:
        st.html(f'<p class="vg vg-lead">{markup.esc(t("setup.empty"))}</p>')
    else:
        heads = [t(f"setup.{name}") for name in ("condition", "person", "machine", "steps")]
        rows = [
            (
                f"<b>{markup.esc(loaders.name_label(one.condition_name))}</b>",
                hours(one.person_hours),
                hours(one.machine_hours),
                formats.count(one.n_steps),
            )
            for one in sums
        ]
        st.html(markup.table(heads, rows, numeric=(1, 2, 3)))
    if who.may(Permission.PLAN):
        _ask_step()
    steps = campaign_loaders.setup_steps()
    if steps:
        with st.expander(t("setup.all", n=len(steps))):
            items = "".join(_step(step) for step in reversed(steps))
            st.html(f'<ol class="vg vg-steps vg-log">{items}</ol>')


def hours(value: float) -> str:
    return t("setup.hours", n=f"{value:g}")


def _ask_step() -> None:
    today = loaders.now().astimezone(language.zone()).date()
    names = sorted({one.name for one in loaders.conditions().values()})
    with st.form("setup_step", clear_on_submit=False):
        st.markdown(f"**{t('setup.add')}**")
        left, right = st.columns(2)
        condition = left.selectbox(
            t("setup.condition"),
            names,
            index=names.index(USUAL) if USUAL in names else 0,
            format_func=loaders.name_label,
            key="setup_condition",
        )
        what = right.text_input(
            t("setup.what"),
            placeholder=t("setup.what_example"),
            max_chars=MAX_CHARACTERS,
            key="setup_what",
        )
        with st.grid(4, min_column_width=130):
            person = _hours_field("person")
            machine = _hours_field("machine")
            done_on = st.date_input(t("setup.day"), value=today, max_value=today, key="setup_day")
            done_by = st.text_input(
                t("setup.who"), value=who.typed(), key="setup_who", disabled=who.has_sign_in()
            )
        is_asked = st.form_submit_button(t("setup.save"), type="primary")
    if not is_asked:
        return
    try:
        campaign_loaders.add_setup_step(
            condition_name=condition or "",
            what=what,
            person_hours=person,
            machine_hours=machine,
            done_on=done_on or today,
            done_by=done_by,
            zone=loaders.now().astimezone(language.zone()),
        )
    except VideogenError as error:
        notices.show_error(error)
        return
    st.toast(t("setup.saved"), icon=":material/check:")
    st.rerun()


def _hours_field(name: str) -> float:
    """The widget keeps out letters; what is too much is refused with its reason."""
    value = st.number_input(
        t(f"setup.{name}"),
        value=NO_HOURS,
        step=0.5,
        format="%.1f",
        help=t(f"setup.{name}_help", limit=MAX_HOURS),
        key=f"setup_{name}",
    )
    return float(value)


def _step(step: SetupStep) -> str:
    when = formats.day(step.done_on.astimezone(language.zone()), language.current())
    said = t(
        "setup.line",
        condition=loaders.name_label(step.condition_name),
        what=step.what,
        person=hours(step.person_hours),
        machine=hours(step.machine_hours),
        who=step.who,
    )
    return f"<li><time>{markup.esc(when)}</time><span>{markup.esc(said)}</span></li>"
