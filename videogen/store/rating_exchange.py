"""Ratings by their ids: what a file of ratings would add, and what stands already."""

from collections.abc import Collection
from dataclasses import dataclass

from videogen.domain.rating import Dimension
from videogen.store.database import Database

RATINGS_BY_ID = """
    SELECT rating.rating_id, panel_session.campaign_id, rater.name AS rater_name,
           presentation.clip_id, rating.dimension, rating.score
    FROM rating
    JOIN presentation USING (presentation_id)
    JOIN panel_session USING (session_id)
    JOIN rater ON rater.rater_id = panel_session.rater_id
    WHERE rating.rating_id IN (SELECT unnest(from_json($rating_ids, '["VARCHAR"]')))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRating:
    """What a stored rating says of what; one that was withdrawn as well."""

    rating_id: str
    campaign_id: str
    rater_name: str
    clip_id: str
    dimension: Dimension
    score: int


def standing_ratings(database: Database, rating_ids: Collection[str]) -> dict[str, StandingRating]:
    """Those of these ids that are stored, by id."""
    found = database.rows(StandingRating, RATINGS_BY_ID, rating_ids=list(rating_ids))
    return {one.rating_id: one for one in found}
