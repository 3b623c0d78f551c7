"""Which language this visitor reads, and the texts bound to it."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from videogen import texts
from videogen.ui import remembered

KEY = "language"


def current() -> str:
    """The switch, else a link's ?lang=, else what this browser chose before, else its locale."""
    chosen = st.session_state.get(KEY)
    if chosen in texts.LANGUAGES:
        return str(chosen)
    asked = st.query_params.get("lang") or remembered.value(KEY) or st.context.locale or ""
    return "th" if asked.lower().startswith("th") else "en"


def t(key: str, **facts: object) -> str:
    """The sentence in the visitor's language."""
    return texts.t(key, current(), **facts)


def t_or(key: str, fallback: str, **facts: object) -> str:
    """The sentence where there is one, else a server's own word."""
    return t(key, **facts) if texts.has_key(key) else fallback


def zone() -> tzinfo:
    """The browser's time zone."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def switch() -> None:
    """Two letters each."""
    st.session_state.setdefault(KEY, current())
    st.segmented_control(
        t("header.language"),
        texts.LANGUAGES,
        format_func=lambda code: texts.t("language.short", code),
        key=KEY,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )


def remember() -> None:
    """The choice stays with the browser."""
    remembered.keep(KEY, current())
