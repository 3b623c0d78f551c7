"""The blind player in the page; it talks to /rate by itself and reruns the page only at the end."""

from collections.abc import Mapping
from typing import Any

from videogen import texts
from videogen.domain.rating import PanelSession
from videogen.ui import language
from videogen.ui.inline_component import inline_component, rerun

SCRIPTS = (
    "player/mounting.js",
    "player/outbox.js",
    "player/voting.js",
    "player/stage.js",
    "player/scale.js",
    "player/keyboard.js",
    "player/player.js",
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
        on_done_change=rerun,
        on_refresh_change=rerun,
    )
    return bool(result.done)


def _component() -> Any:
    return inline_component(
        "videogen_player",
        html="player/player.html",
        css=("player/voting.css", "player/player.css"),
        scripts=SCRIPTS,
    )
