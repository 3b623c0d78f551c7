"""What a browser remembers of its user between visits: language and name, in two cookies."""

import json
from urllib.parse import quote, unquote

import streamlit as st

YEAR_S = 365 * 24 * 3600


def value(name: str) -> str | None:
    stored = st.context.cookies.to_dict().get(_cookie(name))
    return unquote(stored) if isinstance(stored, str) and stored else None


def keep(name: str, chosen: str) -> None:
    """Written by the browser itself: a websocket cannot set a cookie."""
    if not chosen or value(name) == chosen or st.session_state.get(_cookie(name)) == chosen:
        return
    st.session_state[_cookie(name)] = chosen
    cookie = f"{_cookie(name)}={quote(chosen)}; path=/; max-age={YEAR_S}; SameSite=Lax"
    st.html(
        f"<script>document.cookie = {json.dumps(cookie)}</script>", unsafe_allow_javascript=True
    )


def _cookie(name: str) -> str:
    return f"videogen_{name}"
