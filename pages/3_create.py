import streamlit as st

from videogen.ui import create_view, notices, plan_loaders, welcome
from videogen.ui.language import t

choices = plan_loaders.choices()
if all(choice.origin is None for choice in choices):
    notices.show_empty(t("create.nothing"), t("create.nothing_text"))
    with st.container(horizontal_alignment="center"):
        welcome.offer_sandbox()
    st.stop()

st.title(t("create.title"))
form, result = st.columns([3, 2], gap="large")
with form:
    create_view.ask(choices)
with result:
    if "run" in st.query_params:
        create_view.show_result(st.query_params["run"])
    else:
        create_view.show_hint()
create_view.show_recent()
