"""After the last clip of a session: thanks, what is left, and the rater's own opinions again."""

from pathlib import Path

import streamlit as st

from videogen.domain.rating import PanelSession
from videogen.ui import calibration_view, links, rate_loaders, rating_entry
from videogen.ui.language import t

DECISION_PAGE = Path(__file__).resolve().parents[2] / "pages" / "1_decision.py"


def show(session: PanelSession) -> None:
    """The next session while clips are left; the results once the rater is done with them."""
    has_left = rate_loaders.has_left(session)
    n_left = 0 if has_left else rate_loaders.n_left(session)
    st.title(t("rate.thanks_session_title" if n_left else "rate.thanks_title"))
    if n_left:
        _offer_next(session, n_left)
    else:
        st.markdown(t("rate.thanks_left" if has_left else "rate.thanks_all"))
    with st.container(horizontal=True, vertical_alignment="center"):
        if not has_left:
            st.button(t("rate.undo_last"), on_click=rate_loaders.undo, args=(session.session_id,))
        rating_entry.leave_button(t("rate.another_rater"))
        if n_left:
            _offer_to_leave(session)
        elif links.is_open("decision") and st.button(
            t("rate.to_decision"), type="tertiary", icon=":material/gavel:"
        ):
            st.switch_page(DECISION_PAGE)
    calibration_view.show(session.campaign_id, session.rater_id)


def _offer_next(session: PanelSession, n_left: int) -> None:
    st.markdown(t("rate.thanks_more", n_left=n_left))
    if st.button(t("rate.next_session"), type="primary", icon=":material/play_arrow:"):
        rating_entry.begin(
            session.campaign_id,
            rate_loaders.names(session)[1],
            asks_details=session.asks_details,
            viewing_answers=session.viewing_answers,
        )


def _offer_to_leave(session: PanelSession) -> None:
    with st.popover(t("rate.done"), type="tertiary", icon=":material/logout:"):
        st.write(t("rate.done_sure"))
        st.button(t("rate.done_yes"), on_click=rate_loaders.leave, args=(session,))
