import streamlit as st

from videogen.ui import (
    audit_view,
    blinding,
    campaign_picker,
    costs_view,
    decision_loaders,
    loaders,
    notices,
    what_if_view,
)
from videogen.ui.language import t

campaigns = loaders.campaigns()
if not campaigns:
    notices.show_empty(t("costs.empty_title"), t("costs.empty"))
    st.stop()

st.title(t("nav.costs"))
campaign = campaign_picker.ask_campaign(campaigns, label_visibility="collapsed", width=320)
blinding.stop_if_rating(campaign.campaign_id)
costs_view.show(campaign)
what_if_view.show(decision_loaders.judged(campaign.campaign_id).case)
audit_view.show(decision_loaders.judged(campaign.campaign_id))
