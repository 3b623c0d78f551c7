import streamlit as st

from videogen.ui import account_view, people_view, tokens_view
from videogen.ui.language import t

st.title(t("account.title"))
account_view.show()
st.header(t("tokens.title"))
tokens_view.show()
people_view.show()
