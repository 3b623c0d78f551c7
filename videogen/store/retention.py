"""Which clips' files are old enough to go, and what still needs the others."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from videogen.domain.clip import Clip
from videogen.store.database import Database


class NeededFor(StrEnum):
    """Why an old clip's file stays; the first that holds is told."""

    REFERENCE = "reference"
    SESSION = "session"  # somebody is in the middle of watching
    RATING = "rating"  # it was shown, so an opinion of it may be looked at again
    DECISION = "decision"
    CAMPAIGN = "campaign"  # its seed is rated, now or later
    BEST = "best"
    INPUT = "input"
    SHARED = "shared"  # another clip has the same bytes and is needed


# A paused or cancelled campaign's clips count like any other's: they may be rated tomorrow.
OLD_CLIPS = """
    WITH word AS (
        SELECT * FROM clip_feedback
        QUALIFY row_number() OVER (PARTITION BY clip_id, who ORDER BY given_at DESC, rowid DESC) = 1
    ),
    compared AS (
        SELECT left_clip_id AS clip_id FROM pair UNION SELECT right_clip_id FROM pair
        UNION SELECT left_clip_id FROM pair_vote UNION SELECT right_clip_id FROM pair_vote
    ),
    watched AS (
        SELECT clip_id FROM presentation JOIN panel_session USING (session_id)
        WHERE panel_session.ended_at IS NULL
    ),
    told AS (
        SELECT clip.clip_id, clip.file, clip.size_bytes, clip.created_at < $before AS is_old,
            CASE
                WHEN clip.run_id IS NULL OR clip.clip_id IN (SELECT clip_id FROM reference_clip)
                    THEN 'reference'
                WHEN clip.clip_id IN (SELECT clip_id FROM watched) THEN 'session'
                WHEN clip.clip_id IN (SELECT clip_id FROM presentation)
                  OR clip.clip_id IN (SELECT clip_id FROM compared) THEN 'rating'
                WHEN run.campaign_id IN (SELECT campaign_id FROM decision) THEN 'decision'
                WHEN campaign.campaign_id IS NOT NULL
                  AND list_contains(from_json(campaign.rated_seeds, '["UBIGINT"]'), run.seed)
                    THEN 'campaign'
                WHEN clip.clip_id IN (SELECT clip_id FROM word WHERE is_best) THEN 'best'
                WHEN clip.clip_id IN (
                    SELECT from_clip_id FROM input_file WHERE from_clip_id IS NOT NULL
                ) THEN 'input'
            END AS needed_for
        FROM clip LEFT JOIN run ON run.run_id = clip.run_id
        LEFT JOIN campaign ON campaign.campaign_id = run.campaign_id
        WHERE clip.file_removed_at IS NULL
    ),
    together AS (
        SELECT *, count(*) FILTER (needed_for IS NOT NULL OR NOT is_old)
            OVER (PARTITION BY file) AS n_staying
        FROM told
    )
    SELECT clip_id, file, size_bytes,
        CASE WHEN needed_for IS NULL AND n_staying > 0 THEN 'shared' ELSE needed_for END
            AS needed_for
    FROM together WHERE is_old ORDER BY clip_id
"""
CLIPS_BY_ID = """
    SELECT * FROM clip WHERE list_contains(from_json($clip_ids::JSON, '["VARCHAR"]'), clip_id)
    ORDER BY clip_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldClip:
    clip_id: str
    file: str  # below the clips folder
    size_bytes: int
    needed_for: NeededFor | None  # None: nothing needs its file


def old_clips(database: Database, before: datetime) -> list[OldClip]:
    """Every clip made before that moment whose file is still there."""
    return database.rows(OldClip, OLD_CLIPS, before=before)


def clips_by_id(database: Database, clip_ids: list[str]) -> list[Clip]:
    return database.rows(Clip, CLIPS_BY_ID, clip_ids=clip_ids)
