"""Who am I: a name that stands in the rows a person makes; no account, no password."""

import streamlit as st

from videogen.ui import markup, remembered
from videogen.ui.language import t

KEY = "who"
MAX_CHARACTERS = 60
NOBODY = "guest"


def name() -> str:
    """What goes into a row as its owner."""
    return typed() or NOBODY


def typed() -> str:
    """The name that somebody gave, nothing where nobody did: a person may be called NOBODY too."""
    return str(st.session_state.get(KEY) or remembered.value(KEY) or "").strip()


def become(chosen: str) -> None:
    """Whoever began to rate under a name is that name everywhere; called from a callback only."""
    if chosen.strip():
        st.session_state[KEY] = chosen.strip()


def ask() -> None:
    known = typed()
    with st.popover(
        markup.as_text(known) if known else t("who.unnamed"),
        icon=":material/person:",
        type="tertiary",
    ):
        st.session_state.setdefault(KEY, known)
        st.text_input(
            t("who.label"),
            key=KEY,
            max_chars=MAX_CHARACTERS,
            placeholder=t("who.placeholder"),
            help=t("who.help"),
            persist_state="session",
        )


def remember() -> None:
    """The name stays with the browser."""
    remembered.keep(KEY, typed())
