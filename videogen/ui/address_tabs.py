"""Tabs whose open one stands in the address, so that a view is a link."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from videogen.ui import language

NAME = "tab"  # in the address


def open_tab(page: str, labels: Mapping[str, str]) -> tuple[str, DeltaGenerator]:
    """The one that the address names, and the room to draw it in: only it is worked out.

    Args: labels: by the name that the address gives; the first is open where it names none.
    """
    names = list(labels)
    asked = st.query_params.get(NAME, names[0])
    chosen = asked if asked in labels else names[0]
    key = f"{page}_tab_{language.current()}"  # its state is a label, which a language has
    st.session_state[key] = labels[chosen]

    def write() -> None:
        named = {label: name for name, label in labels.items()}
        st.query_params[NAME] = named[st.session_state[key]]

    rooms = st.tabs(list(labels.values()), key=key, on_change=write)
    return chosen, rooms[names.index(chosen)]
