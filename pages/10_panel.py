import streamlit as st

from videogen.ui import blinding, campaign_picker, loaders, notices, panel_view
from videogen.ui.language import t

campaigns = loaders.campaigns()
if not campaigns:
    notices.show_empty(t("panel.empty_title"), t("panel.empty"))
    st.stop()
st.title(t("panel.title"))
campaign = campaign_picker.ask_campaign(campaigns, label_visibility="collapsed", width=360)
blinding.stop_if_rating(campaign.campaign_id)
panel_view.show(campaign)
