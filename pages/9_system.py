import streamlit as st

from videogen.ui import (
    backends_view,
    health_view,
    preflight_view,
    references_view,
    system_view,
    welcome,
)
from videogen.ui.language import t

st.title(t("system.title"))
st.subheader(t("system.backends"))
backends_view.show()
welcome.offer_sandbox()
st.subheader(t("health.title"))
health_view.show()
st.subheader(t("system.connect"))
backends_view.ask_server()
st.subheader(t("parts.title"))
preflight_view.show()
st.subheader(t("references.title"))
references_view.show()
st.subheader(t("system.thresholds"))
system_view.show_thresholds()
st.subheader(t("system.disk"))
system_view.show_storage()
st.subheader(t("system.versions"))
system_view.show_versions()
st.subheader(t("system.prices"))
system_view.show_prices()
