"""Components whose markup, look and script stand in files beside: scripts become one module."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

UI = Path(__file__).parent


@cache
def inline_component(
    name: str,
    *,
    html: str,
    css: Sequence[str],
    scripts: Sequence[str],
    isolate_styles: bool = True,
) -> Any:
    """The component, registered once; paths are relative to this room.

    `isolate_styles` is False for what looks like the rest of the page.
    """
    return st.components.v2.component(
        name,
        html=_joined([html]),
        css=_joined(css) or None,
        js=_joined(scripts),
        isolate_styles=isolate_styles,
    )


def rerun() -> None:
    """A trigger needs a callback to be heard; the rerun itself is what it is for."""


def _joined(files: Sequence[str]) -> str:
    return "\n".join((UI / file).read_text(encoding="utf-8") for file in files)
