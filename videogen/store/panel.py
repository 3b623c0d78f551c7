"""Raters, their sessions, what they were shown and what they said."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from videogen.domain.event import Event
from videogen.domain.rating import (
    Dimension,
    PanelSession,
    Presentation,
    PresentationKind,
    Rater,
    RaterKind,
    Rating,
    ReferenceClip,
    RoundExit,
    name_key,
)
from videogen.domain.run import Origin
from videogen.errors import NotFoundError
from videogen.store.database import Database
from videogen.store.saving import put

RATERS = "SELECT * FROM rater ORDER BY name, rater_id"


def raters(database: Database) -> list[Rater]:
    return database.rows(Rater, RATERS)


def find_rater(database: Database, name: str) -> Rater | None:
    """The first of this name, however it is written."""
    found = [one for one in raters(database) if name_key(one.name) == name_key(name)]
    return min(found, key=lambda one: one.created_at, default=None)


SESSIONS = """
    SELECT * FROM panel_session WHERE campaign_id = $campaign_id ORDER BY started_at, session_id
"""


def sessions(database: Database, campaign_id: str) -> list[PanelSession]:
    """Oldest first."""
    return database.rows(PanelSession, SESSIONS, campaign_id=campaign_id)


SESSION_BY_ID = "SELECT * FROM panel_session WHERE session_id = $session_id"


def get_session(database: Database, session_id: str) -> PanelSession:
    """Raises: NotFoundError."""
    for session in database.rows(PanelSession, SESSION_BY_ID, session_id=session_id):
        return session
    raise NotFoundError(field="session_id", value=session_id)


PRESENTATIONS = "SELECT * FROM presentation WHERE session_id = $session_id ORDER BY position"


def presentations_of(database: Database, session_id: str) -> list[Presentation]:
    """By position."""
    return database.rows(Presentation, PRESENTATIONS, session_id=session_id)


PRESENTATION_BY_ID = "SELECT * FROM presentation WHERE presentation_id = $presentation_id"


def get_presentation(database: Database, presentation_id: str) -> Presentation:
    """Raises: NotFoundError."""
    found = database.rows(Presentation, PRESENTATION_BY_ID, presentation_id=presentation_id)
    if not found:
        raise NotFoundError(field="presentation_id", value=presentation_id)
    return found[0]


# rowid settles equal times: the rating table only ever grows.
RATINGS_OF_SESSION = """
    SELECT rating.* FROM rating JOIN presentation USING (presentation_id)
    WHERE session_id = $session_id
      AND rating_id NOT IN (SELECT rating_id FROM rating_withdrawal)
    QUALIFY row_number() OVER (
        PARTITION BY presentation_id, dimension ORDER BY rated_at DESC, rating.rowid DESC
    ) = 1
    ORDER BY rated_at, rating.rowid
"""


def ratings_of(database: Database, session_id: str) -> list[Rating]:
    """The newest per presentation and dimension that was not withdrawn, in the order given."""
    return database.rows(Rating, RATINGS_OF_SESSION, session_id=session_id)


RATING_EXISTS = "SELECT count(*) FROM rating WHERE rating_id = $rating_id"
WITHDRAW_RATING = """
    INSERT INTO rating_withdrawal (rating_id, withdrawn_at) VALUES ($rating_id, $withdrawn_at)
    ON CONFLICT (rating_id) DO NOTHING
"""


def withdraw_rating(database: Database, rating_id: str, now: datetime) -> None:
    """Undo a rating: it stays stored and no longer counts, an earlier one counts again.

    Raises: NotFoundError.
    """
    with database.write():
        if not database.value(RATING_EXISTS, rating_id=rating_id):
            raise NotFoundError(field="rating_id", value=rating_id)
        database.execute(WITHDRAW_RATING, rating_id=rating_id, withdrawn_at=now)
        event_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"rating.withdrawn:{rating_id}"))
        put(
            database,
            Event(event_id=event_id, at=now, kind="rating.withdrawn", subject_id=rating_id),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRating:
    """One opinion that reaches the gate, with what it is an opinion of."""

    condition_id: str
    prompt_id: str
    seed: int
    clip_id: str
    rater_id: str
    rater_kind: RaterKind
    score: int
    origin: Origin | None


GATE_RATINGS = """
    SELECT run.condition_id, run.prompt_id, run.seed, clip.clip_id, rater.rater_id,
           rater.kind AS rater_kind, rating.score, run.origin
    FROM rating
    JOIN presentation USING (presentation_id)
    JOIN panel_session USING (session_id)
    JOIN rater ON rater.rater_id = panel_session.rater_id
    JOIN clip ON clip.clip_id = presentation.clip_id
    JOIN run ON run.run_id = clip.run_id
    WHERE panel_session.campaign_id = $campaign_id
      AND presentation.kind = 'test' AND rating.dimension = 'overall' AND NOT run.is_degraded
      AND rating.rating_id NOT IN (SELECT rating_id FROM rating_withdrawal)
    QUALIFY row_number() OVER (
        PARTITION BY clip.clip_id, rater.rater_id ORDER BY rated_at DESC, rating.rowid DESC
    ) = 1
    ORDER BY run.condition_id, run.prompt_id, run.seed, clip.clip_id, rater.rater_id
"""


def gate_ratings(database: Database, campaign_id: str) -> list[GateRating]:
    """Overall ratings of test presentations, the newest per rater and clip; no degraded clip's."""
    return database.rows(GateRating, GATE_RATINGS, campaign_id=campaign_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelOpinion:
    """One opinion that counts, of whatever kind and dimension, with all that is known of it.

    What a run would say is None for a reference clip; `expected_score` is known of those alone.
    """

    rating_id: str
    rating_no: int  # grows with every rating, whosever; what pages go on from
    presentation_id: str
    session_id: str
    round: int
    rater_id: str
    rater_name: str
    rater_kind: RaterKind
    kind: PresentationKind
    dimension: Dimension
    score: int
    expected_score: int | None
    clip_id: str
    clip_duration_s: float
    condition_id: str | None
    prompt_id: str | None
    seed: int | None
    origin: Origin | None
    position: int
    served_at: datetime | None
    ended_at: datetime | None
    rated_at: datetime
    replays: int | None
    stalls: int | None
    dropped_frames: int | None
    watched_s: float | None
    source: str | None


# rowid settles equal times: the rating table only ever grows.
PANEL_OPINIONS = """
    SELECT rating.rating_id, rating.rowid AS rating_no, presentation_id, session_id,
           panel_session.round, rater.rater_id,
           rater.name AS rater_name, rater.kind AS rater_kind, presentation.kind,
           rating.dimension, rating.score, reference_clip.expected_score, clip.clip_id,
           CAST(clip.probe->>'clip_duration_s' AS DOUBLE) AS clip_duration_s,
           run.condition_id, run.prompt_id, run.seed,
           coalesce(run.origin, reference_clip.origin) AS origin, presentation.position,
           presentation.served_at, presentation.ended_at, rating.rated_at, presentation.replays,
           presentation.stalls, presentation.dropped_frames, presentation.watched_s,
           panel_session.source
    FROM rating
    JOIN presentation USING (presentation_id)
    JOIN panel_session USING (session_id)
    JOIN rater ON rater.rater_id = panel_session.rater_id
    JOIN clip ON clip.clip_id = presentation.clip_id
    LEFT JOIN run ON run.run_id = clip.run_id
    LEFT JOIN reference_clip ON reference_clip.clip_id = clip.clip_id
    WHERE panel_session.campaign_id = $campaign_id AND NOT coalesce(run.is_degraded, false)
      AND rating.rating_id NOT IN (SELECT rating_id FROM rating_withdrawal)
    QUALIFY row_number() OVER (
        PARTITION BY presentation_id, rating.dimension
        ORDER BY rating.rated_at DESC, rating.rowid DESC
    ) = 1 AND ($after IS NULL OR (rating.rated_at, rating.rowid) > (
        SELECT (rated_at, rowid) FROM rating AS before WHERE before.rowid = $after
    ))
    ORDER BY rating.rated_at, rating.rowid LIMIT $limit
"""


def panel_opinions(
    database: Database, campaign_id: str, *, after: int | None = None, limit: int | None = None
) -> list[PanelOpinion]:
    """Every opinion of a campaign that was not withdrawn, oldest first.

    `after` is the rating_no that the page before ended with.
    """
    return database.rows(
        PanelOpinion, PANEL_OPINIONS, campaign_id=campaign_id, after=after, limit=limit
    )


ROUND_EXITS = "SELECT * FROM round_exit WHERE campaign_id = $campaign_id ORDER BY left_at"


def round_exits(database: Database, campaign_id: str) -> list[RoundExit]:
    return database.rows(RoundExit, ROUND_EXITS, campaign_id=campaign_id)


REFERENCE_CLIPS = """
    SELECT * FROM reference_clip WHERE origin = $origin ORDER BY expected_score, added_at, clip_id
"""


def reference_clips(
    database: Database, origin: Origin, *, retired: bool = False
) -> list[ReferenceClip]:
    """From worst to best; `retired` ones only when asked for."""
    found = database.rows(ReferenceClip, REFERENCE_CLIPS, origin=origin)
    return [one for one in found if retired or one.retired_at is None]
