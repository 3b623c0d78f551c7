"""The Runs page's rows: what is being made, then what ended, then what waits."""

from enum import StrEnum

from videogen.domain.run import FailureClass, Run, RunStatus
from videogen.store.database import Database

# Rows are picked by rowid first: reading whole rows only of those takes half the time at 100,000.
# `age` orders what began, the last first; the queue has none and follows its own order.
LISTED_RUNS = """
    WITH placed AS (
        SELECT rowid AS place, run_id, queued_at, campaign_id, condition_id, status, failure_class,
               peak_vram_mib, coalesce(is_degraded, false) AS is_degraded,
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
          AND ($only IS NULL OR CASE $only
              WHEN 'failures' THEN is_degraded OR status IN ('failed', 'lost', 'uncertain')
              WHEN 'over_vram' THEN peak_vram_mib > $limit_mib OR is_degraded
                                    OR coalesce(failure_class = 'out_of_vram', false)
          END)
          AND ($before IS NULL OR (standing, age, queued_at, run_id) > (
              SELECT (standing, age, queued_at, run_id) FROM placed WHERE run_id = $before
          ))
        ORDER BY standing, age, queued_at, run_id LIMIT $limit
    )
    SELECT run.* FROM run JOIN picked ON run.rowid = picked.place
    ORDER BY standing, age, queued_at, run_id
"""


class RunSubset(StrEnum):
    """What a criterion counts against a condition."""

    FAILURES = "failures"  # ended without a clip, or with one of smaller settings
    OVER_VRAM = "over_vram"  # a peak over the limit, or out of memory


def listed_runs(
    database: Database,
    *,
    campaign_id: str | None = None,
    condition_id: str | None = None,
    status: RunStatus | None = None,
    failure_class: FailureClass | None = None,
    only: RunSubset | None = None,
    limit_mib: int | None = None,
    limit: int,
    before: str | None = None,
) -> list[Run]:
    """Running ones, ended ones with the last first, then the queue with the next first.

    `before` is the run_id that the page before ended with; `limit_mib` is what OVER_VRAM is over.
    """
    return database.rows(
        Run,
        LISTED_RUNS,
        campaign_id=campaign_id,
        condition_id=condition_id,
        status=status,
        failure_class=failure_class,
        only=only,
        limit_mib=limit_mib,
        limit=limit,
        before=before,
    )
