"""The Runs page's rows: what is being made, then what ended, then what waits."""

from collections.abc import Mapping
from dataclasses import dataclass

from videogen.domain.run import FailureClass, Run, RunStatus
from videogen.store.database import Database

# Rows are picked by rowid first: reading whole rows only of those takes half the time at 100,000.
LISTED_RUNS = """
    SELECT * FROM run WHERE rowid IN (
        SELECT rowid FROM run
        WHERE ($campaign_id IS NULL OR campaign_id = $campaign_id)
          AND ($condition_id IS NULL OR condition_id = $condition_id)
          AND ($status IS NULL OR status = $status)
          AND ($failure_class IS NULL OR failure_class = $failure_class)
        ORDER BY CASE status WHEN 'running' THEN 0 WHEN 'queued' THEN 2 ELSE 1 END,
                 CASE WHEN status = 'queued' THEN NULL ELSE coalesce(ended_at, started_at) END
                     DESC NULLS LAST,
                 queued_at, run_id
        LIMIT $limit
    )
    ORDER BY CASE status WHEN 'running' THEN 0 WHEN 'queued' THEN 2 ELSE 1 END,
             CASE WHEN status = 'queued' THEN NULL ELSE coalesce(ended_at, started_at) END
                 DESC NULLS LAST,
             queued_at, run_id
"""


def listed_runs(
    database: Database,
    *,
    campaign_id: str | None = None,
    condition_id: str | None = None,
    status: RunStatus | None = None,
    failure_class: FailureClass | None = None,
    limit: int,
) -> list[Run]:
    """Running ones, ended ones with the last first, then the queue with the next first."""
    return database.rows(
        Run,
        LISTED_RUNS,
        campaign_id=campaign_id,
        condition_id=condition_id,
        status=status,
        failure_class=failure_class,
        limit=limit,
    )


# A failed run that was asked for again has been dealt with; so has an uncertain one that a person
# has settled.
OPEN_FAILURES = """
    SELECT failure_class, count(*) AS n_runs FROM run
    WHERE status IN ('failed', 'lost') AND failure_class <> 'uncertain'
      AND ($campaign_id IS NULL OR campaign_id = $campaign_id)
      AND run_id NOT IN (SELECT requeued_from FROM run WHERE requeued_from IS NOT NULL)
    GROUP BY failure_class ORDER BY n_runs DESC, failure_class
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureCount:
    failure_class: FailureClass
    n_runs: int


def open_failures(
    database: Database, *, campaign_id: str | None = None
) -> Mapping[FailureClass, int]:
    """Failed and lost runs that nobody asked for again, by class, the most frequent first."""
    rows = database.rows(FailureCount, OPEN_FAILURES, campaign_id=campaign_id)
    return {row.failure_class: row.n_runs for row in rows}
