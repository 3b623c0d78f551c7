import streamlit as st

from videogen.ui import create_result, create_view, notices, plan_loaders, strip_view, welcome
from videogen.ui.language import t

choices = plan_loaders.choices()
if all(choice.origin is None for choice in choices):
    notices.show_empty(t("create.nothing"), t("create.nothing_text"))
    with st.container(horizontal_alignment="center"):
        welcome.offer_sandbox()
    st.stop()

st.title(t("create.title"))
run_id, strip_id = st.query_params.get("run"), st.query_params.get("strip")
if strip_id:
    strip_view.show(strip_id)
# Named for the style: on a phone the run in hand stands above the form.
with st.container(key="create_with_run" if run_id else "create_without_run"):
    form, result = st.columns([3, 2], gap="large")
with form:
    create_view.ask(choices)
with result:
    if run_id and not strip_id:
        create_result.show(run_id)
    elif not strip_id:
        create_view.show_hint()
create_result.show_recent()
