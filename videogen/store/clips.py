"""Clips and their blind renditions."""

from collections.abc import Collection

from videogen.domain.clip import Clip, Rendition
from videogen.domain.run import Run
from videogen.errors import NotFoundError
from videogen.store.database import Database

CLIP_BY_ID = "SELECT * FROM clip WHERE clip_id = $clip_id"


def get_clip(database: Database, clip_id: str) -> Clip:
    """Raises: NotFoundError."""
    for clip in database.rows(Clip, CLIP_BY_ID, clip_id=clip_id):
        return clip
    raise NotFoundError(field="clip_id", value=clip_id)


CLIPS_BY_IDS = """
    SELECT * FROM clip WHERE clip_id IN (SELECT unnest(from_json($clip_ids::JSON, '["VARCHAR"]')))
"""
RUNS_OF_CLIPS = """
    SELECT * FROM run WHERE run_id IN (
        SELECT run_id FROM clip
        WHERE clip_id IN (SELECT unnest(from_json($clip_ids::JSON, '["VARCHAR"]')))
    )
"""


def clips_by_id(database: Database, clip_ids: Collection[str]) -> dict[str, Clip]:
    """Those that are stored."""
    found = database.rows(Clip, CLIPS_BY_IDS, clip_ids=sorted(clip_ids))
    return {clip.clip_id: clip for clip in found}


def runs_of_clips(database: Database, clip_ids: Collection[str]) -> list[Run]:
    """The runs that made them; a reference clip has none."""
    return database.rows(Run, RUNS_OF_CLIPS, clip_ids=sorted(clip_ids))


CLIP_OF_RUN = "SELECT * FROM clip WHERE run_id = $run_id ORDER BY created_at DESC LIMIT 1"


def clip_of_run(database: Database, run_id: str) -> Clip | None:
    clips = database.rows(Clip, CLIP_OF_RUN, run_id=run_id)
    return clips[0] if clips else None


RENDITIONS = "SELECT * FROM rendition WHERE campaign_id = $campaign_id"


def renditions(database: Database, campaign_id: str) -> dict[str, Rendition]:
    """By clip_id."""
    found = database.rows(Rendition, RENDITIONS, campaign_id=campaign_id)
    return {rendition.clip_id: rendition for rendition in found}


CLIPS_IN_OPEN_SESSIONS = """
    SELECT DISTINCT clip.* FROM presentation
    JOIN panel_session USING (session_id) JOIN clip USING (clip_id)
    WHERE panel_session.campaign_id = $campaign_id AND panel_session.ended_at IS NULL
      AND panel_session.source IS NULL
"""


def clips_in_open_sessions(database: Database, campaign_id: str) -> set[str]:
    """The ids of what sessions show that were begun here and are not at their end."""
    found = database.rows(Clip, CLIPS_IN_OPEN_SESSIONS, campaign_id=campaign_id)
    return {clip.clip_id for clip in found}
