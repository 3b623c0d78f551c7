"""A real database with a campaign in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.panel.campaigns import Panel, make_panel
from videogen.store import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "videogen.duckdb") as opened:
        yield opened


@pytest.fixture
def panel(database: Database) -> Panel:
    return make_panel(database)
