import streamlit as st

from videogen.ui import campaign_detail, campaign_plan, campaign_view, poc_view, setup_view
from videogen.ui.language import t

if "campaign" in st.query_params:
    campaign_detail.show(st.query_params["campaign"])
    st.stop()

st.title(t("campaigns.title"))
st.caption(t("campaigns.intro"))
tabs = {"plan": t("campaigns.tab"), "poc": t("poc.tab"), "setup": t("setup.tab")}
asked = st.query_params.get("tab", "plan")
campaigns, days, setup = st.tabs(list(tabs.values()), default=tabs.get(asked))
with campaigns:
    # Whoever comes with a candidate has come to plan.
    plan, others = st.container(), st.container()
    listed, form = (others, plan) if "candidate" in st.query_params else (plan, others)
    with listed:
        campaign_view.show_list()
    with form:
        st.header(t("campaigns.plan"))
        campaign_plan.ask()
with days:
    poc_view.show()
with setup:
    setup_view.show()
