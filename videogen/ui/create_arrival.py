"""What a clip further down put into the Create form: said once, and the form brought into sight."""

import streamlit as st

from videogen.ui.inline_component import inline_component
from videogen.ui.language import t

FILLED = "create_filled"  # what was pressed, until the page is drawn whole
PRESSES = "create_presses"
CONTINUED, REFILLED = "continued", "refilled"
UNREADABLE = "unreadable"  # the error beside the slot says why


def announce(what: str) -> None:
    """From a callback, which may run in a fragment: the form itself is drawn later."""
    st.session_state[FILLED] = what
    st.session_state[PRESSES] = st.session_state.get(PRESSES, 0) + 1


def show() -> None:
    """Below the form: what is drawn once must not move what stands in it."""
    what = st.session_state.pop(FILLED, None)
    if what is None:
        return
    if what != UNREADABLE:
        st.toast(t(f"create.{what}"), icon=":material/check:")
    press = st.session_state[PRESSES]
    inline_component(
        "videogen_create_arrival",
        html="create_arrival/create_arrival.html",
        css=(),
        scripts=("create_arrival/create_arrival.js",),
        isolate_styles=False,
    )(data={"press": press}, key=f"create_arrival_{press}")
