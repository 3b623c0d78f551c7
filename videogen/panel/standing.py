"""Where a session stands: what is to be shown now, what after it, and whether a rest is due."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from videogen.domain.rating import PanelSession, Presentation
from videogen.rating.sitting import Rest, due_rest
from videogen.store import (
    Database,
    get_presentation,
    presentations_of,
    rated_overall,
    rating_times,
    save,
)

LOOK_BACK = timedelta(hours=1)  # twice as long as anybody may sit


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """`current` is None when everything has been rated."""

    current: Presentation | None
    after: Presentation | None  # to be loaded while the current one plays
    n_rated: int
    total: int


def next_turn(database: Database, session_id: str, now: datetime) -> Turn:
    """The first presentation without an opinion, noted as served, and the one after it."""
    turn = turn_of(database, session_id)
    if turn.current is None or turn.current.served_at is not None:
        return turn  # without a write: a page that is only drawn again changes nothing
    with database.write():
        # Another tab may have been quicker.
        served = get_presentation(database, turn.current.presentation_id)
        if served.served_at is None:
            served = replace(served, served_at=now)
            save(database, served)
        return replace(turn, current=served)


def next_presentation(database: Database, session_id: str, now: datetime) -> Presentation | None:
    return next_turn(database, session_id, now).current


def turn_of(database: Database, session_id: str) -> Turn:
    """Looked up only: nothing is noted as served."""
    presentations = presentations_of(database, session_id)
    rated = rated_overall(database, session_id)
    waiting = [shown for shown in presentations if shown.presentation_id not in rated]
    return Turn(
        current=waiting[0] if waiting else None,
        after=waiting[1] if len(waiting) > 1 else None,
        n_rated=len(rated),
        total=len(presentations),
    )


def rest_due(database: Database, session: PanelSession, now: datetime) -> Rest | None:
    """Of the rater, not of the session: short sessions in a row are one sitting."""
    return due_rest(rating_times(database, session.rater_id, now - LOOK_BACK), now)
