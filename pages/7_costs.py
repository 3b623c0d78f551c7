import streamlit as st

from videogen.ui import blinding, campaign_picker, costs_view, loaders, notices
from videogen.ui.language import t

campaigns = loaders.campaigns()
if not campaigns:
    notices.show_empty(t("costs.empty_title"), t("costs.empty"))
    st.stop()

st.title(t("nav.costs"))
campaign = campaign_picker.ask_campaign(campaigns)
blinding.stop_if_rating(campaign.campaign_id)
costs_view.show(campaign)
