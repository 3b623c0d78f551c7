"""Rating sessions: who sees which clip in what order, and what they said of it."""

from videogen.panel.playlist import playlist
from videogen.panel.renditions import RenditionKeeper, prepare_renditions
from videogen.panel.sessions import (
    Turn,
    Vote,
    clips_to_rate,
    next_presentation,
    next_turn,
    rate,
    start,
    undo_last,
)
from videogen.panel.simulated import simulate_raters

__all__ = [
    "RenditionKeeper",
    "Turn",
    "Vote",
    "clips_to_rate",
    "next_presentation",
    "next_turn",
    "playlist",
    "prepare_renditions",
    "rate",
    "simulate_raters",
    "start",
    "undo_last",
]
