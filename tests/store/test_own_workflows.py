from typing import Any

import pytest

from tests.store.records import NOON, make_campaign, make_condition, make_run, minutes
from videogen import store
from videogen.domain.own_workflow import OwnWorkflow
from videogen.errors import InvalidInputError, NotFoundError
from videogen.store import Database


def _own(name: str = "mine", **changes: Any) -> OwnWorkflow:
    fields: dict[str, Any] = {
        "name": name,
        "manifest": {"title": "คลิปของเรา", "limits": {"fps": {"min": 1.0, "max": 60.0}}},
        "graph": {"1": {"class_type": "A", "inputs": {"x": ["2", 0], "seed": 2**64 - 1}}},
        "added_at": NOON,
        "added_by": "Nok",
    }
    return OwnWorkflow(**{**fields, **changes})


def _removal(database: Database, name: str) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        store.remove_own_workflow(database, name)
    return caught.value


def test_own_workflows_come_back_as_they_were_the_oldest_first(database: Database) -> None:
    newer, older = _own("a", added_at=minutes(1)), _own("b")

    store.save(database, newer, older)

    assert store.own_workflows(database) == [older, newer]
    assert store.get_own_workflow(database, "a") == newer
    assert [one.name for one in store.own_workflow_stamps(database)] == ["b", "a"]


def test_a_stored_workflow_is_never_overwritten(database: Database) -> None:
    store.save(database, _own())

    store.save(database, _own(added_by="Somebody else"))

    assert store.get_own_workflow(database, "mine").added_by == "Nok"


def test_a_workflow_without_runs_goes_with_its_condition(database: Database) -> None:
    condition, other = make_condition("mine", workflow="mine"), make_condition("other")
    store.save(database, _own(), condition, other)

    store.remove_own_workflow(database, "mine")

    assert store.own_workflows(database) == []
    assert store.conditions(database) == [other]


def test_a_workflow_that_made_runs_stays_and_says_how_many(database: Database) -> None:
    condition = make_condition("mine", workflow="mine")
    routed = make_run(condition_id="auto@1", routed_to=condition.condition_id)
    asked = make_run(condition_id=condition.condition_id)
    store.save(database, _own(), condition, make_condition("other"), routed, asked)

    said = _removal(database, "mine")

    assert (said.problem, said.field, said.value, said.facts) == (
        "workflow_has_runs",
        "name",
        "mine",
        {"n": 2},
    )
    assert len(store.own_workflows(database)) == 1


def test_a_workflow_that_a_campaign_plans_with_stays(database: Database) -> None:
    condition = make_condition("mine", workflow="mine")
    campaign = make_campaign(candidates=("other@1", condition.condition_id))
    store.save(database, _own(), condition, campaign)

    assert _removal(database, "mine").problem == "workflow_in_campaigns"


def test_what_is_nobodys_own_cannot_be_removed(database: Database) -> None:
    store.save(database, make_condition("wan-1.3b"), make_campaign())

    with pytest.raises(NotFoundError):
        store.remove_own_workflow(database, "wan-1.3b")

    assert len(store.conditions(database)) == 1
