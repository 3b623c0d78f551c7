"""Makers say of a clip of their own whether they like it and would use it; no rating, no gate."""

import uuid
from dataclasses import replace
from datetime import datetime

from videogen import store
from videogen.domain.feedback import ClipFeedback, Thumb
from videogen.errors import InvalidInputError
from videogen.store import Database


def own_feedback(database: Database, clip_id: str, who: str) -> ClipFeedback | None:
    """What stands of this person; None: nothing was ever said."""
    found = store.feedback_of_clip(database, clip_id)
    return next((one for one in found if one.who == who), None)


def say_thumb(
    database: Database, clip_id: str, who: str, thumb: Thumb | None, now: datetime
) -> None:
    """None takes it back; what was said of using the clip stays.

    Raises: NotFoundError: no such clip.
        InvalidInputError: a campaign's or a reference clip, which only a panel judges.
    """
    with database.write():
        before = _standing(database, clip_id, who, now)
        store.save(database, replace(before, thumb=thumb))


def say_would_use(
    database: Database, clip_id: str, who: str, would_use: bool | None, now: datetime
) -> None:
    """None takes it back; the thumb stays. Raises: as `say_thumb`."""
    with database.write():
        before = _standing(database, clip_id, who, now)
        store.save(database, replace(before, would_use=would_use))


def say_best(database: Database, clip_id: str, who: str, now: datetime, *, is_best: bool) -> None:
    """A person keeps one clip of a strip: choosing another lets go of the one before.

    Raises: as `say_thumb`; InvalidInputError too: the clip was made alone.
    """
    with database.write():
        standing = _standing(database, clip_id, who, now)
        strip_id = _strip_of(database, clip_id)
        others = [
            _standing(database, one.clip_id, who, now)
            for one in store.best_of_strip(database, strip_id)
            if one.who == who and one.clip_id != clip_id
        ]
        chosen = replace(standing, is_best=True if is_best else None)
        store.save(database, chosen, *(replace(one, is_best=None) for one in others))


def _strip_of(database: Database, clip_id: str) -> str:
    run_id = store.get_clip(database, clip_id).run_id
    strip_id = store.get_run(database, run_id).strip_id if run_id else None
    if strip_id is None:
        raise InvalidInputError("feedback_alone", field="clip_id", value=clip_id)
    return strip_id


def _standing(database: Database, clip_id: str, who: str, now: datetime) -> ClipFeedback:
    """A new row that says what the person's newest one says."""
    run_id = store.get_clip(database, clip_id).run_id
    if run_id is None or store.get_run(database, run_id).campaign_id is not None:
        raise InvalidInputError("feedback_of_campaign", field="clip_id", value=clip_id)
    before = own_feedback(database, clip_id, who)
    fresh = ClipFeedback(feedback_id=str(uuid.uuid4()), clip_id=clip_id, who=who, given_at=now)
    if before is None:
        return fresh
    return replace(fresh, thumb=before.thumb, would_use=before.would_use, is_best=before.is_best)
