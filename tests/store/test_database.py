"""One connection for all threads, one writer at a time."""

import contextlib
import threading
import time
from datetime import UTC
from pathlib import Path

import pytest

from tests.store.records import NOON, make_run
from videogen.domain.run import RunStatus
from videogen.errors import NotFoundError
from videogen.store import Database, find_runs, get_run, save


def test_the_version_grows_with_every_commit_and_not_without(database: Database) -> None:
    before = database.version

    save(database, make_run("r1"), make_run("r2"))
    find_runs(database)
    with pytest.raises(RuntimeError), database.write():
        raise RuntimeError

    assert database.version == before + 1


def test_a_block_that_fails_stores_nothing_and_the_next_one_does(database: Database) -> None:
    def save_and_fail() -> None:
        with database.write():
            save(database, make_run("r1"))
            assert get_run(database, "r1")  # a block sees its own rows
            raise RuntimeError

    with pytest.raises(RuntimeError):
        save_and_fail()
    save(database, make_run("r2"))

    assert [run.run_id for run in find_runs(database)] == ["r2"]


def test_others_see_a_block_only_when_it_has_ended(database: Database) -> None:
    seen: list[int] = []

    def look() -> None:
        seen.append(len(find_runs(database)))

    with database.write():
        save(database, make_run("r1"))
        in_thread(look)
    in_thread(look)

    assert seen == [0, 1]


def test_rows_are_changed_inside_a_write_block_only(database: Database) -> None:
    with pytest.raises(RuntimeError, match="write"):
        database.execute("DELETE FROM run")


def test_the_cursor_of_a_thread_goes_when_the_thread_ends(database: Database) -> None:
    for _ in range(20):
        in_thread(lambda: find_runs(database))

    assert len(database._cursors) <= 2


def test_closing_frees_the_file_though_other_threads_had_read(tmp_path: Path) -> None:
    path = tmp_path / "videogen.duckdb"
    database = Database.open(path)
    has_read, may_end = threading.Event(), threading.Event()

    def read_and_stay() -> None:
        find_runs(database)
        has_read.set()
        may_end.wait(10)

    thread = threading.Thread(target=read_and_stay)
    thread.start()
    has_read.wait(10)

    database.close()
    database.close()  # twice does no harm

    Database.open(path).close()
    may_end.set()
    thread.join()


def test_times_come_back_in_utc(database: Database) -> None:
    save(database, make_run("r1", queued_at=NOON))

    assert get_run(database, "r1").queued_at.tzinfo is UTC


def test_a_final_run_is_in_the_file_and_no_longer_in_the_log_only(tmp_path: Path) -> None:
    path = tmp_path / "videogen.duckdb"
    log = tmp_path / "videogen.duckdb.wal"
    with Database.open(path) as database:
        save(database, make_run("r1"))
        assert log.stat().st_size > 0

        save(database, make_run("r1", status=RunStatus.SUCCEEDED))

        assert not log.exists() or log.stat().st_size == 0


def in_thread(work: object) -> None:
    assert callable(work)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_closing_while_another_thread_reads_frees_the_folder(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "videogen.duckdb")
    began = threading.Event()

    def read() -> None:
        began.set()
        with contextlib.suppress(Exception):  # interrupted, which is the point
            database.value("SELECT sum(a.range * b.range) FROM range(40000) a, range(40000) b")

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    began.wait()
    time.sleep(0.1)

    database.close()

    Database.open(tmp_path / "videogen.duckdb").close()
    reader.join(timeout=10)
    assert not reader.is_alive()


def test_a_database_that_was_opened_again_still_folds_its_log_into_the_file(
    tmp_path: Path,
) -> None:
    with Database.open(tmp_path / "videogen.duckdb") as database:
        save(database, make_run("r1"))

    with Database.open(tmp_path / "videogen.duckdb") as database:
        save(database, make_run("r1", status=RunStatus.RUNNING))  # a row that lies in the file
        save(database, make_run("r1", status=RunStatus.SUCCEEDED))  # a final word asks for it

        log = tmp_path / "videogen.duckdb.wal"
        assert not log.exists() or log.stat().st_size == 0


def test_a_copy_and_reads_of_every_kind_leave_nothing_in_a_checkpoints_way(
    tmp_path: Path,
) -> None:
    with Database.open(tmp_path / "videogen.duckdb") as database:
        save(database, *(make_run(f"r{n}") for n in range(3000)))

    with Database.open(tmp_path / "videogen.duckdb") as database:
        database.back_up(tmp_path / "copy.duckdb")
        in_thread(lambda: find_runs(database, limit=3000))
        assert database.value("SELECT run_id FROM run ORDER BY run_id") == "r0"  # of many rows
        with pytest.raises(NotFoundError):
            get_run(database, "nobody")
        save(database, make_run("r1", status=RunStatus.RUNNING))

        database.checkpoint()  # raises when a transaction is open beside it
