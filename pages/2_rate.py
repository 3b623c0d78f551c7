import streamlit as st

from videogen.ui import notices, player, rate_loaders, rating_entry
from videogen.ui.language import t

session = rating_entry.open_session()
if session is None:
    campaigns = rate_loaders.campaigns_to_rate()
    if not campaigns:
        notices.show_empty(t("rate.empty_title"), t("rate.empty"), icon_name="film")
        st.stop()
    st.title(t("rate.title"))
    rating_entry.ask(campaigns)
    st.stop()

standing = rate_loaders.standing(session.session_id)
if standing["done"]:
    rating_entry.thank(session)
    st.stop()

rating_entry.show_who(session)
if player.show(session.session_id, standing, has_audio=rate_loaders.has_audio(session.campaign_id)):
    st.rerun()
