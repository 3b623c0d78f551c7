"""Campaigns: plan one, start it, hold it, and how far it is."""

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import JSONResponse, Response

from videogen import store
from videogen.bootstrap.campaign_orders import (
    Draft,
    begin,
    campaign_detail,
    campaign_row,
    conditions_of,
    counts_by_condition,
    draft,
    forecast_of,
    keep,
)
from videogen.bootstrap.campaigns import dry_run
from videogen.bootstrap.forecast_answer import forecast_answer
from videogen.bootstrap.reach import Reached, attached
from videogen.domain.campaign import Campaign
from videogen.domain.plain_json import plain
from videogen.domain.run import Run
from videogen.errors import InvalidInputError
from videogen.runs import campaign_control
from videogen.web.api import examples
from videogen.web.api.asked import Asked, Asks
from videogen.web.api.documented import Answers, answered, page_schema, record_schema
from videogen.web.api.door import router as door_router
from videogen.web.api.keyed import Key, Sent, once
from videogen.web.api.models import CampaignPlan
from videogen.web.api.paging import USUAL_LIMIT, After, Limit, page_of
from videogen.web.blindness import open_campaigns, see_campaign

router = door_router("campaigns")

CAMPAIGN = record_schema(Campaign)
ROW = record_schema(Campaign, n_runs={"type": "integer"}, n_ended={"type": "integer"})
DETAIL = record_schema(
    Campaign,
    n_runs={"type": "integer"},
    n_ended={"type": "integer"},
    conditions={"type": "object"},
    failures={"type": "array", "items": {"type": "object"}},
    spend={"type": "object"},
    events={"type": "array", "items": {"type": "object"}},
)
STARTED = record_schema(
    Campaign,
    n_runs={"type": "integer"},
    n_ended={"type": "integer"},
    n_queued={"type": "integer"},
    conditions={"type": "object"},
)
RUNS = {
    "type": "object",
    "properties": {"runs": {"type": "array", "items": record_schema(Run)}},
    "required": ["runs"],
}
EITHER = {"anyOf": [CAMPAIGN, {"type": "object", "required": ["dry_run", "forecast", "problems"]}]}
MADE: Answers = {
    201: answered(CAMPAIGN, examples.CAMPAIGN, "Planned; nothing runs before it is started"),
    200: answered(
        EITHER,
        examples.CAMPAIGN,
        "Planned before, under this key; or what a dry run has found, which stores nothing",
        Idempotent_Replayed="true",
    ),
}

CampaignId = Annotated[str, Path(max_length=100, examples=[examples.CAMPAIGN_ID])]


@router.get(
    "/campaigns",
    operation_id="list_campaigns",
    responses={200: answered(page_schema(ROW), examples.page(examples.ROW), "Newest first")},
)
def list_campaigns(asked: Asks, limit: Limit = USUAL_LIMIT, after: After = None) -> Any:
    """Campaigns, newest first.

    Those that the asker is still rating are left out.
    """
    application = asked.application
    hidden = open_campaigns(application, asked.person)
    every = [one for one in store.campaigns(application.database) if one.campaign_id not in hidden]
    found = page_of(every, limit, after, lambda one: one.campaign_id)
    return {**found, "items": [_row(asked, one["campaign_id"]) for one in found["items"]]}


@router.post("/campaigns", operation_id="create_campaign", status_code=201, responses=MADE)
def create_campaign(asked: Asks, plan: CampaignPlan, key: Key) -> Response:
    """Plan a campaign.

    Conditions, suite and prompts are checked; `dry_run` tells time, money and what stands in the
    way instead, and stores nothing.
    """
    if plan.dry_run:
        return JSONResponse({"dry_run": True, **_forecast(asked, _draft(asked, plan))})

    def make() -> Campaign:
        drafted = _draft(asked, plan)
        keep(asked.application, drafted, asked.now, ask=lambda: _reached(asked))
        return drafted.campaign

    return once(asked, Sent(key=key, route="create_campaign", body=plan.sent()), make)


@router.get(
    "/campaigns/{campaign_id}",
    operation_id="show_campaign",
    responses={200: answered(DETAIL, examples.CAMPAIGN_DETAIL, "The plan and how far it is")},
)
def show_campaign(asked: Asks, campaign_id: CampaignId) -> Any:
    """One campaign with its runs by condition and status, open failures, money and events."""
    campaign = see_campaign(asked.application, asked.person, campaign_id)
    with asked.application.database.snapshot():
        detail = campaign_detail(asked.application, campaign)
        return {**campaign_row(asked.application, campaign), **plain(detail)}


@router.post(
    "/campaigns/{campaign_id}/start",
    operation_id="start_campaign",
    responses={200: answered(STARTED, examples.STARTED, "Frozen, and its runs are queued")},
)
def start_campaign(asked: Asks, campaign_id: CampaignId) -> Any:
    """Start a campaign.

    Its plan is frozen and its grid is queued. One that has been started stays as it is, with
    `n_queued` 0.
    """
    application = asked.application
    campaign = see_campaign(application, asked.person, campaign_id)
    n_queued = 0
    if campaign.frozen_at is None:
        reached = _reached(asked)
        found = forecast_of(application, campaign, reached)
        if not reached:
            names = ", ".join(one.name for one in conditions_of(application, campaign))
            raise InvalidInputError("nothing_attached", field="campaign_id", value=names)
        n_queued = len(begin(application, found, reached, asked.person.name, asked.now))
        application.worker.wake()
    conditions = counts_by_condition(application, campaign)
    return {**_row(asked, campaign_id), "n_queued": n_queued, "conditions": conditions}


@router.post(
    "/campaigns/{campaign_id}/pause",
    operation_id="pause_campaign",
    responses={200: answered(CAMPAIGN, examples.CAMPAIGN, "Its queued runs wait")},
)
def pause_campaign(asked: Asks, campaign_id: CampaignId) -> Any:
    """Hold a campaign: its queued runs wait, what runs goes on to its end."""
    see_campaign(asked.application, asked.person, campaign_id)
    database, who = asked.application.database, asked.person.name
    return plain(campaign_control.pause_campaign(database, campaign_id, who, asked.now))


@router.post(
    "/campaigns/{campaign_id}/resume",
    operation_id="resume_campaign",
    responses={200: answered(CAMPAIGN, examples.CAMPAIGN, "Its queued runs are taken again")},
)
def resume_campaign(asked: Asks, campaign_id: CampaignId) -> Any:
    """Let a campaign go on."""
    see_campaign(asked.application, asked.person, campaign_id)
    database, who = asked.application.database, asked.person.name
    resumed = campaign_control.resume_campaign(database, campaign_id, who, asked.now)
    asked.application.worker.wake()
    return plain(resumed)


@router.post(
    "/campaigns/{campaign_id}/cancel",
    operation_id="cancel_campaign",
    responses={200: answered(RUNS, {"runs": [examples.RUN]}, "What had not ended")},
)
def cancel_campaign(asked: Asks, campaign_id: CampaignId) -> Any:
    """Cancel everything of a campaign that has not ended."""
    see_campaign(asked.application, asked.person, campaign_id)
    application = asked.application
    runs = campaign_control.cancel_rest(
        application.database,
        campaign_id,
        asked.person.name,
        asked.now,
        cancel=application.worker.cancel,
    )
    return {"runs": plain(runs)}


def _row(asked: Asked, campaign_id: str) -> dict[str, Any]:
    campaign = store.get_campaign(asked.application.database, campaign_id)
    return campaign_row(asked.application, campaign)


def _draft(asked: Asked, plan: CampaignPlan) -> Draft:
    return draft(asked.application, plan.plan(), asked.person.name, asked.now)


def _forecast(asked: Asked, drafted: Draft) -> dict[str, Any]:
    application, reached = asked.application, _reached(asked)
    found = dry_run(application, drafted.campaign, drafted.conditions, reached)
    told: dict[str, Any] = plain(forecast_answer(found, asked.language))
    return told


def _reached(asked: Asked) -> list[Reached]:
    """As they last answered: no request waits for a server."""
    return attached(asked.application.worker)
