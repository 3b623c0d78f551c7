"""Who is in the middle of rating a campaign: results wait for them."""

from videogen.domain.campaign import Campaign
from videogen.store import (
    Database,
    RoundStanding,
    campaign_progress,
    find_rater,
    n_unrated,
    round_standing,
)


def rating_in_progress(database: Database, campaign: Campaign, rater_name: str) -> str | None:
    """The rater_id of the person of this name whose round is open, None where there is none.

    A round is open from its first session until every clip is rated or the rater has left it.
    """
    standing = _standing(database, campaign, rater_name)
    if standing is None or standing.has_left or _has_rated_all(database, campaign, standing):
        return None
    return standing.rater_id


def is_rating(database: Database, campaign: Campaign, rater_name: str) -> bool:
    """Somebody of this name has begun to rate, and has neither rated all clips nor left."""
    return rating_in_progress(database, campaign, rater_name) is not None


def rated_all_and_not_left(database: Database, campaign: Campaign, rater_name: str) -> str | None:
    """The rater_id of the person of this name who is done, and could still take ratings back.

    None while clips may yet come: who has left would not be asked for them.
    """
    standing = _standing(database, campaign, rater_name)
    if standing is None or standing.has_left or not _has_rated_all(database, campaign, standing):
        return None
    groups = campaign_progress(database, campaign.campaign_id)
    return standing.rater_id if all(one.status.is_final for one in groups) else None


def _standing(database: Database, campaign: Campaign, rater_name: str) -> RoundStanding | None:
    rater = find_rater(database, rater_name)
    return round_standing(database, campaign.campaign_id, rater.rater_id) if rater else None


def _has_rated_all(database: Database, campaign: Campaign, standing: RoundStanding) -> bool:
    return not standing.n_open_sessions and not n_unrated(database, campaign, standing.rater_id)
