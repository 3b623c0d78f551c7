"""What the sign-in provider said of whoever looks at the page."""

from collections.abc import Mapping
from typing import Any

import streamlit as st


def claims() -> Mapping[str, Any] | None:
    """Of the person at this page, as its connection began; None: nobody is signed in."""
    said: Mapping[str, Any] = st.user.to_dict()
    return said if said.get("is_logged_in") is True else None
