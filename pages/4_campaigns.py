import streamlit as st

from videogen.ui import campaign_detail, campaign_plan, campaign_view, poc_view, setup_view
from videogen.ui.language import t

if "campaign" in st.query_params:
    campaign_detail.show(st.query_params["campaign"])
    st.stop()

st.title(t("campaigns.title"))
st.caption(t("campaigns.intro"))
campaigns, days, setup = st.tabs([t("campaigns.tab"), t("poc.tab"), t("setup.tab")])
with campaigns:
    campaign_view.show_list()
    st.header(t("campaigns.plan"))
    campaign_plan.ask()
with days:
    poc_view.show()
with setup:
    setup_view.show()
