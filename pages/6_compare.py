import streamlit as st

from videogen.ui import (
    blinding,
    campaign_picker,
    compare_loaders,
    compare_view,
    loaders,
    notices,
    pair_view,
    quality_view,
)
from videogen.ui.language import t

campaigns = compare_loaders.campaigns()
if not campaigns:
    notices.show_empty(t("compare.empty_title"), t("compare.empty"))
    st.stop()

st.title(t("compare.title"))
campaign = campaign_picker.ask_campaign(campaigns, dropped=compare_view.OF_A_CAMPAIGN)
pair_view.stop_if_only_rating(campaign)
blinding.stop_if_rating(campaign.campaign_id, with_pairs=False)
pair_view.stop_if_voting(campaign)
if loaders.is_sandbox(campaign.campaign_id):
    notices.show_sandbox_note()
tab, room = compare_view.open_tab()
with room:
    {"clips": compare_view, "quality": quality_view, "pairs": pair_view}[tab].show(campaign)
