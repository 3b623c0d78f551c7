import streamlit as st

from videogen.domain.access import Permission
from videogen.ui import account_view, people_view, tokens_view, who
from videogen.ui.language import t

st.title(t("account.title"))
account_view.show()
st.header(t("tokens.title"))
tokens_view.show()
if who.has_sign_in() and who.may(Permission.ADMINISTER):
    st.header(t("people.title"))
    people_view.show()
