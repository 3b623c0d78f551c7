import streamlit as st

from videogen.ui import models_entry, models_view
from videogen.ui.language import t

if "entry" in st.query_params:
    models_entry.show(st.query_params["entry"])
    st.stop()

st.title(t("models.title"))
models_view.show_answer()
models_view.show()
