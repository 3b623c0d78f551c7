"""A rater's sitting: what is shown in which order, what was said, and the last word taken back."""

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from videogen.domain.campaign import Campaign
from videogen.domain.event import Event
from videogen.domain.rating import (
    Dimension,
    PanelSession,
    Presentation,
    PresentationKind,
    Rater,
    RaterKind,
    Rating,
)
from videogen.domain.run import Run, RunStatus
from videogen.errors import InvalidInputError
from videogen.rating.order import shuffled_apart
from videogen.store import (
    Database,
    campaign_runs,
    find_rater,
    get_campaign,
    get_presentation,
    get_session,
    presentations_of,
    ratings_of,
    save,
    sessions,
    withdraw_rating,
)

SESSION_PRESENTATIONS = 40  # about 9 minutes at 8 s clips
MAX_NAME_CHARACTERS = 60

# Two tabs of one rater must not open two sessions, nor a vote race an undo. One process owns
# the database, so a lock of this process is enough.
_SITTING = threading.RLock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Where a session stands; `current` is None when everything has been rated."""

    current: Presentation | None
    after: Presentation | None  # to be loaded while the current one plays
    n_rated: int
    total: int


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


def start(
    database: Database,
    campaign_id: str,
    rater_name: str,
    *,
    seed: int | None = None,
    now: datetime,
) -> PanelSession:
    """Open a session, or go on with the one that this rater left open.

    Raises: InvalidInputError: no name, or there is no clip that this rater has not rated.
    """
    name = checked_name(rater_name)
    campaign = get_campaign(database, campaign_id)
    with _SITTING:
        rater = _human(database, name, now)
        earlier = _sessions_of(database, campaign_id, rater.rater_id)
        still_open = [session for session in earlier if session.ended_at is None]
        if still_open:
            return still_open[0]
        session = PanelSession(
            session_id=str(uuid4()),
            campaign_id=campaign_id,
            rater_id=rater.rater_id,
            round=len(earlier) + 1,
            seed=secrets.randbits(31) if seed is None else seed,
            started_at=now,
        )
        shown = clips_shown(database, session)
        presentations = plan_presentations(database, campaign, session, without=shown)
        if not presentations:
            raise InvalidInputError("nothing_to_rate", field="campaign", value=campaign.name)
        save(database, rater, session, *presentations)
        return session


def plan_presentations(
    database: Database,
    campaign: Campaign,
    session: PanelSession,
    *,
    without: set[str] | frozenset[str] = frozenset(),
) -> list[Presentation]:
    """The session's presentations in its own order; ids follow from the session's id."""
    prompt_of = {
        clip_id: run.prompt_id
        for clip_id, run in clips_to_rate(database, campaign).items()
        if clip_id not in without
    }
    order = shuffled_apart(prompt_of, session.seed)[:SESSION_PRESENTATIONS]
    return [
        Presentation(
            presentation_id=str(uuid5(UUID(session.session_id), str(position))),
            session_id=session.session_id,
            position=position,
            clip_id=clip_id,
            kind=PresentationKind.TEST,
        )
        for position, clip_id in enumerate(order)
    ]


def clips_to_rate(database: Database, campaign: Campaign) -> Mapping[str, Run]:
    """The campaign's clips that are up for rating, each with the run that made it.

    A degraded run's clip was made with smaller settings: rating it would be rating something else.
    """
    return {
        run.clip_id: run
        for run in campaign_runs(database, campaign.campaign_id)
        if run.clip_id is not None
        and run.status is RunStatus.SUCCEEDED
        and not run.is_degraded
        and run.seed in campaign.rated_seeds
        and run.condition_id in campaign.condition_ids
    }


def clips_shown(database: Database, session: PanelSession) -> set[str]:
    """The clips of all sessions of this rater in this campaign."""
    return {
        shown.clip_id
        for sitting in _sessions_of(database, session.campaign_id, session.rater_id)
        for shown in presentations_of(database, sitting.session_id)
    }


def next_turn(database: Database, session_id: str, now: datetime) -> Turn:
    """The first presentation without an opinion, and the one after it."""
    presentations, rated = _standing(database, session_id)
    waiting = [shown for shown in presentations if shown.presentation_id not in rated]
    current = waiting[0] if waiting else None
    if current is not None and current.served_at is None:
        current = replace(current, served_at=now)
        save(database, current)
    return Turn(
        current=current,
        after=waiting[1] if len(waiting) > 1 else None,
        n_rated=len(rated),
        total=len(presentations),
    )


def next_presentation(database: Database, session_id: str, now: datetime) -> Presentation | None:
    return next_turn(database, session_id, now).current


def rate(database: Database, vote: Vote, now: datetime) -> Rating:
    """Save one opinion; the same `rating_id` again changes nothing.

    Raises: InvalidInputError: not 1..5, not of this session, or the clip was not played to its end.
    """
    session = get_session(database, vote.session_id)
    rating = Rating(
        rating_id=_checked_key(vote.rating_id),
        presentation_id=vote.presentation_id,
        dimension=vote.dimension,
        score=vote.score,
        rated_at=now,
    )
    shown = get_presentation(database, vote.presentation_id)
    if shown.session_id != session.session_id:
        raise InvalidInputError(
            "presentation_of_another_session",
            field="presentation_id",
            value=vote.presentation_id,
        )
    if not vote.played_to_end:
        raise InvalidInputError("not_played_to_end", field="played_to_end", value=False)
    with _SITTING:
        _refuse_used_key(database, session, rating)
        save(database, _watched(shown, vote, now), rating, _playback_event(vote, now))
        _close_when_done(database, session, now)
    return rating


def _refuse_used_key(database: Database, session: PanelSession, rating: Rating) -> None:
    """The same vote again is fine; another vote under its key would be lost without a word."""
    for stored in ratings_of(database, session.session_id):
        if stored.rating_id == rating.rating_id and (
            stored.presentation_id,
            stored.dimension,
            stored.score,
        ) != (rating.presentation_id, rating.dimension, rating.score):
            raise InvalidInputError("rating_key_used", field="rating_id", value=rating.rating_id)


def undo_last(
    database: Database, session_id: str, now: datetime, *, n_rated: int | None = None
) -> Presentation | None:
    """Take the newest opinion back, so that its clip is asked again.

    Args: n_rated: what the asker believes to be rated; when it is not so (the same request came
        twice), nothing is taken back and None returned.
    Raises: InvalidInputError: nothing has been rated in this session.
    """
    session = get_session(database, session_id)
    with _SITTING:
        if n_rated is not None and n_rated != len(_standing(database, session_id)[1]):
            return None
        ratings = ratings_of(database, session_id)
        if not ratings:
            raise InvalidInputError("nothing_to_undo", field="session_id", value=session_id)
        position = {p.presentation_id: p.position for p in presentations_of(database, session_id)}
        last = max(ratings, key=lambda rating: (rating.rated_at, position[rating.presentation_id]))
        withdraw_rating(database, last.rating_id, now)
        if session.ended_at is not None:
            save(database, replace(session, ended_at=None))
    return get_presentation(database, last.presentation_id)


def checked_name(rater_name: str) -> str:
    """The name with single blanks; raises InvalidInputError when empty or too long."""
    name = " ".join(rater_name.split())
    if not name:
        raise InvalidInputError("rater_name_empty", field="name", value="")
    if len(name) > MAX_NAME_CHARACTERS:
        raise InvalidInputError(
            "rater_name_too_long", field="name", value=f"{name[:20]}…", limit=MAX_NAME_CHARACTERS
        )
    return name


def _human(database: Database, name: str, now: datetime) -> Rater:
    known = find_rater(database, name)
    if known is None:
        return Rater(rater_id=str(uuid4()), name=name, kind=RaterKind.HUMAN, created_at=now)
    if known.kind is not RaterKind.HUMAN:
        raise InvalidInputError("rater_name_simulated", field="name", value=name)
    return known


def _sessions_of(database: Database, campaign_id: str, rater_id: str) -> list[PanelSession]:
    return [found for found in sessions(database, campaign_id) if found.rater_id == rater_id]


def _standing(database: Database, session_id: str) -> tuple[list[Presentation], set[str]]:
    """The presentations in order, and the ids of those with an overall opinion."""
    presentations = sorted(presentations_of(database, session_id), key=lambda shown: shown.position)
    rated = {
        rating.presentation_id
        for rating in ratings_of(database, session_id)
        if rating.dimension is Dimension.OVERALL
    }
    return presentations, rated


def _checked_key(rating_id: str) -> str:
    try:
        return str(UUID(rating_id))
    except ValueError:
        raise InvalidInputError("rating_id_no_uuid", field="rating_id", value=rating_id) from None


def _watched(shown: Presentation, vote: Vote, now: datetime) -> Presentation:
    """The first playback's record stays: a second opinion does not rewrite how it was watched."""
    if shown.ended_at is not None:
        return shown
    return replace(
        shown,
        served_at=shown.served_at or now,
        ended_at=now,
        replays=vote.replays,
        stalls=vote.stalls,
    )


def _playback_event(vote: Vote, now: datetime) -> Event:
    return Event(
        event_id=str(uuid5(NAMESPACE_URL, f"rating/{_checked_key(vote.rating_id)}")),
        at=now,
        kind="presentation.rated",
        subject_id=vote.presentation_id,
        data={
            "rating_id": vote.rating_id,
            "score": vote.score,
            "replays": vote.replays,
            "stalls": vote.stalls,
            "dropped_frames": vote.dropped_frames,
        },
    )


def _close_when_done(database: Database, session: PanelSession, now: datetime) -> None:
    presentations, rated = _standing(database, session.session_id)
    if session.ended_at is None and len(rated) == len(presentations):
        save(database, replace(session, ended_at=now))
