"""Ended runs that may be asked for again, and whose a vendor's id is."""

from videogen.domain.run import FailureClass, Run, RunStatus
from videogen.store.database import Database

NEWER_REQUEUE = """
    SELECT run_id FROM run WHERE requeued_from = $run_id ORDER BY queued_at DESC, run_id LIMIT 1
"""


def newer_requeue(database: Database, run_id: str) -> str | None:
    """The run that was asked for in its place; None: nobody asked again."""
    newer: str | None = database.value(NEWER_REQUEUE, run_id=run_id)
    return newer


# Uncertain ones are left out, settled ones too, and those whose paid call still holds money: they
# may be billed, and a person decides on each.
REQUEUEABLE_RUNS = """
    SELECT * FROM run
    WHERE status IN ('failed', 'lost', 'cancelled') AND failure_class IS DISTINCT FROM 'uncertain'
      AND ($campaign_id IS NULL OR campaign_id = $campaign_id)
      AND ($condition_id IS NULL OR condition_id = $condition_id)
      AND ($status IS NULL OR status = $status)
      AND ($failure_class IS NULL OR failure_class = $failure_class)
      AND run_id NOT IN (SELECT requeued_from FROM run WHERE requeued_from IS NOT NULL)
      AND run_id NOT IN (
          SELECT attempt.run_id FROM reservation JOIN attempt USING (attempt_id)
          WHERE reservation.state = 'held'
      )
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
        REQUEUEABLE_RUNS,
        campaign_id=campaign_id,
        condition_id=condition_id,
        failure_class=failure_class,
        status=status,
    )


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
