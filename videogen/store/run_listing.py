"""The Runs page's rows: what is being made, then what ended, then what waits."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.store.database import Database

# Rows are picked by rowid first: reading whole rows only of those takes half the time at 100,000.
# `age` orders what began, the last first; the queue has none and follows its own order.
LISTED_RUNS = """
    WITH placed AS (
        SELECT rowid AS place, run_id, queued_at, campaign_id, condition_id, status, failure_class,
               CASE status WHEN 'running' THEN 0 WHEN 'queued' THEN 2 ELSE 1 END AS standing,
               CASE WHEN status = 'queued' THEN 0
                    ELSE coalesce(-epoch_us(coalesce(ended_at, started_at)), 0) END AS age
        FROM run
    ), picked AS (
        SELECT place, standing, age FROM placed
        WHERE ($campaign_id IS NULL OR campaign_id = $campaign_id)
          AND ($condition_id IS NULL OR condition_id = $condition_id)
          AND ($status IS NULL OR status = $status)
          AND ($failure_class IS NULL OR failure_class = $failure_class)
          AND ($before IS NULL OR (standing, age, queued_at, run_id) > (
              SELECT (standing, age, queued_at, run_id) FROM placed WHERE run_id = $before
          ))
        ORDER BY standing, age, queued_at, run_id LIMIT $limit
    )
    SELECT run.* FROM run JOIN picked ON run.rowid = picked.place
    ORDER BY standing, age, queued_at, run_id
"""


def listed_runs(
    database: Database,
    *,
    campaign_id: str | None = None,
    condition_id: str | None = None,
    status: RunStatus | None = None,
    failure_class: FailureClass | None = None,
    limit: int,
    before: str | None = None,
) -> list[Run]:
    """Running ones, ended ones with the last first, then the queue with the next first.

    `before` is the run_id that the page before ended with.
    """
    return database.rows(
        Run,
        LISTED_RUNS,
        campaign_id=campaign_id,
        condition_id=condition_id,
        status=status,
        failure_class=failure_class,
        limit=limit,
        before=before,
    )


# A failed run that was asked for again has been dealt with; so has an uncertain one that a person
# has settled. One whose paid call still holds money waits to be settled, not to be run again.
OPEN_FAILURE_GROUPS = """
    SELECT CASE WHEN status = 'cancelled' THEN NULL ELSE failure_class END AS failure_class,
           condition_id, origin, count(*) AS n_runs
    FROM run
    WHERE (
        (status IN ('failed', 'lost') AND failure_class <> 'uncertain')
        OR ($with_cancelled AND status = 'cancelled')
    )
      AND ($campaign_id IS NULL OR campaign_id = $campaign_id)
      AND ($condition_id IS NULL OR condition_id = $condition_id)
      AND ($failure_class IS NULL OR failure_class = $failure_class)
      AND run_id NOT IN (SELECT requeued_from FROM run WHERE requeued_from IS NOT NULL)
      AND run_id NOT IN (
          SELECT attempt.run_id FROM reservation JOIN attempt USING (attempt_id)
          WHERE reservation.state = 'held'
      )
    GROUP BY ALL
    ORDER BY n_runs DESC, failure_class, condition_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureGroup:
    """Ended runs of one class and condition; without a class those that somebody cancelled."""

    failure_class: FailureClass | None
    condition_id: str
    origin: Origin
    n_runs: int


def open_failure_groups(
    database: Database,
    *,
    campaign_id: str | None = None,
    condition_id: str | None = None,
    failure_class: FailureClass | None = None,
    with_cancelled: bool = False,
) -> list[FailureGroup]:
    """Failed and lost runs that nobody asked for again, the most frequent class first."""
    groups = database.rows(
        FailureGroup,
        OPEN_FAILURE_GROUPS,
        campaign_id=campaign_id,
        condition_id=condition_id,
        failure_class=failure_class,
        with_cancelled=with_cancelled,
    )
    n_of_class = Counter[FailureClass | None]()
    for group in groups:
        n_of_class[group.failure_class] += group.n_runs
    # Those that somebody cancelled last: nothing went wrong there.
    return sorted(
        groups,
        key=lambda one: (
            one.failure_class is None,
            -n_of_class[one.failure_class],
            one.failure_class or "",
        ),
    )


def open_failures(
    database: Database, *, campaign_id: str | None = None
) -> Mapping[FailureClass, int]:
    """Failed and lost runs that nobody asked for again, by class, the most frequent first."""
    counts: dict[FailureClass, int] = {}
    for group in open_failure_groups(database, campaign_id=campaign_id):
        if group.failure_class is not None:
            counts[group.failure_class] = counts.get(group.failure_class, 0) + group.n_runs
    return counts
