"""A rater's opinions: checked, stored once, and the last word taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from videogen.domain.event import Event
from videogen.domain.rating import (
    Dimension,
    PanelSession,
    Presentation,
    PresentationKind,
    Rating,
)
from videogen.errors import AlreadyRatedError, InvalidInputError
from videogen.panel.standing import Standing, standing_of
from videogen.store import (
    Database,
    add,
    find_rating,
    get_presentation,
    get_session,
    presentations_of,
    ratings_of,
    round_exits,
    save,
    withdraw_opinions,
)

DETAILED = (PresentationKind.TEST, PresentationKind.REPEAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What a player sends; `rating_id` is its idempotency key."""

    session_id: str
    rating_id: str
    presentation_id: str
    score: int
    played_to_end: bool
    dimension: Dimension = Dimension.OVERALL
    replays: int | None = None
    stalls: int | None = None
    dropped_frames: int | None = None
    watched_s: float | None = None
    display: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """An opinion that is stored, and where its session stands with it."""

    rating: Rating
    session: PanelSession
    standing: Standing


def rate(database: Database, vote: Vote, now: datetime) -> Rating:
    """Save one opinion; the same `rating_id` again changes nothing. Raises: as `save_vote`."""
    return save_vote(database, vote, now).rating


def save_vote(database: Database, vote: Vote, now: datetime) -> Saved:
    """As `rate`, and tells where the session stands, so that nobody has to look again.

    The write lock is taken first: two tabs of one rater, or a vote and an undo, come one by one.
    Raises: InvalidInputError: not 1..5, not of this session, not shown yet, not played to its end,
        a detail before the overall opinion or of a clip that has none, or the rater has left.
        AlreadyRatedError: an overall opinion stands, given under another key.
    """
    rating = Rating(
        rating_id=_checked_key(vote.rating_id),
        presentation_id=vote.presentation_id,
        dimension=vote.dimension,
        score=vote.score,
        rated_at=now,
    )
    with database.write():
        session = get_session(database, vote.session_id)
        standing = standing_of(database, vote.session_id)
        shown = _shown(database, standing, vote.presentation_id)
        stored = find_rating(database, rating.rating_id)
        if stored is not None:
            _refuse_used_key(stored, rating)
            return Saved(rating=stored, session=session, standing=standing)
        refuse_after_exit(database, session)
        saved = Saved(rating=rating, session=session, standing=standing)
        if vote.dimension is Dimension.OVERALL:
            return replace(saved, standing=_save_overall(database, saved, shown, vote))
        _save_detail(database, standing, shown, rating)
        return saved


def undo_last(
    database: Database, session_id: str, now: datetime, *, n_rated: int | None = None
) -> Presentation | None:
    """Take back all that was said of the clip that was rated last, so that it is asked again.

    Args: n_rated: what the asker believes to be rated; when it is not so (the same request came
        twice), nothing is taken back and None returned.
    Raises: InvalidInputError: nothing has been rated in this session, or the rater has left.
    """
    with database.write():
        session = get_session(database, session_id)
        ratings = [
            rating
            for rating in ratings_of(database, session_id)
            if rating.dimension is Dimension.OVERALL
        ]
        if n_rated is not None and n_rated != len(ratings):
            return None
        if not ratings:
            raise InvalidInputError("nothing_to_undo", field="session_id", value=session_id)
        refuse_after_exit(database, session)
        shown = {one.presentation_id: one for one in presentations_of(database, session_id)}
        last = max(ratings, key=lambda one: (one.rated_at, shown[one.presentation_id].position))
        withdraw_opinions(database, last.presentation_id, now)
        if session.ended_at is not None:
            save(database, replace(session, ended_at=None))
        return shown[last.presentation_id]


def refuse_after_exit(database: Database, session: PanelSession) -> None:
    """Who has left may have seen the results: no opinion after that is blind."""
    if session.ended_at is None:
        return
    left = {one.rater_id for one in round_exits(database, session.campaign_id)}
    if session.rater_id in left:
        raise InvalidInputError("round_left", field="session_id", value=session.session_id)


def _shown(database: Database, standing: Standing, presentation_id: str) -> Presentation:
    shown = standing.find(presentation_id)
    if shown is None:
        get_presentation(database, presentation_id)  # raises when there is none at all
        raise InvalidInputError(
            "presentation_of_another_session", field="presentation_id", value=presentation_id
        )
    if shown.served_at is None:
        raise InvalidInputError(
            "presentation_not_shown", field="presentation_id", value=presentation_id
        )
    return shown


def _refuse_used_key(stored: Rating, rating: Rating) -> None:
    """The same vote again is fine; another vote under its key would be lost without a word."""
    if replace(stored, rated_at=rating.rated_at) != rating:
        raise InvalidInputError("rating_key_used", field="rating_id", value=rating.rating_id)


def _save_overall(database: Database, saved: Saved, shown: Presentation, vote: Vote) -> Standing:
    """Where the session stands with it."""
    standing, rating = saved.standing, saved.rating
    if shown.presentation_id in standing.rated:
        raise AlreadyRatedError(field="presentation_id", value=shown.presentation_id)
    if not vote.played_to_end:
        raise InvalidInputError("not_played_to_end", field="played_to_end", value=False)
    if shown.ended_at is None:
        save(database, _watched(shown, vote, rating.rated_at))
    add(database, [rating, _playback_event(vote, rating)])
    standing = standing.with_rated(shown.presentation_id)
    if len(standing.rated) == len(standing.presentations):
        save(database, replace(saved.session, ended_at=rating.rated_at))
    return standing


def _save_detail(
    database: Database, standing: Standing, shown: Presentation, rating: Rating
) -> None:
    """The newest counts: a rater may think better of a detail."""
    if shown.kind not in DETAILED:
        raise InvalidInputError("no_details_asked", field="dimension", value=rating.dimension.value)
    if shown.presentation_id not in standing.rated:
        raise InvalidInputError("overall_first", field="dimension", value=rating.dimension.value)
    add(database, [rating])


def _checked_key(rating_id: str) -> str:
    try:
        return str(UUID(rating_id))
    except ValueError:
        raise InvalidInputError("rating_id_no_uuid", field="rating_id", value=rating_id) from None


def _watched(shown: Presentation, vote: Vote, now: datetime) -> Presentation:
    """Of the first playback: a later opinion does not rewrite how the clip was watched."""
    return replace(
        shown,
        ended_at=now,
        replays=vote.replays,
        stalls=vote.stalls,
        dropped_frames=vote.dropped_frames,
        watched_s=vote.watched_s,
        display=vote.display,
    )


def _playback_event(vote: Vote, rating: Rating) -> Event:
    """Every playback is logged, the later ones too; the presentation keeps the first."""
    return Event(
        event_id=str(uuid5(NAMESPACE_URL, f"rating/{rating.rating_id}")),
        at=rating.rated_at,
        kind="presentation.rated",
        subject_id=rating.presentation_id,
        data={
            "rating_id": rating.rating_id,
            "score": rating.score,
            "replays": vote.replays,
            "stalls": vote.stalls,
            "dropped_frames": vote.dropped_frames,
            "watched_s": vote.watched_s,
        },
    )
