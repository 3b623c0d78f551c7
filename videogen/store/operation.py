"""What tells how the whole server does: whether it answers, its runs and events by number."""

from dataclasses import dataclass

from videogen.domain.event import Event
from videogen.domain.run import FailureClass, Origin, RunStatus
from videogen.store.database import Database

ANSWER = "SELECT 1"


def answers(database: Database) -> bool:
    """Raises what reading raises where it does not."""
    return bool(database.value(ANSWER) == 1)


RUN_TOTALS = """
    SELECT condition.backend, run.origin, run.status, run.failure_class, count(*) AS n_runs
    FROM run JOIN condition ON condition.condition_id = coalesce(run.routed_to, run.condition_id)
    GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTotal:
    """Alike runs of one kind of back end."""

    backend: str
    origin: Origin | None
    status: RunStatus
    failure_class: FailureClass | None
    n_runs: int


def run_totals(database: Database) -> list[RunTotal]:
    return database.rows(RunTotal, RUN_TOTALS)


# By the row: events only ever grow, and many have one time.
RUN_EVENTS = """
    SELECT event_id, "at", kind, subject_id, data FROM event
    WHERE kind LIKE 'run.%' AND ($run_id IS NULL OR subject_id = $run_id)
      AND ($after IS NULL OR rowid > (SELECT rowid FROM event WHERE event_id = $after))
    ORDER BY rowid LIMIT $limit
"""
LAST_EVENT = "SELECT event_id FROM event ORDER BY rowid DESC LIMIT 1"
HAS_EVENT = "SELECT count(*) > 0 FROM event WHERE event_id = $event_id"


def run_events(
    database: Database, *, run_id: str | None = None, after: str | None = None, limit: int
) -> list[Event]:
    """What became of runs, oldest first; `after` is the event_id of the last one that is known."""
    return database.rows(Event, RUN_EVENTS, run_id=run_id, after=after, limit=limit)


def last_event_id(database: Database) -> str | None:
    found: str | None = database.value(LAST_EVENT)
    return found


def has_event(database: Database, event_id: str) -> bool:
    return bool(database.value(HAS_EVENT, event_id=event_id))
