"""The blind player in the page; it talks to /rate by itself and reruns the page only at the end."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from videogen import texts
from videogen.ui import language

ASSETS = Path(__file__).with_name("player")
SENTENCES = (
    "position", "loading", "play", "again", "question", "replay", "undo", "keys", "watch_first",
    "open", "saving", "saved", "retrying", "undone", "clip_failed", "finished",
    "score_1", "score_2", "score_3", "score_4", "score_5",
)  # fmt: skip


def show(session_id: str, standing: Mapping[str, object], *, has_audio: bool) -> bool:
    """Play the session on from `standing`; True once everything has been rated."""
    spoken = language.current()
    result = _component()(
        data={
            "session": session_id,
            "standing": dict(standing),
            "audio": has_audio,
            "language": spoken,
            "texts": {name: texts.t(f"rate.{name}", spoken) for name in SENTENCES},
        },
        key=f"player-{session_id}",
        on_done_change=_rerun,
        on_refresh_change=_rerun,
    )
    return bool(result.done)


def _rerun() -> None:
    """A trigger needs a callback to be heard; the rerun itself is what it is for."""


@cache
def _component() -> Any:
    return st.components.v2.component(
        "videogen_player",
        html=(ASSETS / "player.html").read_text(encoding="utf-8"),
        css=(ASSETS / "player.css").read_text(encoding="utf-8"),
        js=(ASSETS / "player.js").read_text(encoding="utf-8"),
    )
