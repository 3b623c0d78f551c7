"""What a player is told: addresses and a position, nothing that names a condition."""

from datetime import datetime, timedelta

from videogen.clips import ClipTokens
from videogen.domain.rating import Presentation
from videogen.panel.sessions import next_turn
from videogen.store import Database

PRESENTATION = "presentation"
TOKEN_LIFETIME = timedelta(hours=12)  # a player may stay open over lunch


def playlist(
    database: Database, tokens: ClipTokens, session_id: str, now: datetime
) -> dict[str, object]:
    """`{"next", "after", "n_rated", "total", "done"}`; an entry is None when there is none."""
    turn = next_turn(database, session_id, now)
    return {
        "next": _entry(turn.current, tokens, now),
        "after": _entry(turn.after, tokens, now),
        "n_rated": turn.n_rated,
        "total": turn.total,
        "done": turn.current is None,
    }


def _entry(
    shown: Presentation | None, tokens: ClipTokens, now: datetime
) -> dict[str, object] | None:
    if shown is None:
        return None
    # Whole hours keep the address equal between answers, so that what was preloaded is reused.
    hour = now.replace(minute=0, second=0, microsecond=0)
    return {
        "presentation_id": shown.presentation_id,
        "clip": tokens.make(PRESENTATION, shown.presentation_id, hour + TOKEN_LIFETIME),
        "position": shown.position,
    }
