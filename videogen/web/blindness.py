"""Who rates a campaign does not see what made its clips, by any route, until the round is done."""

from dataclasses import replace
from datetime import UTC, datetime

from videogen import store
from videogen.bootstrap import Application
from videogen.domain.access import Person
from videogen.domain.campaign import Campaign
from videogen.domain.run import Run
from videogen.errors import RoundOpenError
from videogen.panel import pairs
from videogen.panel.open_round import is_rating, rated_all_and_not_left
from videogen.panel.sessions import leave_round


def see_campaign(application: Application, person: Person, campaign_id: str) -> Campaign:
    """Whoever has rated all of it takes nothing back from here on: it would not be blind.

    Raises: NotFoundError. RoundOpenError: the person is in the middle of rating it.
    """
    campaign = store.get_campaign(application.database, campaign_id)
    if _is_open(application, person, campaign):
        raise RoundOpenError(field="campaign_id", value=campaign_id)
    done = rated_all_and_not_left(application.database, campaign, person.name)
    if done is not None:
        leave_round(application.database, campaign_id, done, datetime.now(UTC))
    return campaign


def see_all(application: Application, person: Person) -> None:
    """Before what is drawn from all campaigns at once, such as the router's reasons.

    Raises: RoundOpenError: the person is in the middle of rating one of them.
    """
    rated = open_campaigns(application, person)
    if rated:
        raise RoundOpenError(field="campaign_id", value=min(rated))


def open_campaigns(application: Application, person: Person) -> frozenset[str]:
    """The campaigns that lists leave out for this person."""
    if store.find_rater(application.database, person.name) is None:
        return frozenset()
    every = store.campaigns(application.database)
    return frozenset(one.campaign_id for one in every if _is_open(application, person, one))


def _is_open(application: Application, person: Person, campaign: Campaign) -> bool:
    database = application.database
    return (
        is_rating(database, campaign, person.name)
        or pairs.open_round(database, campaign.campaign_id, person.name) is not None
    )


def without_reasons(run: Run, open_to_rate: frozenset[str]) -> Run:
    """While somebody rates: why the rules sent a run where they did is made of all results."""
    return replace(run, route={}) if open_to_rate and run.route else run
