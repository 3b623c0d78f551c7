"""A real database with a campaign in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NewDatabase
from tests.panel.campaigns import Panel, make_panel
from videogen.store import Database


@pytest.fixture
def database(tmp_path: Path, new_database: NewDatabase) -> Iterator[Database]:
    with Database.open(new_database.at(tmp_path / "videogen.duckdb")) as opened:
        yield opened


@pytest.fixture
def panel(database: Database) -> Panel:
    return make_panel(database)
