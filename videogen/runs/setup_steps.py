"""Writing down what it took to get a condition running: the brief's "setup time", as hours."""

import math
import uuid
from collections.abc import Container
from datetime import datetime

from videogen import store
from videogen.domain.event import SetupStep
from videogen.errors import InvalidInputError
from videogen.store import Database

MAX_HOURS = 24 * 31  # a step of more than a month is several steps
MAX_CHARACTERS = 200


def record_setup_step(
    database: Database,
    *,
    condition_name: str,
    known_names: Container[str],
    what: str,
    person_hours: float,
    machine_hours: float,
    done_on: datetime,
    who: str,
    now: datetime,
) -> SetupStep:
    """Raises: InvalidInputError: names the field."""
    if condition_name not in known_names:
        raise InvalidInputError("setup_condition", field="condition_name", value=condition_name)
    if not what.strip():
        raise InvalidInputError("setup_what", field="what", value=what)
    if not who.strip():
        raise InvalidInputError("setup_who", field="who", value=who)
    _check_hours(person_hours, machine_hours)
    if done_on > now:
        raise InvalidInputError("setup_day", field="done_on", value=done_on.date().isoformat())
    step = SetupStep(
        setup_step_id=str(uuid.uuid4()),
        condition_name=condition_name,
        what=what.strip()[:MAX_CHARACTERS],
        person_hours=person_hours,
        machine_hours=machine_hours,
        done_on=done_on,
        who=who.strip()[:MAX_CHARACTERS],
    )
    store.save(database, step)
    return step


def _check_hours(person_hours: float, machine_hours: float) -> None:
    for field, hours in (("person_hours", person_hours), ("machine_hours", machine_hours)):
        if not math.isfinite(hours) or not 0 <= hours <= MAX_HOURS:
            raise InvalidInputError("setup_hours", field=field, value=hours, limit=MAX_HOURS)
    if person_hours == machine_hours == 0:
        raise InvalidInputError("setup_no_hours", field="person_hours", value=0)
