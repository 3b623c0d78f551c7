"""An empty machine's first page: one click to try it, one way to connect the real thing."""

import streamlit as st

from videogen.domain.access import Permission
from videogen.ui import allowed, language, links, loaders, markup, notices, parts, who
from videogen.ui.language import t

REFRESH_S = 1
WAITING = "sandbox_waiting"
OPEN_STAGES = ("starting", "running", "rating")


def show() -> None:
    notices.show_empty(t("welcome.title"), t("welcome.text"))
    is_busy = is_open()
    _, middle, _ = st.columns([1, 2, 1])
    with middle:
        if not allowed.offers(Permission.OPERATE):
            return
        if not is_busy and st.button(
            t("welcome.try"),
            type="primary",
            width="stretch",
            icon=":material/play_arrow:",
            key="try_sandbox",
        ):
            loaders.application().try_sandbox(who.acting(Permission.OPERATE), language.current())
            st.rerun()
        st.html(f'<p class="vg vg-small vg-soft vg-centre">{markup.esc(t("welcome.try_help"))}</p>')
        link = links.link("system", t("welcome.connect"))
        said = markup.esc(t("welcome.connect_help"))
        st.html(
            f'<p class="vg vg-centre">{link}<br><span class="vg-small vg-soft">{said}</span></p>'
        )


def stage() -> str:
    """The sandbox trial's: none, starting, running, rating, done, failed."""
    return str(loaders.application().sandbox_state().stage.value)


def is_open() -> bool:
    """The trial is under way."""
    return stage() in OPEN_STAGES


def show_progress() -> None:
    """What the trial is doing now; the page is drawn anew when it ends."""
    if is_open():
        _follow()
    elif stage() == "failed":
        reason = notices.reason(loaders.application().sandbox_state().reason or "")
        st.error(t("trial.failed", detail=reason), icon=":material/error:")
        if who.may(Permission.OPERATE) and st.button(t("welcome.try"), key="try_again"):
            loaders.application().try_sandbox(who.acting(Permission.OPERATE), language.current())
            st.rerun()


def offer_sandbox() -> None:
    """Where nothing can generate: the sandbox, as a trial or once more."""
    if loaders.has_sandbox():
        st.session_state.pop(WAITING, None)
        return
    if WAITING in st.session_state:
        _wait()
    elif who.may(Permission.OPERATE) and st.button(
        t(_offer_key()), icon=":material/science:", key="offer_sandbox"
    ):
        _open_sandbox()
        st.session_state[WAITING] = True
        st.rerun()


def _offer_key() -> str:
    return "welcome.try" if stage() == "none" else "welcome.reopen"


def _open_sandbox() -> None:
    if stage() == "none":
        loaders.application().try_sandbox(who.acting(Permission.OPERATE), language.current())
    else:
        who.acting(Permission.OPERATE)
        loaders.application().reopen_sandbox()


@parts.fragment(run_every=REFRESH_S)
def _wait() -> None:
    if loaders.has_sandbox():
        st.session_state.pop(WAITING, None)
        st.rerun()
    word = t("trial.starting")
    st.html(f'<div class="vg vg-live"><p>{markup.esc(word)}</p>{markup.progress(None, word)}</div>')


@parts.fragment(run_every=REFRESH_S)
def _follow() -> None:
    state = loaders.application().sandbox_state()
    now = str(state.stage.value)
    if now not in OPEN_STAGES:
        st.rerun()
    word = t(f"trial.{now}", n_done=state.n_ended, n_runs=state.n_runs)
    share = state.n_ended / state.n_runs if now == "running" and state.n_runs else None
    st.html(
        f'<div class="vg vg-card vg-live" aria-live="polite"><p><b>{markup.esc(word)}</b></p>'
        f"{markup.progress(share, word)}"
        f'<p class="vg-small vg-soft"><span>{markup.esc(t("trial.note"))}</span>'
        f"{links.link('runs', t('trial.elsewhere'))}</p></div>"
    )
