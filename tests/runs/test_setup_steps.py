"""Setup time: what is written down, and what is refused with its field."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from videogen import store
from videogen.domain.event import SetupStep
from videogen.errors import InvalidInputError
from videogen.runs.setup_steps import record_setup_step
from videogen.store import Database
from videogen.texts import error_hint, error_message

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def recorded(database: Database, **changes: Any) -> SetupStep:
    fields: dict[str, Any] = {
        "condition_name": "wan-1.3b",
        "known_names": {"wan-1.3b", "wan-14b"},
        "what": "install WanVideoWrapper",
        "person_hours": 3.0,
        "machine_hours": 0.5,
        "done_on": NOW,
        "who": "Nok",
        "now": NOW,
    }
    return record_setup_step(database, **{**fields, **changes})


def test_hours_are_summed_by_condition(tmp_path: Path) -> None:
    with Database.open(tmp_path / "videogen.duckdb") as database:
        recorded(database)
        recorded(database, what="download", person_hours=0.5, machine_hours=2.0)
        recorded(database, condition_name="wan-14b")

        sums = store.setup_hours(database)

    assert [(one.condition_name, one.person_hours, one.machine_hours) for one in sums] == [
        ("wan-1.3b", 3.5, 2.5),
        ("wan-14b", 3.0, 0.5),
    ]
    assert sums[0].n_steps == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"condition_name": "wan-99b"}, "condition_name"),
        ({"what": " "}, "what"),
        ({"who": ""}, "who"),
        ({"person_hours": -1.0}, "person_hours"),
        ({"machine_hours": 24.0 * 31 + 1}, "machine_hours"),
        ({"person_hours": float("nan")}, "person_hours"),
        ({"person_hours": 0.0, "machine_hours": 0.0}, "person_hours"),
        ({"done_on": NOW + timedelta(days=1)}, "done_on"),
    ],
)
def test_a_step_that_cannot_be_is_refused(
    tmp_path: Path, change: dict[str, Any], field: str
) -> None:
    with Database.open(tmp_path / "videogen.duckdb") as database:
        with pytest.raises(InvalidInputError) as refused:
            recorded(database, **change)

        assert refused.value.field == field
        assert error_hint(refused.value, "th")
        assert "{" not in error_message(refused.value, "th")
        assert store.setup_steps(database) == []
