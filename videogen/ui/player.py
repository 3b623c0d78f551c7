"""The blind player in the page; it talks to /rate by itself and reruns the page only at the end."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from videogen import texts
from videogen.domain.rating import PanelSession
from videogen.ui import language

ASSETS = Path(__file__).with_name("player")
SCRIPTS = (
    "outbox.js",
    "stage.js",
    "scale.js",
    "keyboard.js",
    "player.js",
)  # one module, cut by what they are about
SENTENCES = (
    "label", "stage", "clip", "progress", "position", "left", "practice", "loading", "play",
    "question", "replay", "undo", "keys", "watch_first", "open", "saving", "saved", "retrying",
    "undone", "stale", "finished", "again", "skip", "go_on", "prompt", "finish_details",
    "clip_failed_title", "clip_failed", "refused_title", "break_title", "break",
    "stop_title", "stop", "stop_over",
    "visual_quality", "visual_quality_means", "motion", "motion_means", "prompt_match",
    "prompt_match_means", "score_1", "score_2", "score_3", "score_4", "score_5",
)  # fmt: skip


def show(
    session: PanelSession,
    standing: Mapping[str, object],
    *,
    has_audio: bool,
    seconds_each: float,
) -> bool:
    """Play the session on from `standing`; True once everything has been rated.

    Args: seconds_each: how long one presentation takes about, for what is said to be left.
    """
    spoken = language.current()
    result = _component()(
        data={
            "session": session.session_id,
            "standing": dict(standing),
            "asks_details": session.asks_details,
            "audio": has_audio,
            "seconds_each": seconds_each,
            "language": spoken,
            "texts": {name: texts.t(f"rate.{name}", spoken) for name in SENTENCES},
        },
        key=f"player-{session.session_id}",
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
        html=_asset("player.html"),
        css=_asset("player.css"),
        js="\n".join(_asset(name) for name in SCRIPTS),
    )


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
