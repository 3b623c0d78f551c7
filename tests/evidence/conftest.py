"""A real database with one small campaign."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from videogen.store import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "data" / "videogen.duckdb") as opened:
        yield opened
