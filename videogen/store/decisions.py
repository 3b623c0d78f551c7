"""Criteria, frozen decisions, setup steps and the log of events."""

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


SETUP_STEPS = "SELECT * FROM setup_step ORDER BY done_on, setup_step_id"


def setup_steps(database: Database) -> list[SetupStep]:
    """Oldest first."""
    return database.rows(SetupStep, SETUP_STEPS)


EVENTS_OF_SUBJECT = """
    SELECT * FROM event WHERE subject_id = $subject_id ORDER BY "at", rowid
"""


def events_of(database: Database, subject_id: str) -> list[Event]:
    """Oldest first."""
    return database.rows(Event, EVENTS_OF_SUBJECT, subject_id=subject_id)
