"""Failed runs that nobody dealt with, by class, each with the way to run them again."""

from collections.abc import Sequence

import streamlit as st

from videogen.domain.access import Permission
from videogen.domain.run import FailureClass
from videogen.errors import VideogenError
from videogen.store import FailureGroup
from videogen.ui import failures_loaders, formats, links, markup, notices, who
from videogen.ui.language import t
from videogen.ui.run_loaders import RunFilter

DONE = "failures_requeued"
CANCELLED = "cancelled"  # in keys; the class of a run that ended on somebody's wish is None


def show(wanted: RunFilter, *, with_cancelled: bool = False) -> None:
    """Nothing where nothing waits; each way to run again says its cost and asks once more."""
    n_done = st.session_state.pop(DONE, None)
    if n_done:
        st.success(_counted("failures.done", n_done), icon=":material/replay:")
    waiting = failures_loaders.waiting(wanted, with_cancelled=with_cancelled)
    if not waiting:
        return
    n_failed = sum(group.n_runs for group in waiting if group.failure_class is not None)
    with st.container(border=True, gap="xsmall", key="failures_bar"):
        if n_failed:
            st.html(
                f'<p class="vg vg-small"><b>{markup.esc(_counted("failures.open", n_failed))}</b> '
                f'<span class="vg-soft">{markup.esc(t("failures.requeue_help"))}</span></p>'
            )
        classes = list(dict.fromkeys(group.failure_class for group in waiting))
        for failure_class in classes:
            of_class = [one for one in waiting if one.failure_class is failure_class]
            _row(failure_class, of_class, wanted)
        if len(classes) > 1:
            _ask("requeue_all", "failures.again_all", waiting, wanted)


def _row(
    failure_class: FailureClass | None, groups: Sequence[FailureGroup], wanted: RunFilter
) -> None:
    """What happened, what to do first, and the button."""
    name = CANCELLED if failure_class is None else failure_class.value
    if failure_class is None:
        word, hint = t("status.cancelled"), t("failures.cancelled_hint")
        asked = {"status": CANCELLED}
    else:
        word, hint = t(f"failure.{name}"), notices.failure_sentence(name, "hint", None)
        asked = {"failure": name}
    with st.container(horizontal=True, vertical_alignment="center"):
        label = f"{_n_runs(groups)} × {word}"
        link = links.link(
            "runs", label, campaign=wanted.campaign_id, condition=wanted.condition_id, **asked
        )
        st.html(
            f'<p class="vg vg-small">{link} <span class="vg-soft">{markup.esc(hint)}</span></p>',
            width="stretch",
        )
        _ask(f"requeue_{name}", "failures.again", groups, wanted)


def _ask(key: str, label_key: str, groups: Sequence[FailureGroup], wanted: RunFilter) -> None:
    """New runs may be paid ones: the sum stands on the button, and a second press sends them."""
    if not who.may(Permission.OPERATE):
        return  # some of them are other people's
    n_runs, cost = _n_runs(groups), _cost(groups)
    label = markup.as_text(_counted(label_key, n_runs, cost=cost))
    with st.popover(label, icon=":material/replay:", width="content"):
        st.write(markup.as_text(_counted("failures.sure", n_runs, cost=cost)))
        if st.button(_counted("failures.yes", n_runs), type="primary", key=key):
            _run_again(groups, wanted)


def _run_again(groups: Sequence[FailureGroup], wanted: RunFilter) -> None:
    classes = dict.fromkeys(group.failure_class for group in groups)
    try:
        st.session_state[DONE] = sum(failures_loaders.run_again(one, wanted) for one in classes)
    except VideogenError as error:
        notices.show_error(error)
        return
    st.rerun()


def _cost(groups: Sequence[FailureGroup]) -> str:
    if failures_loaders.is_free(groups):
        return t("failures.free")
    cost_usd = failures_loaders.most_usd(groups)
    if cost_usd is None:
        return t("failures.cost_unknown")
    return t("failures.up_to", cost=formats.usd(cost_usd))


def _n_runs(groups: Sequence[FailureGroup]) -> int:
    return sum(group.n_runs for group in groups)


def _counted(key: str, n_runs: int, **facts: object) -> str:
    """Of one run in words: "Run 1 again" would read like the name of a run."""
    return t(f"{key}_one" if n_runs == 1 else key, n=n_runs, **facts)
