import streamlit as st

from videogen.ui import blinding, compare_loaders, compare_view, notices, pair_view, quality_view
from videogen.ui.language import t

campaigns = compare_loaders.campaigns()
if not campaigns:
    notices.show_empty(t("compare.empty_title"), t("compare.empty"))
    st.stop()

st.title(t("compare.title"))
campaign = compare_view.ask_campaign(campaigns)
blinding.stop_if_rating(campaign.campaign_id, with_pairs=False)
pair_view.stop_if_voting(campaign)
if compare_loaders.is_sandbox(campaign.campaign_id):
    notices.show_sandbox_note()
clips, quality, pairs = st.tabs(
    [t(f"compare.tab.{name}") for name in ("clips", "quality", "pairs")],
    default=t("compare.tab.pairs") if pair_view.opens_first() else None,
)
with clips:
    compare_view.show(campaign)
with quality:
    quality_view.show(campaign)
with pairs:
    pair_view.show(campaign)
