"""What people do to runs that exist: cancel and requeue."""

import uuid
from datetime import datetime

from videogen import store
from videogen.domain.event import Event
from videogen.domain.run import Run, RunStatus
from videogen.errors import InvalidInputError
from videogen.runs.plan import queued_event
from videogen.store import Database


def cancel(database: Database, run_id: str, now: datetime) -> Run:
    """A queued run is cancelled at once; a running one when its back end has let go of it."""
    return store.cancel_run(database, run_id, now, _event(run_id, "run.cancel_requested", now))


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


def _event(run_id: str, kind: str, now: datetime) -> Event:
    return Event(event_id=str(uuid.uuid4()), at=now, kind=kind, subject_id=run_id)
