import streamlit as st

from videogen.ui import campaign_view
from videogen.ui.language import t

st.title(t("campaigns.title"))
st.caption(t("campaigns.intro"))
campaign_view.show_list()
st.header(t("campaigns.plan"))
campaign_view.ask_plan()
