"""Asking again for runs that have ended, and tidying the queue at start-up."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from videogen import store
from videogen.domain.run import FailureClass, Run, RunStatus
from videogen.errors import InvalidInputError
from videogen.runs.journal import waiting_again
from videogen.runs.plan import queued_event
from videogen.store import Database

MANY = 10_000  # more than any machine runs at once


def requeue(database: Database, run_id: str, owner: str, now: datetime) -> Run:
    """A new run of the same condition, prompt and seed; the old one stays as it ended.

    Raises: NotFoundError. InvalidInputError: it has not ended, is uncertain, holds money for a
        call of unknown bill, or was asked for again already.
    """
    with database.write():
        old = store.get_run(database, run_id)
        _check(database, old)
        return _asked_again(database, [old], owner, now)[0]


def requeue_failed(
    database: Database,
    *,
    campaign_id: str | None = None,
    condition_id: str | None = None,
    failure_class: FailureClass | None = None,
    status: RunStatus | None = None,
    owner: str,
    now: datetime,
) -> list[Run]:
    """New runs for all that failed, got lost or was cancelled, in one transaction.

    Left alone: what was asked for again already, and runs that may be billed: uncertain ones and
    those that still hold money.
    Raises: NotFoundError: there is no such campaign.
    """
    with database.write():
        if campaign_id is not None:
            store.get_campaign(database, campaign_id)
        old = store.requeueable_runs(
            database,
            campaign_id=campaign_id,
            condition_id=condition_id,
            failure_class=failure_class,
            status=status,
        )
        return _asked_again(database, old, owner, now)


def release_unstarted(database: Database, now: datetime) -> None:
    """At start-up: what was claimed but has no open attempt had not begun, so it waits again.

    Money held for calls that never left the machine is given back.
    """
    with database.write():
        begun = {run.run_id for run, _ in store.unfinished_attempts(database)}
        running = store.find_runs(database, status=RunStatus.RUNNING, limit=MANY)
        unstarted = [run for run in running if run.run_id not in begun]
        store.save(database, *(waiting_again(run, now) for run in unstarted))
        store.release_unsent(database)


def _check(database: Database, old: Run) -> None:
    if not old.status.is_final:
        raise InvalidInputError("run_not_ended", field="run_id", value=old.run_id)
    if old.status is RunStatus.UNCERTAIN:
        raise InvalidInputError("run_uncertain", field="run_id", value=old.run_id)
    if store.has_open_bill(database, old.run_id):
        raise InvalidInputError("run_bill_open", field="run_id", value=old.run_id)
    newer = store.newer_requeue(database, old.run_id)
    if newer is not None:
        raise InvalidInputError(
            "run_requeued_already", field="run_id", value=old.run_id, newer=newer
        )


def _asked_again(database: Database, old: Iterable[Run], owner: str, now: datetime) -> list[Run]:
    # The microsecond keeps the old order in the queue.
    new = [
        _successor(run, owner, now + timedelta(microseconds=place)) for place, run in enumerate(old)
    ]
    store.add(database, [*new, *(queued_event(run) for run in new)])
    return new


def _successor(old: Run, owner: str, now: datetime) -> Run:
    """Routed runs lose their route: it is chosen anew from what is known and able by then."""
    return Run(
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
        inputs=old.inputs,
        needs=old.needs,
        strip_id=old.strip_id,
    )
