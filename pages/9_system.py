import streamlit as st

from videogen.ui import (
    backends_view,
    health_view,
    preflight_view,
    references_view,
    system_view,
    thresholds_view,
    welcome,
)
from videogen.ui.language import t

st.title(t("system.title"))
st.header(t("system.backends"))
backends_view.show()
welcome.offer_sandbox()
st.header(t("health.title"))
health_view.show()
st.header(t("system.connect"))
backends_view.ask_server()
st.header(t("parts.title"))
preflight_view.show()
st.header(t("references.title"))
references_view.show()
st.header(t("system.thresholds"))
thresholds_view.show()
st.header(t("system.disk"))
system_view.show_storage()
st.header(t("system.versions"))
system_view.show_versions()
st.header(t("system.prices"))
system_view.show_prices()
