"""What a browser remembers of its user between visits: language and name, in two cookies."""

from urllib.parse import quote, unquote

import streamlit as st

from videogen.ui import markup

YEAR_S = 365 * 24 * 3600
# Always the same, so that the browser may be told its hash; what is kept stands beside it.
SCRIPT = (
    "document.querySelectorAll('[data-vg-cookie]')"
    ".forEach((kept) => { document.cookie = kept.dataset.vgCookie; kept.remove(); });"
)


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
        f'<span hidden data-vg-cookie="{markup.esc(cookie)}"></span><script>{SCRIPT}</script>',
        unsafe_allow_javascript=True,
    )


def _cookie(name: str) -> str:
    return f"videogen_{name}"
