"""A strip in hand: its clips side by side as they finish, and the one that is kept."""

import streamlit as st

from videogen.domain.run import Run
from videogen.errors import VideogenError
from videogen.ui import (
    create_result,
    feedback_view,
    inputs_view,
    links,
    live,
    loaders,
    markup,
    media,
    notices,
    parts,
    run_facts,
    run_loaders,
    strip_loaders,
    who,
)
from videogen.ui.language import t
from videogen.ui.strip_loaders import Strip

REFRESH_S = 1
CELL_WIDTH_PX = 230
AT_MOST_BESIDE = 4


def show(strip_id: str) -> None:
    strip = strip_loaders.find(strip_id)
    if strip is None:
        st.warning(t("strip.not_found"), icon=":material/search_off:")
        return
    with st.container(key="strip"):
        _head(strip)
        # One place asks anew; it stops when there is nothing left to watch.
        parts.fragment(_live, run_every=REFRESH_S if strip.n_left else None)(strip_id)


def _head(strip: Strip) -> None:
    first = strip.runs[0]
    prompt = loaders.prompt(first.prompt_id).text
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(t("strip.title", n=len(strip.runs)))
        st.button(
            t("strip.close"),
            icon=":material/close:",
            type="tertiary",
            key="strip_close",
            on_click=_close,
        )
    st.html(
        f'<div class="vg"><p class="vg-small vg-soft">{markup.esc(prompt)}</p>'
        f"{inputs_view.used(first.inputs)}</div>"
    )


def _close() -> None:
    st.query_params.pop("strip", None)


def _live(strip_id: str) -> None:
    strip = strip_loaders.find(strip_id)
    if strip is None:
        return
    watching = f"watching_{strip_id}"
    if strip.n_left:
        st.session_state[watching] = True
        _say_left(strip)
    elif st.session_state.pop(watching, False):
        st.rerun()  # the rest of the page knows the clips too
    with st.grid(min(len(strip.runs), AT_MOST_BESIDE), min_column_width=CELL_WIDTH_PX):
        for run in strip.runs:
            with st.container(border=True, gap="small", height="stretch"):
                _cell(strip, run)


def _say_left(strip: Strip) -> None:
    n_ended = len(strip.runs) - strip.n_left
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("strip.ended", n=n_ended, of=len(strip.runs)))
        if all(run.status.is_final or run.cancel_requested for run in strip.runs):
            st.caption(t("create.cancelling"))
        elif who.may_act_on_run(strip.runs[0].owner) and st.button(
            t("strip.cancel"), icon=":material/close:", type="tertiary", key="strip_cancel"
        ):
            strip_loaders.cancel_rest(strip)
            st.rerun()


def _cell(strip: Strip, run: Run) -> None:
    seed = markup.esc(t("strip.seed", seed=run.seed))
    if not run.status.is_final:
        st.html(f'<div class="vg vg-noclip">{live.picture(run)}</div>')
        st.html(f'<p class="vg vg-small vg-soft">{seed}</p>')
        return
    detail = run_loaders.detail(run.run_id)
    if detail is None:
        return
    if detail.clip is None:
        st.html(f'<div class="vg vg-noclip vg-small vg-centre"><div>{_end(run)}</div></div>')
    else:
        st.html(f'<div class="vg">{media.clip_player(detail.clip, alt=detail.prompt.text)}</div>')
    chips = run_facts.origin_chip(run)
    by = links.link("runs", run_facts.maker_label(detail.condition, run), run=run.run_id)
    st.html(
        f'<p class="vg vg-small vg-line">{chips} {by} <span class="vg-soft">· {seed}</span></p>'
    )
    if detail.clip is not None:
        _ask_best(strip, detail.clip.clip_id)
        feedback_view.show(detail, is_brief=True)
    create_result.offer_menu(detail)


def _end(run: Run) -> str:
    """How one without a clip ended, in a word; its own page tells the rest."""
    why = (
        f"<p>{markup.esc(t(f'failure.{run.failure_class.value}'))}</p>" if run.failure_class else ""
    )
    return f"{run_facts.status_chip(run)}{why}"


def _ask_best(strip: Strip, clip_id: str) -> None:
    """One of a strip; a second press lets go of it."""
    is_best = strip.is_best(clip_id, who.name())
    st.button(
        t("strip.is_best" if is_best else "strip.keep_best"),
        icon=":material/bookmark_added:" if is_best else ":material/bookmark:",
        type="primary" if is_best else "secondary",
        width="stretch",
        key=f"best_{clip_id}",
        help=t("strip.is_best_help" if is_best else "strip.keep_best_help"),
        on_click=_keep_best,
        args=(clip_id,),
        kwargs={"is_best": not is_best},
    )
    others = [name for name in strip.keepers(clip_id) if name != who.name()]
    if others:
        st.caption(markup.as_text(t("strip.kept_by", names=", ".join(others))))


def _keep_best(clip_id: str, *, is_best: bool) -> None:
    try:
        strip_loaders.keep_best(clip_id, is_best=is_best)
    except VideogenError as error:
        notices.show_error(error)
