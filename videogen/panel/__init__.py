"""Rating sessions: who sees which clip in what order, and what they said of it."""

from videogen.panel.playlist import playlist
from videogen.panel.references import (
    add_reference_clip,
    ensure_traps,
    restore_reference_clip,
    retire_reference_clip,
)
from videogen.panel.renditions import RenditionKeeper, prepare_renditions
from videogen.panel.sessions import clips_to_rate, leave_round, start
from videogen.panel.simulated import simulate_raters
from videogen.panel.standing import Turn, next_presentation, next_turn
from videogen.panel.votes import Vote, rate, undo_last

__all__ = [
    "RenditionKeeper",
    "Turn",
    "Vote",
    "add_reference_clip",
    "clips_to_rate",
    "ensure_traps",
    "leave_round",
    "next_presentation",
    "next_turn",
    "playlist",
    "prepare_renditions",
    "rate",
    "restore_reference_clip",
    "retire_reference_clip",
    "simulate_raters",
    "start",
    "undo_last",
]
