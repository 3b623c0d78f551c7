"""Raters as numbers, for everybody who may not know who they are."""

from dataclasses import dataclass

from videogen.store.database import Database

# By their first act in the campaign, so that whoever comes later changes nobody's number.
NUMBERED_RATERS = """
    SELECT rater_id, rater.name,
           row_number() OVER (ORDER BY min(seen_at), rater_id) AS number
    FROM (
        SELECT rater_id, started_at AS seen_at FROM panel_session WHERE campaign_id = $campaign_id
        UNION ALL SELECT rater_id, started_at FROM pair_round WHERE campaign_id = $campaign_id
        UNION ALL SELECT rater_id, voted_at FROM pair_vote WHERE campaign_id = $campaign_id
        UNION ALL SELECT rater_id, left_at FROM round_exit WHERE campaign_id = $campaign_id
    ) JOIN rater USING (rater_id) GROUP BY rater_id, rater.name ORDER BY number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedRater:
    rater_id: str
    name: str
    number: int


def rater_numbers(database: Database, campaign_id: str) -> dict[str, int]:
    """By name, from 1; a rater keeps the number in this campaign."""
    found = database.rows(NumberedRater, NUMBERED_RATERS, campaign_id=campaign_id)
    return {one.name: one.number for one in found}
