"""A real database in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NewDatabase
from videogen.store import Database


@pytest.fixture
def database(tmp_path: Path, new_database: NewDatabase) -> Iterator[Database]:
    with Database.open(new_database.at(tmp_path / "data" / "videogen.duckdb")) as opened:
        yield opened
