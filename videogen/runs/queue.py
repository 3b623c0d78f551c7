"""Asking again for a run that has ended, and tidying the queue at start-up."""

import uuid
from datetime import datetime

from videogen import store
from videogen.domain.run import Run, RunStatus
from videogen.errors import InvalidInputError
from videogen.runs.journal import waiting_again
from videogen.runs.plan import queued_event
from videogen.store import Database

MANY = 10_000  # more than any machine runs at once


def requeue(database: Database, run_id: str, owner: str, now: datetime) -> Run:
    """A new run of the same condition, prompt and seed; the old one stays as it ended."""
    old = store.get_run(database, run_id)
    if not old.status.is_final:
        raise InvalidInputError("run_not_ended", field="run_id", value=run_id)
    if old.status is RunStatus.UNCERTAIN:
        raise InvalidInputError("run_uncertain", field="run_id", value=run_id)
    new = Run(
        run_id=str(uuid.uuid4()),
        campaign_id=old.campaign_id,
        condition_id=old.condition_id,
        prompt_id=old.prompt_id,
        seed=old.seed,
        status=RunStatus.QUEUED,
        owner=owner,
        queued_at=now,
        origin=old.origin,
        requeued_from=old.run_id,
    )
    store.save(database, new, queued_event(new))
    return new


def release_unstarted(database: Database, now: datetime) -> None:
    """At start-up: what was claimed but has no open attempt had not begun, so it waits again."""
    begun = {run.run_id for run, _ in store.unfinished_attempts(database)}
    running = store.find_runs(database, status=RunStatus.RUNNING, limit=MANY)
    unstarted = [run for run in running if run.run_id not in begun]
    store.save(database, *(waiting_again(run, now) for run in unstarted))
