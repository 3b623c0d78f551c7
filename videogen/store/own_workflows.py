"""Workflows that people brought: kept as they came, removed only while nothing was made by them."""

from dataclasses import dataclass
from datetime import datetime

from videogen.domain.own_workflow import OwnWorkflow
from videogen.errors import InvalidInputError, NotFoundError
from videogen.store.database import Database

OWN_WORKFLOW_STAMPS = "SELECT name, added_at FROM own_workflow ORDER BY added_at, name"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWorkflowStamp:
    """What tells whether a workflow is still the one that was read before."""

    name: str
    added_at: datetime  # UTC


def own_workflow_stamps(database: Database) -> list[OwnWorkflowStamp]:
    """Without their graphs: cheap enough to be asked after each commit."""
    return database.rows(OwnWorkflowStamp, OWN_WORKFLOW_STAMPS)


OWN_WORKFLOWS = "SELECT * FROM own_workflow ORDER BY added_at, name"


def own_workflows(database: Database) -> list[OwnWorkflow]:
    """The oldest first."""
    return database.rows(OwnWorkflow, OWN_WORKFLOWS)


OWN_WORKFLOW = "SELECT * FROM own_workflow WHERE name = $name"


def get_own_workflow(database: Database, name: str) -> OwnWorkflow:
    """Raises: NotFoundError."""
    for found in database.rows(OwnWorkflow, OWN_WORKFLOW, name=name):
        return found
    raise NotFoundError(field="name", value=name)


RUNS_OF_WORKFLOW = """
    WITH its AS (SELECT condition_id FROM condition WHERE workflow = $name)
    SELECT count(*) FROM run WHERE condition_id IN (FROM its) OR routed_to IN (FROM its)
"""
CAMPAIGNS_OF_WORKFLOW = """
    SELECT count(*) FROM campaign WHERE len(list_intersect(
        list_concat(
            from_json(candidates::JSON, '["VARCHAR"]'), from_json(baselines::JSON, '["VARCHAR"]')
        ),
        (SELECT coalesce(list(condition_id), []) FROM condition WHERE workflow = $name)
    )) > 0
"""
FORGET_CONDITIONS = "DELETE FROM condition WHERE workflow = $name"
REMOVE_WORKFLOW = "DELETE FROM own_workflow WHERE name = $name"


def remove_own_workflow(database: Database, name: str) -> None:
    """With its condition.

    Raises: NotFoundError: no such workflow of anybody's own. InvalidInputError: runs were made
        with it, or a campaign plans them; it says how many.
    """
    with database.write():
        get_own_workflow(database, name)
        n_runs = int(database.value(RUNS_OF_WORKFLOW, name=name) or 0)
        if n_runs:
            raise InvalidInputError("workflow_has_runs", field="name", value=name, n=n_runs)
        n_campaigns = int(database.value(CAMPAIGNS_OF_WORKFLOW, name=name) or 0)
        if n_campaigns:
            raise InvalidInputError(
                "workflow_in_campaigns", field="name", value=name, n=n_campaigns
            )
        database.execute(FORGET_CONDITIONS, name=name)
        database.execute(REMOVE_WORKFLOW, name=name)
