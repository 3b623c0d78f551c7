"""Two clips side by side in the page, blind; it talks to /pairs by itself and reruns at the end."""

from collections.abc import Callable, Mapping
from typing import Any

from videogen.ui import language
from videogen.ui.inline_component import inline_component, rerun
from videogen.ui.language import t

# One module: mounting, sending and one side's videos are the rating player's own.
SCRIPTS = (
    "player/mounting.js",
    "player/keyboard.js",
    "player/outbox.js",
    "player/voting.js",
    "player/stage.js",
    "pair_player/duo.js",
    "pair_player/pair_player.js",
)
SENTENCES = (
    "label", "side_left", "side_right", "clip_left", "clip_right", "progress", "position", "left",
    "loading", "play", "question", "choose_left", "choose_right", "choose_tie", "replay", "undo",
    "keys", "watch_first", "open", "saving", "saved", "retrying", "undone", "stale", "finished",
    "clip_failed_title", "clip_failed", "refused_title", "again", "skip",
)  # fmt: skip


def show(
    pair_round_id: str,
    standing: Mapping[str, object],
    *,
    seconds_each: float,
    on_done: Callable[[], None],
) -> None:
    """Play the round on from `standing`; `on_done` once every pair has its vote, before a rerun.

    Args: seconds_each: how long one pair takes about, for what is said to be left.
    """
    _component()(
        data={
            "round": pair_round_id,
            "standing": dict(standing),
            "seconds_each": seconds_each,
            "language": language.current(),
            "texts": {name: t(f"pairs.player.{name}") for name in SENTENCES},
        },
        key=f"pair-player-{pair_round_id}",
        on_done_change=on_done,
        on_refresh_change=rerun,
    )


def _component() -> Any:
    return inline_component(
        "videogen_pair_player",
        html="pair_player/pair_player.html",
        css=("player/voting.css", "pair_player/pair_player.css"),
        scripts=SCRIPTS,
    )
