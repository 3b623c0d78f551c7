"""Single opinions by their key, a rater's rating times, and opinions taken back."""

from datetime import datetime

from videogen.domain.prompt import Prompt
from videogen.domain.rating import Rating
from videogen.store.database import Database
from videogen.store.panel import withdraw_rating

RATING_BY_ID = "SELECT * FROM rating WHERE rating_id = $rating_id"


def find_rating(database: Database, rating_id: str) -> Rating | None:
    """Withdrawn ones too."""
    found = database.rows(Rating, RATING_BY_ID, rating_id=rating_id)
    return found[0] if found else None


# Withdrawn ones are left out last: of one session there are few.
RATED_OVERALL = """
    SELECT rating.* FROM rating
    JOIN presentation USING (presentation_id)
    ANTI JOIN rating_withdrawal USING (rating_id)
    WHERE presentation.session_id = $session_id AND rating.dimension = 'overall'
"""


def rated_overall(database: Database, session_id: str) -> set[str]:
    """The ids of a session's presentations with an overall opinion that stands."""
    found = database.rows(Rating, RATED_OVERALL, session_id=session_id)
    return {rating.presentation_id for rating in found}


# By time first: ratings are stored in the order of time, so that all older blocks are skipped.
RATED_SINCE = """
    SELECT rating.* FROM rating
    JOIN presentation USING (presentation_id)
    JOIN panel_session USING (session_id)
    WHERE rating.rated_at > $since AND panel_session.rater_id = $rater_id AND source IS NULL
    ORDER BY rated_at
"""


def rating_times(database: Database, rater_id: str, since: datetime) -> list[datetime]:
    """When a rater rated in whatever session, oldest first; what was taken back counts too."""
    found = database.rows(Rating, RATED_SINCE, rater_id=rater_id, since=since)
    return [rating.rated_at for rating in found]


STANDING_OPINIONS = """
    SELECT * FROM rating WHERE presentation_id = $presentation_id
      AND rating_id NOT IN (SELECT rating_id FROM rating_withdrawal)
"""


def withdraw_opinions(database: Database, presentation_id: str, now: datetime) -> None:
    """Undo all that was said of one presentation, in every dimension."""
    with database.write():
        for rating in database.rows(Rating, STANDING_OPINIONS, presentation_id=presentation_id):
            withdraw_rating(database, rating.rating_id, now)


PROMPT_OF_CLIP = """
    SELECT prompt.* FROM clip JOIN run USING (run_id) JOIN prompt USING (prompt_id)
    WHERE clip.clip_id = $clip_id
"""


def prompt_of_clip(database: Database, clip_id: str) -> Prompt | None:
    """None for a clip that no run made."""
    found = database.rows(Prompt, PROMPT_OF_CLIP, clip_id=clip_id)
    return found[0] if found else None
