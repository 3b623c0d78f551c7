import streamlit as st

from videogen.ui import campaign_picker, decision_view, loaders, welcome

campaigns = loaders.campaigns()
welcome.show_progress()
if not campaigns:
    welcome.show()
    st.stop()
campaign = campaign_picker.ask_campaign(campaigns, label_visibility="collapsed", width=320)
decision_view.show(campaign)
