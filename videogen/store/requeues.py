"""Ended runs that nobody has dealt with: counted, asked for again, found by a vendor's id."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.store.database import Database

NEWER_REQUEUE = """
    SELECT run_id FROM run WHERE requeued_from = $run_id ORDER BY queued_at DESC, run_id LIMIT 1
"""


def newer_requeue(database: Database, run_id: str) -> str | None:
    """The run that was asked for in its place; None: nobody asked again."""
    newer: str | None = database.value(NEWER_REQUEUE, run_id=run_id)
    return newer


# A run that was asked for again has been dealt with. One whose paid call still holds money waits to
# be settled by a person, as an uncertain one does: it may be billed, it is not to be run again.
NOT_DEALT_WITH = """
      AND ($campaign_id IS NULL OR campaign_id = $campaign_id)
      AND ($condition_id IS NULL OR condition_id = $condition_id)
      AND ($failure_class IS NULL OR failure_class = $failure_class)
      AND run_id NOT IN (SELECT requeued_from FROM run WHERE requeued_from IS NOT NULL)
      AND run_id NOT IN (
          SELECT attempt.run_id FROM reservation JOIN attempt USING (attempt_id)
          WHERE reservation.state = 'held'
      )
"""
REQUEUEABLE_RUNS = """
    SELECT * FROM run
    WHERE status IN ('failed', 'lost', 'cancelled') AND failure_class IS DISTINCT FROM 'uncertain'
      AND ($status IS NULL OR status = $status)
    {not_dealt_with}
    ORDER BY queued_at, run_id
"""


def requeueable_runs(
    database: Database,
    *,
    campaign_id: str | None = None,
    condition_id: str | None = None,
    failure_class: FailureClass | None = None,
    status: RunStatus | None = None,
) -> list[Run]:
    """Failed, lost and cancelled runs that nobody asked for again and no bill is open of."""
    return database.rows(
        Run,
        REQUEUEABLE_RUNS.format(not_dealt_with=NOT_DEALT_WITH),
        campaign_id=campaign_id,
        condition_id=condition_id,
        failure_class=failure_class,
        status=status,
    )


OPEN_FAILURE_GROUPS = """
    SELECT CASE WHEN status = 'cancelled' THEN NULL ELSE failure_class END AS failure_class,
           condition_id, origin, count(*) AS n_runs
    FROM run
    WHERE (
        (status IN ('failed', 'lost') AND failure_class <> 'uncertain')
        OR ($with_cancelled AND status = 'cancelled')
    )
    {not_dealt_with}
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
        OPEN_FAILURE_GROUPS.format(not_dealt_with=NOT_DEALT_WITH),
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


HAS_OPEN_BILL = """
    SELECT count(*) > 0 FROM reservation JOIN attempt USING (attempt_id)
    WHERE reservation.state = 'held' AND attempt.run_id = $run_id
"""


def has_open_bill(database: Database, run_id: str) -> bool:
    """Whether money is still held for one of its calls: nobody knows what it cost."""
    return bool(database.value(HAS_OPEN_BILL, run_id=run_id))


RUN_ID_OF_EXTERNAL_ID = """
    SELECT run_id FROM attempt WHERE external_id = $external_id
    ORDER BY intended_at DESC, attempt_id LIMIT 1
"""


def run_id_of_external_id(database: Database, external_id: str) -> str | None:
    """The run whose attempt a back end knows under this id."""
    run_id: str | None = database.value(RUN_ID_OF_EXTERNAL_ID, external_id=external_id)
    return run_id
