"""Planning a campaign, registering it before its first run, and what a plan may not be."""

import dataclasses
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from videogen import store
from videogen.bootstrap import Application
from videogen.domain.campaign import Campaign
from videogen.domain.run import Origin
from videogen.errors import InvalidInputError, NotFoundError
from videogen.runs.plan import draft_campaign, plan_campaign, start_campaign
from videogen.runs.plan_checks import named_conditions
from videogen.texts import error_hint, error_message

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def wanted(application: Application, **changes: Any) -> dict[str, Any]:
    named = {one.name: one for one in application.conditions}
    asked: dict[str, Any] = {
        "name": "WAN or not",
        "candidates": [named["wan-1.3b"]],
        "baselines": [named["animatediff"]],
        "suite": application.suites[0],
        "n_prompts": 3,
        "seeds": (1, 2),
        "rated_seeds": (1,),
        "planned_n_raters": 6,
        "owner": "Nok",
        "now": NOW,
    }
    return asked | changes


def planned(application: Application, **changes: Any) -> Campaign:
    return plan_campaign(application.database, **wanted(application, **changes))


def test_a_draft_is_checked_and_stored_nowhere(idle_application: Application) -> None:
    campaign = draft_campaign(
        idle_application.database, **wanted(idle_application, cap_usd=Decimal(25))
    )

    assert campaign.cap_usd == Decimal(25)
    assert campaign.planned_n_runs == 6
    assert store.campaigns(idle_application.database) == []


def test_starting_registers_the_plan_before_any_run(idle_application: Application) -> None:
    campaign = planned(idle_application)

    runs = start_campaign(
        idle_application.database, campaign.campaign_id, origin=Origin.LIVE, now=NOW, who="Chai"
    )

    frozen = store.get_campaign(idle_application.database, campaign.campaign_id)
    (event,) = store.events_of(idle_application.database, campaign.campaign_id)
    assert len(runs) == 12
    assert frozen.preregistration_sha256 == campaign.plan_sha256
    assert event.kind == "campaign.started"
    assert event.data["who"] == "Chai"
    assert event.data["prompt_ids"] == list(campaign.prompt_ids)
    assert event.data["preregistration_sha256"] == campaign.plan_sha256


def test_a_campaign_is_started_once(idle_application: Application) -> None:
    campaign = planned(idle_application)
    start_campaign(idle_application.database, campaign.campaign_id, origin=Origin.LIVE, now=NOW)

    again = start_campaign(
        idle_application.database, campaign.campaign_id, origin=Origin.SANDBOX, now=NOW
    )

    assert again == []
    assert len(store.events_of(idle_application.database, campaign.campaign_id)) == 1


@pytest.mark.parametrize(
    "change",
    [{"planned_n_raters": 3}, {"rated_seeds": (2,)}, {"preregistration_sha256": "0" * 64}],
)
def test_a_registered_plan_cannot_change(
    idle_application: Application, change: dict[str, Any]
) -> None:
    campaign = planned(idle_application)
    start_campaign(idle_application.database, campaign.campaign_id, origin=Origin.LIVE, now=NOW)
    frozen = store.get_campaign(idle_application.database, campaign.campaign_id)

    with pytest.raises(InvalidInputError) as refused:
        store.save(idle_application.database, dataclasses.replace(frozen, **change))

    assert refused.value.problem == "campaign_frozen"
    assert store.get_campaign(idle_application.database, campaign.campaign_id) == frozen


def test_a_plan_that_has_not_begun_may_still_change(idle_application: Application) -> None:
    campaign = planned(idle_application)

    store.save(idle_application.database, dataclasses.replace(campaign, planned_n_raters=8))

    stored = store.get_campaign(idle_application.database, campaign.campaign_id)
    assert stored.planned_n_raters == 8


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"name": "  "}, "name", "campaign_name_empty"),
        ({"candidates": []}, "candidates", "no_candidates"),
        ({"n_prompts": 0}, "n_prompts", "n_prompts"),
        ({"n_prompts": 10_000}, "n_prompts", "n_prompts"),
        ({"planned_n_raters": 0}, "planned_n_raters", "n_raters"),
        ({"planned_n_raters": 10**9}, "planned_n_raters", "too_many_raters"),
        ({"seeds": ()}, "seeds", "no_seeds"),
        ({"seeds": (1, 1)}, "seeds", "seed_twice"),
        ({"seeds": (-1,), "rated_seeds": (-1,)}, "seeds", "seed_out_of_range"),
        ({"seeds": (2**32,), "rated_seeds": (2**32,)}, "seeds", "seed_out_of_range"),
        ({"rated_seeds": ()}, "rated_seeds", "no_seeds"),
        ({"rated_seeds": (3,)}, "rated_seeds", "rated_seed_unknown"),
        ({"seeds": range(200), "n_prompts": 30}, "n_prompts", "too_many_runs"),
        ({"cap_usd": Decimal(-1)}, "cap_usd", "cap_usd"),
        ({"cap_usd": Decimal("NaN")}, "cap_usd", "cap_usd"),
        ({"cap_usd": Decimal("Infinity")}, "cap_usd", "cap_usd"),
        ({"cap_usd": Decimal(10**9)}, "cap_usd", "cap_usd"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_field_and_fix(
    idle_application: Application, change: dict[str, Any], field: str, problem: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        planned(idle_application, **change)

    assert (refused.value.field, refused.value.problem) == (field, problem)
    for language in ("en", "th"):
        assert "{" not in error_message(refused.value, language)
        assert error_hint(refused.value, language)
    assert store.campaigns(idle_application.database) == []


def test_a_condition_is_a_candidate_or_a_baseline(idle_application: Application) -> None:
    both = [one for one in idle_application.conditions if one.name == "wan-1.3b"]

    with pytest.raises(InvalidInputError) as refused:
        planned(idle_application, baselines=both)

    assert (refused.value.field, refused.value.value) == ("baselines", "wan-1.3b")


def test_criteria_that_do_not_exist_are_refused(idle_application: Application) -> None:
    with pytest.raises(NotFoundError) as refused:
        planned(idle_application, criteria_version=99)

    assert refused.value.field == "criteria_version"


def test_an_unknown_condition_is_named_beside_those_there_are(
    idle_application: Application,
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        named_conditions(idle_application.conditions, "wan-1.3b, wan-99b", "candidates")

    assert (refused.value.field, refused.value.value) == ("candidates", "wan-99b")
    assert "animatediff" in str(refused.value.facts["known"])
