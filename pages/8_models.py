import streamlit as st

from videogen.ui import import_view, models_entry, models_view
from videogen.ui.language import t

if "entry" in st.query_params:
    models_entry.show(st.query_params["entry"])
    st.stop()

st.title(t("models.title"))
models_view.show_head()
models_view.show()
import_view.show_own()
