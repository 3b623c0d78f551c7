"""What makers asked for outside any campaign: single clips, and strips of one prompt's seeds."""

from videogen.domain.feedback import ClipFeedback
from videogen.domain.run import Run
from videogen.store.database import Database

RUNS_OF_STRIP = "SELECT * FROM run WHERE strip_id = $strip_id ORDER BY queued_at, run_id"


def runs_of_strip(database: Database, strip_id: str) -> list[Run]:
    """In the order they were asked for, runs that took another's place last; none: unknown."""
    return database.rows(Run, RUNS_OF_STRIP, strip_id=strip_id)


BEST_OF_STRIP = """
    SELECT newest.* FROM (
        SELECT * FROM clip_feedback
        WHERE clip_id IN (
            SELECT clip.clip_id FROM clip JOIN run ON run.run_id = clip.run_id
            WHERE run.strip_id = $strip_id
        )
        QUALIFY row_number() OVER (PARTITION BY clip_id, who ORDER BY given_at DESC, rowid DESC) = 1
    ) AS newest
    WHERE newest.is_best ORDER BY newest.given_at, newest.feedback_id
"""


def best_of_strip(database: Database, strip_id: str) -> list[ClipFeedback]:
    """Which clip each person keeps, the first to say so first."""
    return database.rows(ClipFeedback, BEST_OF_STRIP, strip_id=strip_id)


# A strip is worth finding again while it is made; a single run that failed stands on Runs.
OWN_RUNS = """
    SELECT * FROM run
    WHERE campaign_id IS NULL AND owner = $owner
      AND (strip_id IS NOT NULL OR (status = 'succeeded' AND clip_id IS NOT NULL))
    ORDER BY queued_at DESC, run_id DESC LIMIT $limit
"""


def own_runs(database: Database, owner: str, *, limit: int) -> list[Run]:
    """A maker's clips and strips, newest first."""
    return database.rows(Run, OWN_RUNS, owner=owner, limit=limit)
