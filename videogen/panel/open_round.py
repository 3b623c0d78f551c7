"""Who is in the middle of rating a campaign: results wait for them."""

from videogen.domain.campaign import Campaign
from videogen.store import Database, n_unrated, round_standings


def rating_in_progress(database: Database, campaign: Campaign, rater_name: str) -> str | None:
    """The rater_id of the person of this name whose round is open, None where there is none.

    A round is open from its first session until every clip is rated or the rater has left it.
    """
    for standing in round_standings(database, campaign.campaign_id, " ".join(rater_name.split())):
        if standing.has_left:
            continue
        if standing.n_open_sessions or n_unrated(database, campaign, standing.rater_id):
            return standing.rater_id
    return None


def is_rating(database: Database, campaign: Campaign, rater_name: str) -> bool:
    """Somebody of this name has begun to rate, and has neither rated all clips nor left."""
    return rating_in_progress(database, campaign, rater_name) is not None
