import streamlit as st

from videogen.ui import notices, player, rate_loaders, rating_entry, rating_thanks
from videogen.ui.language import t

session = rating_entry.open_session()
if session is None:
    campaigns = rate_loaders.campaigns_to_rate()
    if not campaigns:
        notices.show_empty(t("rate.empty_title"), t("rate.empty"), icon_name="film")
        st.stop()
    rating_entry.ask(campaigns)
    st.stop()

standing = rate_loaders.standing(session.session_id)
if standing["done"] or rate_loaders.has_left(session):
    rating_thanks.show(session)
    st.stop()

is_done = player.show(
    session,
    standing,
    has_audio=rate_loaders.has_audio(session.campaign_id),
    seconds_each=rate_loaders.seconds_each(session.campaign_id, asks_details=session.asks_details),
)
rating_entry.show_who(session)
if is_done:
    st.rerun()
