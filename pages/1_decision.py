import streamlit as st

from videogen.ui import decision_view, loaders, welcome

campaigns = loaders.campaigns()
welcome.show_progress()
if not campaigns:
    welcome.show()
    st.stop()
campaign = decision_view.ask_campaign(campaigns)
decision_view.show(campaign)
