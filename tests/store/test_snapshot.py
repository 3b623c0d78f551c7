"""What is read in a snapshot is of one moment, while others go on writing."""

import threading
from pathlib import Path

import pytest

from videogen.domain.decision import Criteria
from videogen.store import Database, criteria_history, save


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "videogen.duckdb"


def test_another_threads_commit_shows_only_after_the_snapshot(path: Path) -> None:
    with Database.open(path) as database:
        save(database, Criteria(version=1))
        with database.snapshot(), database.snapshot():
            before = len(criteria_history(database))
            other = threading.Thread(target=save, args=(database, Criteria(version=2)))
            other.start()
            other.join(timeout=5)
            within = len(criteria_history(database))
        after = len(criteria_history(database))

    assert not other.is_alive()
    assert (before, within, after) == (1, 1, 2)


def test_a_snapshot_inside_a_write_sees_what_was_written_there(path: Path) -> None:
    with Database.open(path) as database:
        with database.write():
            save(database, Criteria(version=1))
            with database.snapshot():
                seen = len(criteria_history(database))
        kept = len(criteria_history(database))

    assert (seen, kept) == (1, 1)


def test_after_a_failed_read_the_thread_can_write_again(path: Path) -> None:
    with Database.open(path) as database:
        with pytest.raises(Exception, match="nowhere"), database.snapshot():
            database.value("SELECT * FROM nowhere")
        save(database, Criteria(version=1))
        database.checkpoint()

        assert len(criteria_history(database)) == 1
