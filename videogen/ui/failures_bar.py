"""Failed runs that nobody dealt with, by class, each with the way to run them again."""

import streamlit as st

from videogen.domain.run import FailureClass
from videogen.errors import VideogenError
from videogen.ui import markup, notices, run_loaders
from videogen.ui.language import t

DONE = "failures_requeued"


def show(campaign_id: str | None) -> None:
    """Nothing where nothing waits; a press queues new runs and leaves the old ones as they are."""
    n_done = st.session_state.pop(DONE, None)
    if n_done:
        st.success(t("failures.done", n=n_done), icon=":material/replay:")
    waiting = run_loaders.open_failures(campaign_id)
    if not waiting:
        return
    n_all = sum(waiting.values())
    with st.container(border=True, gap="xsmall", key="failures_bar"):
        st.html(
            f'<p class="vg vg-small"><b>{markup.esc(t("failures.open", n=n_all))}</b> '
            f'<span class="vg-soft">{markup.esc(t("failures.requeue_help"))}</span></p>'
        )
        for failure_class, n_runs in waiting.items():
            _row(failure_class, n_runs, campaign_id)
        if len(waiting) > 1 and st.button(
            t("failures.requeue_all", n=n_all), icon=":material/replay:", key="requeue_all"
        ):
            _requeue(list(waiting), campaign_id)


def _row(failure_class: FailureClass, n_runs: int, campaign_id: str | None) -> None:
    """What happened, what to do first, and the button."""
    with st.container(horizontal=True, vertical_alignment="center"):
        word = t(f"failure.{failure_class.value}")
        hint = notices.failure_sentence(failure_class.value, "hint", None)
        asked = {"failure": failure_class.value}
        if campaign_id:
            asked["campaign"] = campaign_id
        st.html(
            f'<p class="vg vg-small">{markup.link("runs", f"{n_runs} × {word}", **asked)} '
            f'<span class="vg-soft">{markup.esc(hint)}</span></p>',
            width="stretch",
        )
        key = f"requeue_{failure_class.value}"
        if st.button(t("failures.requeue_class", n=n_runs), key=key, width="content"):
            _requeue([failure_class], campaign_id)


def _requeue(classes: list[FailureClass], campaign_id: str | None) -> None:
    try:
        st.session_state[DONE] = sum(
            run_loaders.requeue_failed(one, campaign_id) for one in classes
        )
    except VideogenError as error:
        notices.show_error(error)
        return
    st.rerun()
