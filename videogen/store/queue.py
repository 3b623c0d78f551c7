"""Who is next, what waits and what was left open: the questions that a worker asks all day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from videogen.domain.condition import BackendKind
from videogen.domain.event import Event
from videogen.domain.run import Attempt, Origin, Run, RunStatus
from videogen.store.database import Database
from videogen.store.runs import get_run
from videogen.store.saving import put

# A run belongs to the back end of the condition that makes it, so a routed one to where it was
# sent. Owners take turns per back end: the fewest running first, then who was served longest ago,
# so that on one GPU, where nothing runs at the moment of choosing, nobody waits behind another's
# whole campaign.
NEXT_RUN_ID = """
    WITH made_here AS (
        SELECT run_id, owner, status, queued_at, started_at, cancel_requested, origin, campaign_id
        FROM run
        WHERE coalesce(routed_to, condition_id)
              IN (SELECT unnest(from_json($condition_ids::JSON, '["VARCHAR"]')))
    ), waiting AS (
        SELECT run_id, owner, queued_at FROM made_here
        WHERE status = 'queued' AND NOT cancel_requested
          AND ($origin IS NULL OR origin = $origin)
          AND ($only_run_id IS NULL OR run_id = $only_run_id)
          AND coalesce(campaign_id, '')
              NOT IN (SELECT campaign_id FROM campaign WHERE paused_at IS NOT NULL)
    ), turn AS (
        SELECT owner, count(*) FILTER (status = 'running') AS n_running,
               max(started_at) AS last_served_at
        FROM made_here WHERE owner IN (SELECT owner FROM waiting) GROUP BY owner
    )
    SELECT run_id FROM waiting JOIN turn USING (owner)
    ORDER BY n_running, last_served_at NULLS FIRST, queued_at, run_id LIMIT 1
"""
SPENT_ON_ATTEMPTS_S = """
    SELECT coalesce(sum(epoch(ended_at) - epoch(intended_at)), 0) FROM attempt
    WHERE run_id = $run_id AND ended_at IS NOT NULL
"""


def claim_next_run(
    database: Database,
    condition_ids: Sequence[str],
    now: datetime,
    *,
    origin: Origin | None = None,
    only_run_id: str | None = None,
) -> Run | None:
    """Take the next queued run that these conditions make for the caller alone, if there is one.

    With an `origin` only runs planned for it: a sandbox run never reaches a live back end.
    With `only_run_id` that run or none. Runs of paused campaigns wait.
    """
    if not condition_ids:
        return None
    with database.write():
        run_id = database.value(
            NEXT_RUN_ID, condition_ids=tuple(condition_ids), origin=origin, only_run_id=only_run_id
        )
        if run_id is None:
            return None
        run = get_run(database, run_id)
        tried_s = float(database.value(SPENT_ON_ATTEMPTS_S, run_id=run_id))
        waited_s = max(0.0, (now - run.queued_at).total_seconds() - tried_s)
        claimed = replace(run, status=RunStatus.RUNNING, started_at=now, queue_time_s=waited_s)
        put(database, claimed)
        put(
            database,
            Event(at=now, kind="run.running", subject_id=run_id),
        )
    return claimed


HAS_QUEUED = """
    SELECT count(*) > 0 FROM run
    WHERE status = 'queued' AND NOT cancel_requested AND origin = $origin
      AND coalesce(routed_to, condition_id)
          IN (SELECT unnest(from_json($condition_ids::JSON, '["VARCHAR"]')))
      AND coalesce(campaign_id, '')
          NOT IN (SELECT campaign_id FROM campaign WHERE paused_at IS NOT NULL)
"""


def has_queued(database: Database, condition_ids: Sequence[str], *, origin: Origin) -> bool:
    """Whether anything waits that these conditions make and that may be taken now."""
    return bool(database.value(HAS_QUEUED, condition_ids=tuple(condition_ids), origin=origin))


ROUTED_DESTINATIONS = """
    SELECT DISTINCT run.routed_to FROM run JOIN condition USING (condition_id)
    WHERE run.status = 'queued' AND condition.backend = 'routed'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Destination:
    routed_to: str | None


def routed_destinations(database: Database) -> set[str | None]:
    """Where the queued runs of routed conditions wait; None: no rule has sent them anywhere yet."""
    return {row.routed_to for row in database.rows(_Destination, ROUTED_DESTINATIONS)}


ROUTED_RUNS = """
    SELECT run.* FROM run JOIN condition USING (condition_id)
    WHERE run.status = 'queued' AND NOT run.cancel_requested AND condition.backend = 'routed'
      AND run.routed_to IS NOT DISTINCT FROM $routed_to
      AND ($only_run_id IS NULL OR run.run_id = $only_run_id)
    ORDER BY run.queued_at, run.run_id LIMIT $limit
"""


def routed_runs(
    database: Database, routed_to: str | None, *, limit: int, only_run_id: str | None = None
) -> list[Run]:
    """Queued runs of routed conditions that wait at this destination, oldest first."""
    return database.rows(
        Run, ROUTED_RUNS, routed_to=routed_to, limit=limit, only_run_id=only_run_id
    )


WAITING_WORK = """
    SELECT condition.backend AS kind, run.origin, condition.condition_id AS making_condition_id,
           count(*) AS n_runs
    FROM run JOIN condition ON condition.condition_id = coalesce(run.routed_to, run.condition_id)
    WHERE condition.backend <> 'routed' AND NOT run.cancel_requested
      AND (run.status = 'running' OR run.status = 'queued' AND coalesce(run.campaign_id, '')
           NOT IN (SELECT campaign_id FROM campaign WHERE paused_at IS NOT NULL))
    GROUP BY ALL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingWork:
    """Alike runs that one kind of back end has before it, or in hand."""

    kind: BackendKind
    origin: Origin | None
    making_condition_id: str
    n_runs: int


def waiting_work(database: Database) -> list[WaitingWork]:
    """What stands before a run that nobody has asked for yet."""
    return database.rows(WaitingWork, WAITING_WORK)


RUNNING_RUN_IDS = "SELECT run_id FROM run WHERE status = 'running'"


@dataclass(frozen=True, slots=True, kw_only=True)
class _RunId:
    run_id: str


def running_run_ids(database: Database) -> set[str]:
    """Quick: what a worker compares with what its lanes hold."""
    return {row.run_id for row in database.rows(_RunId, RUNNING_RUN_IDS)}


RUNNING_RUNS = "SELECT * FROM run WHERE status = 'running'"
OPEN_ATTEMPTS = """
    SELECT * FROM attempt
    WHERE state IN ('intended', 'submitted', 'running', 'fetching')
      AND run_id IN (SELECT run_id FROM run WHERE status = 'running')
    ORDER BY intended_at, attempt_id
"""


def unfinished_attempts(database: Database) -> list[tuple[Run, Attempt]]:
    """What a start-up must re-attach: the open attempts of running runs, oldest first."""
    runs = {run.run_id: run for run in database.rows(Run, RUNNING_RUNS)}
    if not runs:
        return []
    attempts = database.rows(Attempt, OPEN_ATTEMPTS)
    return [(runs[attempt.run_id], attempt) for attempt in attempts if attempt.run_id in runs]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueAhead:
    """Alike runs that the same kind of back end makes before a queued one, or the run itself."""

    kind: BackendKind
    making_condition_id: str
    n_runs: int
    started_at: datetime | None  # None: they wait; else it is one that runs now
    is_itself: bool


# Of the back end that will make it: turns are taken there, one run of each owner a round.
QUEUE_AHEAD = """
    WITH here AS (
        SELECT run_id, owner, status, queued_at, started_at, cancel_requested, origin, campaign_id,
               coalesce(routed_to, run.condition_id) AS making_condition_id,
               condition.backend AS kind
        FROM run JOIN condition ON condition.condition_id = coalesce(routed_to, run.condition_id)
    ), mine AS (
        SELECT kind, origin FROM here WHERE run_id = $run_id
    ), line AS (
        SELECT here.* FROM here JOIN mine ON mine.kind = here.kind
             AND mine.origin IS NOT DISTINCT FROM here.origin
    ), turn AS (
        SELECT owner, count(*) FILTER (status = 'running') AS n_running,
               max(started_at) AS last_served_at
        FROM line GROUP BY owner
    ), waiting AS (
        SELECT run_id, owner, queued_at, making_condition_id,
               row_number() OVER (PARTITION BY owner ORDER BY queued_at, run_id) AS place
        FROM line
        WHERE status = 'queued' AND NOT cancel_requested
          AND coalesce(campaign_id, '')
              NOT IN (SELECT campaign_id FROM campaign WHERE paused_at IS NOT NULL)
    ), placed AS (
        SELECT run_id, making_condition_id, row_number() OVER (
            ORDER BY n_running + place, last_served_at NULLS FIRST, queued_at, run_id
        ) AS position
        FROM waiting JOIN turn USING (owner)
    )
    SELECT kind, making_condition_id, n_runs, started_at, is_itself FROM (
        SELECT making_condition_id, count(*) AS n_runs, NULL::TIMESTAMP AS started_at,
               run_id = $run_id AS is_itself
        FROM placed
        WHERE position <= (SELECT position FROM placed WHERE run_id = $run_id)
        GROUP BY making_condition_id, is_itself
        UNION ALL
        SELECT making_condition_id, 1, coalesce(started_at, queued_at), false
        FROM line WHERE status = 'running'
    ), (SELECT kind FROM mine)
    ORDER BY is_itself, started_at NULLS LAST, making_condition_id
"""


def queue_ahead(database: Database, run_id: str) -> list[QueueAhead]:
    """What runs and waits before a queued run, in the order of the claims; it stands last.

    Without an entry `is_itself` it does not wait.
    """
    return database.rows(QueueAhead, QUEUE_AHEAD, run_id=run_id)


def queue_position(database: Database, run_id: str) -> int | None:
    """1 for the run that its back end takes next; None: it does not wait, or its campaign rests."""
    ahead = queue_ahead(database, run_id)
    waits = any(entry.is_itself for entry in ahead)
    return sum(entry.n_runs for entry in ahead if entry.started_at is None) if waits else None
