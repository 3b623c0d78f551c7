from collections.abc import Callable

import streamlit as st

from videogen.ui import (
    address_tabs,
    backends_view,
    health_view,
    money_view,
    preflight_view,
    references_view,
    security_view,
    system_view,
    thresholds_view,
    upkeep_view,
    welcome,
)
from videogen.ui.language import t


def show_backends() -> None:
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


def show_money() -> None:
    money_view.show()
    st.header(t("system.thresholds"))
    thresholds_view.show()
    st.header(t("system.prices"))
    system_view.show_prices()


def show_data() -> None:
    st.header(t("upkeep.title"))
    upkeep_view.show()
    st.header(t("system.disk"))
    system_view.show_storage()
    st.header(t("system.versions"))
    system_view.show_versions()


# A room without a section for whoever looks has no tab.
ROOMS: dict[str, Callable[[], None]] = {
    "backends": show_backends,
    "money": show_money,
    "data": show_data,
}
if security_view.is_open():
    ROOMS["security"] = security_view.show

st.title(t("system.title"))
opened, room = address_tabs.open_tab("system", {name: t(f"system.tab.{name}") for name in ROOMS})
with room:
    ROOMS[opened]()
