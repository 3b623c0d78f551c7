"""Around the player: who rates which campaign, and what comes after the last clip."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from videogen.domain.campaign import Campaign
from videogen.domain.rating import PanelSession
from videogen.errors import VideogenError
from videogen.ui import markup, notices, rate_loaders, who
from videogen.ui.language import t

DECISION_PAGE = Path(__file__).resolve().parents[2] / "pages" / "1_decision.py"

# In the address too, so that a reload goes on where it was.
KEY = "session"


def open_session() -> PanelSession | None:
    """The session of this page's address, else the one this visitor began before."""
    session_id = st.query_params.get(KEY) or st.session_state.get(KEY)
    session = rate_loaders.session(session_id) if session_id else None
    _remember(session)
    return session


def ask(campaigns: Sequence[Campaign]) -> None:
    """A name and a campaign; a name that left a session open goes on with it."""
    st.markdown(t("rate.intro"))
    known = who.name()
    with st.form("rate_entry", border=False, width=480):
        name = st.text_input(
            t("rate.name"),
            value="" if known == who.NOBODY else known,
            max_chars=who.MAX_CHARACTERS,
            help=t("rate.name_help"),
            autocomplete="name",
        )
        campaign = campaigns[0]
        if len(campaigns) > 1:
            campaign = st.selectbox(t("rate.campaign"), campaigns, format_func=lambda c: c.name)
        wanted = st.form_submit_button(
            t("rate.start"), type="primary", icon=":material/play_arrow:"
        )
    if wanted:
        _begin(campaign.campaign_id, name)


def show_who(session: PanelSession) -> None:
    campaign, rater = rate_loaders.names(session)
    if rate_loaders.is_sandbox(session.campaign_id):
        notices.show_sandbox_note("rate.sandbox")
    with st.container(horizontal=True, vertical_alignment="center"):
        said = markup.as_text(t("rate.who", name=rater, campaign=campaign))
        st.caption(said, width="stretch")
        _leave_button(t("rate.leave"), type="tertiary")


def thank(session: PanelSession) -> None:
    """Thanks, and where to go: the next part of the campaign, or the verdict."""
    n_left = rate_loaders.n_left(session)
    st.title(t("rate.thanks_title"))
    if n_left:
        st.markdown(t("rate.thanks_more", n_left=n_left))
        if st.button(t("rate.next_session"), type="primary", icon=":material/play_arrow:"):
            _begin(session.campaign_id, rate_loaders.names(session)[1])
    else:
        st.markdown(t("rate.thanks_all"))
    with st.container(horizontal=True):
        st.button(t("rate.undo_last"), on_click=rate_loaders.undo, args=(session.session_id,))
        _leave_button(t("rate.another_rater"))
        if st.button(t("rate.to_decision"), type="tertiary", icon=":material/gavel:"):
            st.switch_page(DECISION_PAGE)


def _begin(campaign_id: str, name: str) -> None:
    bar = st.progress(0.0, text=t("rate.preparing"))

    def show_progress(n_done: int, n_all: int) -> None:
        bar.progress(n_done / max(n_all, 1), text=t("rate.preparing"))

    try:
        session = rate_loaders.begin(campaign_id, name, show_progress)
    except VideogenError as error:
        bar.empty()
        notices.show_error(error)
        return
    _remember(session)
    st.rerun()


def _leave_button(label: str, **look: str) -> None:
    st.button(label, on_click=_remember, args=(None,), **look)  # type: ignore[arg-type]


def _remember(session: PanelSession | None) -> None:
    if session is None:
        st.session_state.pop(KEY, None)
        st.query_params.pop(KEY, None)
        return
    st.session_state[KEY] = session.session_id
    if st.query_params.get(KEY) != session.session_id:
        st.query_params[KEY] = session.session_id
