"""A campaign under way: held, resumed, ended, and asked for again."""

import dataclasses
from decimal import Decimal

import pytest

from tests.runs.test_plan import NOW, planned
from videogen import store
from videogen.bootstrap import Application
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.errors import InvalidInputError
from videogen.runs.campaign_control import (
    cancel_rest,
    change_cap,
    pause_campaign,
    requeue_campaign,
    resume_campaign,
)
from videogen.runs.plan import start_campaign


def started(application: Application) -> tuple[str, list[Run]]:
    campaign_id = planned(application, n_prompts=2, seeds=(1,)).campaign_id
    return campaign_id, start_campaign(
        application.database, campaign_id, origin=Origin.SANDBOX, now=NOW
    )


def kinds(application: Application, campaign_id: str) -> list[str]:
    return [event.kind for event in store.events_of(application.database, campaign_id)]


def test_a_pause_and_its_end_say_who_and_when(idle_application: Application) -> None:
    campaign_id, _ = started(idle_application)

    pause_campaign(idle_application.database, campaign_id, "Chai", NOW)
    paused = store.get_campaign(idle_application.database, campaign_id)
    resume_campaign(idle_application.database, campaign_id, "Nok", NOW)

    resumed = store.get_campaign(idle_application.database, campaign_id)
    events = store.events_of(idle_application.database, campaign_id)
    assert (paused.paused_at, resumed.paused_at) == (NOW, None)
    assert [(event.kind, event.data["who"], event.at) for event in events[1:]] == [
        ("campaign.paused", "Chai", NOW),
        ("campaign.resumed", "Nok", NOW),
    ]


def test_pausing_twice_is_pausing_once(idle_application: Application) -> None:
    campaign_id, _ = started(idle_application)

    for _ in range(2):
        pause_campaign(idle_application.database, campaign_id, "Chai", NOW)

    assert kinds(idle_application, campaign_id) == ["campaign.started", "campaign.paused"]


def test_what_has_not_begun_cannot_be_paused(idle_application: Application) -> None:
    campaign = planned(idle_application)

    with pytest.raises(InvalidInputError) as refused:
        pause_campaign(idle_application.database, campaign.campaign_id, "Chai", NOW)

    assert refused.value.problem == "campaign_not_started"


def test_cancelling_the_rest_leaves_what_has_ended(idle_application: Application) -> None:
    campaign_id, runs = started(idle_application)
    done = dataclasses.replace(runs[0], status=RunStatus.SUCCEEDED)
    store.save(idle_application.database, done)

    cancelled = cancel_rest(
        idle_application.database,
        campaign_id,
        "Chai",
        NOW,
        cancel=idle_application.worker.cancel,
    )

    after = store.campaign_runs(idle_application.database, campaign_id)
    assert len(cancelled) == 3
    assert sorted(run.status for run in after) == ["cancelled"] * 3 + ["succeeded"]
    event = store.events_of(idle_application.database, campaign_id)[-1]
    assert (event.kind, event.data["n_runs"]) == ("campaign.cancelled", 3)


def test_failures_of_one_class_are_asked_for_again(idle_application: Application) -> None:
    campaign_id, runs = started(idle_application)
    causes = [FailureClass.OUT_OF_VRAM, FailureClass.STALLED]
    for run, cause in zip(runs, causes, strict=False):
        failed = dataclasses.replace(run, status=RunStatus.FAILED, failure_class=cause)
        store.save(idle_application.database, failed)

    new = requeue_campaign(
        idle_application.database,
        campaign_id,
        "Chai",
        NOW,
        failure_class=FailureClass.STALLED,
    )

    assert [run.requeued_from for run in new] == [runs[1].run_id]
    event = store.events_of(idle_application.database, campaign_id)[-1]
    assert event.data["failure_class"] == "stalled"


def test_a_cap_may_change_while_runs_are_made(idle_application: Application) -> None:
    campaign_id, _ = started(idle_application)

    changed = change_cap(idle_application.database, campaign_id, Decimal("12.5"), "Chai", NOW)

    assert changed.cap_usd == Decimal("12.5")
    assert kinds(idle_application, campaign_id)[-1] == "campaign.cap_changed"
