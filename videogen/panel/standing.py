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


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A session's presentations by position, and the ids of those with an overall opinion."""

    presentations: tuple[Presentation, ...]
    rated: frozenset[str]

    def find(self, presentation_id: str) -> Presentation | None:
        return next((p for p in self.presentations if p.presentation_id == presentation_id), None)

    def with_rated(self, presentation_id: str) -> "Standing":
        return replace(self, rated=self.rated | {presentation_id})

    def waiting(self) -> list[Presentation]:
        """Without an overall opinion, in the order in which they come."""
        return [one for one in self.presentations if one.presentation_id not in self.rated]

    def turn(self) -> Turn:
        waiting = self.waiting()
        return Turn(
            current=waiting[0] if waiting else None,
            after=waiting[1] if len(waiting) > 1 else None,
            n_rated=len(self.rated),
            total=len(self.presentations),
        )


def standing_of(database: Database, session_id: str) -> Standing:
    return Standing(
        presentations=tuple(presentations_of(database, session_id)),
        rated=frozenset(rated_overall(database, session_id)),
    )


def next_turn(database: Database, session_id: str, now: datetime) -> Turn:
    """The first presentation without an opinion, noted as served, and the one after it."""
    return serve(database, standing_of(database, session_id).turn(), now)


def serve(database: Database, turn: Turn, now: datetime) -> Turn:
    """Note that the turn's clip is shown; without a write where that stands already."""
    if turn.current is None or turn.current.served_at is not None:
        return turn
    with database.write():
        # Another tab may have been quicker.
        served = get_presentation(database, turn.current.presentation_id)
        if served.served_at is None:
            served = replace(served, served_at=now)
            save(database, served)
        return replace(turn, current=served)


def next_presentation(database: Database, session_id: str, now: datetime) -> Presentation | None:
    return next_turn(database, session_id, now).current


def put_off(database: Database, session_id: str, presentation_id: str) -> None:
    """Show the current clip, which could not be loaded, after all the others.

    Said twice, or of another than the current one, it changes nothing.
    """
    with database.write():
        waiting = standing_of(database, session_id).waiting()
        if not waiting or waiting[0].presentation_id != presentation_id:
            return
        places = [shown.position for shown in waiting]
        order = [*waiting[1:], waiting[0]]
        save(
            database,
            *(replace(shown, position=place) for shown, place in zip(order, places, strict=True)),
        )


def stopped_until(database: Database, session: PanelSession, now: datetime) -> datetime | None:
    """Nothing is shown before; None where no rest must be taken, or nothing is left to show."""
    rest = rest_due(database, session, now)
    if rest is None or rest.until is None:
        return None
    return rest.until if standing_of(database, session.session_id).waiting() else None


def rest_due(database: Database, session: PanelSession, now: datetime) -> Rest | None:
    """Of the rater, not of the session: short sessions in a row are one sitting."""
    return due_rest(rating_times(database, session.rater_id, now - LOOK_BACK), now)
