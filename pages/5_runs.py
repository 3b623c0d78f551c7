import streamlit as st

from videogen.ui import failures_bar, notices, run_loaders, run_table, run_view
from videogen.ui.language import t

if "run" in st.query_params:
    run_view.show(st.query_params["run"])
    st.stop()

st.title(t("runs.title"))
if not run_loaders.has_any():
    notices.show_empty(t("runs.empty"), t("runs.empty_text"))
    st.stop()
wanted = run_table.ask_filter()
failures_bar.show(wanted)
run_table.show(wanted)
