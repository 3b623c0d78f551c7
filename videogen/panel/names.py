"""Who rates: a name that a person types, and the rater that it stands for."""

from datetime import datetime
from uuid import uuid4

from videogen.domain.rating import Rater, RaterKind, plain_name
from videogen.errors import InvalidInputError
from videogen.store import Database, find_rater

MAX_NAME_CHARACTERS = 60


def human_rater(database: Database, rater_name: str, now: datetime) -> Rater:
    """The rater of this name, not yet stored when it is a new one.

    Raises: InvalidInputError: the name is empty, too long, or a simulated rater's.
    """
    name = checked_name(rater_name)
    known = find_rater(database, name)
    if known is None:
        return Rater(rater_id=str(uuid4()), name=name, kind=RaterKind.HUMAN, created_at=now)
    if known.kind is not RaterKind.HUMAN:
        raise InvalidInputError("rater_name_simulated", field="name", value=name)
    return known


def checked_name(rater_name: str) -> str:
    """The name without what cannot be seen; raises InvalidInputError when empty or too long."""
    name = plain_name(rater_name)
    if not name:
        raise InvalidInputError("rater_name_empty", field="name", value="")
    if len(name) > MAX_NAME_CHARACTERS:
        raise InvalidInputError(
            "rater_name_too_long", field="name", value=f"{name[:20]}…", limit=MAX_NAME_CHARACTERS
        )
    return name
