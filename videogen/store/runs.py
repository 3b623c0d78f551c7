"""Runs and their attempts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from videogen.domain.event import Event
from videogen.domain.run import Attempt, FailureClass, Origin, Run, RunStatus, VramTrace
from videogen.errors import NotFoundError
from videogen.store.database import Database
from videogen.store.saving import save

RUN_BY_ID = "SELECT * FROM run WHERE run_id = $run_id"


def get_run(database: Database, run_id: str) -> Run:
    """Raises: NotFoundError."""
    for run in database.rows(Run, RUN_BY_ID, run_id=run_id):
        return run
    raise NotFoundError(field="run_id", value=run_id)


RUNS_NEWEST_FIRST = """
    SELECT * FROM run
    WHERE ($campaign_id IS NULL OR campaign_id = $campaign_id)
      AND ($status IS NULL OR status = $status)
      AND ($condition_id IS NULL OR condition_id = $condition_id
           OR split_part(condition_id, '@', 1) = $condition_id)
      AND ($failure_class IS NULL OR failure_class = $failure_class)
      AND ($origin IS NULL OR origin = $origin)
      AND ($owner IS NULL OR owner = $owner)
      AND (campaign_id IS NULL
           OR NOT list_contains(from_json($without::JSON, '["VARCHAR"]'), campaign_id))
      AND ($before IS NULL OR (queued_at, run_id) < (
          SELECT (queued_at, run_id) FROM run WHERE run_id = $before
      ))
    ORDER BY queued_at DESC, run_id DESC LIMIT $limit
"""


def find_runs(
    database: Database,
    *,
    campaign_id: str | None = None,
    status: RunStatus | None = None,
    condition_id: str | None = None,
    failure_class: FailureClass | None = None,
    origin: Origin | None = None,
    owner: str | None = None,
    without_campaigns: Collection[str] = (),
    limit: int = 100,
    before: str | None = None,
) -> list[Run]:
    """Newest first; `before` is the run_id that the page before ended with.

    A condition's name finds the runs of all its versions.
    """
    return database.rows(
        Run,
        RUNS_NEWEST_FIRST,
        campaign_id=campaign_id,
        status=status,
        condition_id=condition_id,
        failure_class=failure_class,
        origin=origin,
        owner=owner,
        without=sorted(without_campaigns),
        limit=limit,
        before=before,
    )


ATTEMPTS_OF_RUN = "SELECT * FROM attempt WHERE run_id = $run_id ORDER BY ordinal"


def attempts_of_run(database: Database, run_id: str) -> list[Attempt]:
    return database.rows(Attempt, ATTEMPTS_OF_RUN, run_id=run_id)


RUN_COUNTS = "SELECT status, count(*) AS n_runs FROM run GROUP BY status"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCount:
    status: RunStatus
    n_runs: int


def run_counts(database: Database) -> Mapping[RunStatus, int]:
    """Every status has an entry, 0 where no run has it."""
    counted = {row.status: row.n_runs for row in database.rows(StatusCount, RUN_COUNTS)}
    return {status: counted.get(status, 0) for status in RunStatus}


def request_cancel(database: Database, run_id: str) -> Run:
    """A queued run is cancelled at once, a running one is marked, an ended one stays as it is.

    Raises: NotFoundError.
    """
    now = datetime.now(UTC)
    with database.write():
        run = get_run(database, run_id)
        if run.status.is_final or run.cancel_requested:
            return run
        run = replace(run, cancel_requested=True)
        if run.status is RunStatus.QUEUED:
            run = replace(run, status=RunStatus.CANCELLED, ended_at=now)
        kind = "run.cancelled" if run.status.is_final else "run.cancel_requested"
        save(database, run, _event(kind, run_id, now))
    return run


VRAM_TRACE_BY_ATTEMPT = "SELECT * FROM vram_trace WHERE attempt_id = $attempt_id"


def vram_trace_of(database: Database, attempt_id: str) -> VramTrace | None:
    traces = database.rows(VramTrace, VRAM_TRACE_BY_ATTEMPT, attempt_id=attempt_id)
    return traces[0] if traces else None


RUN_HISTORY = """
    SELECT * FROM run
    WHERE origin = $origin AND status = 'succeeded' AND NOT is_degraded
      AND (condition_id = $condition_id OR routed_to = $condition_id
           AND coalesce(json_array_length(route, '$.tried'), 0) = 0)
    ORDER BY queued_at DESC, run_id DESC LIMIT $limit
"""


def run_history(
    database: Database, condition_id: str, origin: Origin, *, limit: int = 1000
) -> list[Run]:
    """Succeeded runs, newest first: what estimates are made from.

    Clips that the rules sent to this condition first are among them.
    """
    return database.rows(Run, RUN_HISTORY, condition_id=condition_id, origin=origin, limit=limit)


def _event(kind: str, run_id: str, now: datetime) -> Event:
    return Event(at=now, kind=kind, subject_id=run_id)
