"""Criteria, frozen decisions, setup steps and the log of events."""

from dataclasses import dataclass

from videogen.domain.decision import Criteria
from videogen.domain.event import Event, FrozenDecision, SetupStep
from videogen.errors import NotFoundError
from videogen.store.database import Database

CRITERIA = """
    SELECT * FROM criterion WHERE ($version IS NULL OR version = $version)
    ORDER BY version DESC LIMIT 1
"""


def criteria(database: Database, version: int | None = None) -> Criteria:
    """One version of the thresholds, the newest unless told.

    Raises: NotFoundError.
    """
    for found in database.rows(Criteria, CRITERIA, version=version):
        return found
    raise NotFoundError(field="criteria_version", value=version)


CRITERIA_HISTORY = "SELECT * FROM criterion ORDER BY version"


def criteria_history(database: Database) -> list[Criteria]:
    """Every version, oldest first."""
    return database.rows(Criteria, CRITERIA_HISTORY)


FROZEN_DECISIONS = """
    SELECT * FROM decision WHERE campaign_id = $campaign_id ORDER BY frozen_at DESC, decision_id
"""


def frozen_decisions(database: Database, campaign_id: str) -> list[FrozenDecision]:
    """Newest first."""
    return database.rows(FrozenDecision, FROZEN_DECISIONS, campaign_id=campaign_id)


FROZEN_DECISION = "SELECT * FROM decision WHERE decision_id = $decision_id"


def get_frozen_decision(database: Database, decision_id: str) -> FrozenDecision:
    """Raises: NotFoundError."""
    for found in database.rows(FrozenDecision, FROZEN_DECISION, decision_id=decision_id):
        return found
    raise NotFoundError(field="decision_id", value=decision_id)


SETUP_STEPS = "SELECT * FROM setup_step ORDER BY done_on, setup_step_id"


def setup_steps(database: Database) -> list[SetupStep]:
    """Oldest first."""
    return database.rows(SetupStep, SETUP_STEPS)


SETUP_HOURS = """
    SELECT condition_name, sum(person_hours) AS person_hours,
           sum(machine_hours) AS machine_hours, count(*) AS n_steps
    FROM setup_step GROUP BY condition_name ORDER BY condition_name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupHours:
    condition_name: str
    person_hours: float
    machine_hours: float
    n_steps: int


def setup_hours(database: Database) -> list[SetupHours]:
    """What each condition took before its first clip, of those with any step."""
    return database.rows(SetupHours, SETUP_HOURS)


EVENTS_OF_SUBJECT = """
    SELECT * FROM event WHERE subject_id = $subject_id ORDER BY "at", rowid
"""


def events_of(database: Database, subject_id: str) -> list[Event]:
    """Oldest first."""
    return database.rows(Event, EVENTS_OF_SUBJECT, subject_id=subject_id)


EVENTS_OF_ROOM = """
    SELECT * FROM event WHERE kind LIKE $prefix || '%' ORDER BY "at", rowid
"""


def events_of_room(database: Database, room: str) -> list[Event]:
    """Those whose kind begins with the room's name, such as "poc"; oldest first."""
    return database.rows(Event, EVENTS_OF_ROOM, prefix=f"{room}.")
