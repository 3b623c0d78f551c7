"""Who is in the middle of rating a campaign: results wait for them."""

from videogen.domain.campaign import Campaign
from videogen.store import (
    Database,
    RoundStanding,
    campaign_progress,
    n_unrated,
    round_standings,
)


def rating_in_progress(database: Database, campaign: Campaign, rater_name: str) -> str | None:
    """The rater_id of the person of this name whose round is open, None where there is none.

    A round is open from its first session until every clip is rated or the rater has left it.
    """
    for standing in round_standings(database, campaign.campaign_id, _name(rater_name)):
        if not standing.has_left and not _has_rated_all(database, campaign, standing):
            return standing.rater_id
    return None


def is_rating(database: Database, campaign: Campaign, rater_name: str) -> bool:
    """Somebody of this name has begun to rate, and has neither rated all clips nor left."""
    return rating_in_progress(database, campaign, rater_name) is not None


def rated_all_and_not_left(database: Database, campaign: Campaign, rater_name: str) -> str | None:
    """The rater_id of the person of this name who is done, and could still take ratings back.

    None while clips may yet come: who has left would not be asked for them.
    """
    for standing in round_standings(database, campaign.campaign_id, _name(rater_name)):
        if not standing.has_left and _has_rated_all(database, campaign, standing):
            groups = campaign_progress(database, campaign.campaign_id)
            return standing.rater_id if all(one.status.is_final for one in groups) else None
    return None


def _has_rated_all(database: Database, campaign: Campaign, standing: RoundStanding) -> bool:
    return not standing.n_open_sessions and not n_unrated(database, campaign, standing.rater_id)


def _name(rater_name: str) -> str:
    return " ".join(rater_name.split())
