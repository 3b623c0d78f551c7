"""A database is opened whole or not at all."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from tests.store.records import make_run
from videogen.errors import (
    DatabaseDamagedError,
    DatabaseNewerError,
    DataFolderHeldError,
    DataFolderUnusableError,
    VideogenError,
)
from videogen.store import Database, get_run, run_counts, save
from videogen.texts import LANGUAGES, error_hint, error_message

ROOT = Path(__file__).parents[2]

HOLD = """
import sys
from pathlib import Path
from videogen.store import Database
database = Database.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""

# Ends without closing anything: all rows stay in the write-ahead log.
DIE_WITH_A_WAL = """
import os, sys
from pathlib import Path
from tests.store.records import make_run
from videogen.store import Database, save
database = Database.open(Path(sys.argv[1]))
database.checkpoint()
for i in range(100):
    save(database, make_run(f"r{i}"))
os._exit(0)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "videogen.duckdb"


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a killed process leaves: a database with 100 rows in its write-ahead log only."""
    path = tmp_path_factory.mktemp("killed") / "videogen.duckdb"
    command = [sys.executable, "-c", DIE_WITH_A_WAL, str(path)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)
    return path


@pytest.fixture
def killed_path(killed: Path, path: Path) -> Path:
    """A copy of it for one test."""
    shutil.copy(killed, path)
    shutil.copy(wal(killed), wal(path))
    return path


def test_what_was_saved_is_there_after_reopening(path: Path) -> None:
    with Database.open(path) as database:
        save(database, make_run("r1"))

    with Database.open(path) as database:
        assert get_run(database, "r1").seed == 42


def test_a_new_file_is_one_that_an_older_duckdb_can_open(database: Database) -> None:
    tags = database.value("SELECT tags FROM duckdb_databases() WHERE database_name = 'videogen'")

    assert tags["storage_version"].startswith("v1.5.0")


def test_a_closed_database_leaves_no_wal(path: Path) -> None:
    with Database.open(path) as database:
        save(database, make_run("r1"))

    assert not wal(path).exists()


def test_a_wal_of_a_killed_process_is_taken_up_whole(killed_path: Path) -> None:
    with Database.open(killed_path) as database:
        assert sum(run_counts(database).values()) == 100


@pytest.mark.parametrize("place", [0.3, 0.5, 0.8])
def test_a_wal_damaged_in_the_middle_is_an_error_and_its_bytes_are_kept(
    killed_path: Path, place: float
) -> None:
    damaged = bytearray(wal(killed_path).read_bytes())
    start = int(len(damaged) * place)
    damaged[start : start + 64] = b"\xff" * 64
    wal(killed_path).write_bytes(damaged)
    database_bytes = killed_path.read_bytes()

    with pytest.raises(DatabaseDamagedError) as first:
        Database.open(killed_path)
    with pytest.raises(DatabaseDamagedError) as second:
        Database.open(killed_path)

    copies = [killed_path.with_name(name) for name in str(first.value.facts["copies"]).split(", ")]
    assert [copy.read_bytes() for copy in copies] == [database_bytes, bytes(damaged)]
    assert (killed_path.read_bytes(), wal(killed_path).read_bytes()) == (
        database_bytes,
        bytes(damaged),
    )
    assert second.value.facts["copies"] == first.value.facts["copies"]  # no second pair
    assert_has_sentences(first.value)


def test_a_wal_without_its_database_is_refused(killed_path: Path) -> None:
    killed_path.unlink()

    with pytest.raises(DatabaseDamagedError) as refusal:
        Database.open(killed_path)

    assert not killed_path.exists()
    assert wal(killed_path).exists()
    assert_has_sentences(refusal.value)


@pytest.mark.parametrize("content", [b"", b"no database" * 1000])
def test_a_file_that_is_no_database_is_refused_and_kept(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(DatabaseDamagedError) as refusal:
        Database.open(path)

    assert path.read_bytes() == content
    assert_has_sentences(refusal.value)


def test_a_second_process_is_told_who_holds_the_data_folder(path: Path) -> None:
    with holding(path) as pid, pytest.raises(DataFolderHeldError) as refusal:
        Database.open(path)

    assert refusal.value.exit_code == 4
    assert refusal.value.facts["pid"] == str(pid)
    assert_has_sentences(refusal.value)


def test_the_data_folder_is_free_when_its_holder_was_killed(path: Path) -> None:
    with holding(path):
        pass

    with Database.open(path) as database:
        assert sum(run_counts(database).values()) == 0


def test_a_second_opening_in_the_same_process_is_refused(path: Path) -> None:
    with Database.open(path), pytest.raises(DataFolderHeldError) as refusal:
        Database.open(path)

    assert refusal.value.facts["pid"] == str(os.getpid())


def test_a_failed_opening_gives_the_data_folder_back(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(DatabaseDamagedError):
        Database.open(path)
    path.unlink()

    Database.open(path).close()


def test_a_newer_schema_is_refused_and_left_alone(path: Path) -> None:
    Database.open(path).close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("INSERT INTO schema_version VALUES (9999, 'later', now()::TIMESTAMP)")
    before = path.read_bytes()

    with pytest.raises(DatabaseNewerError) as refusal:
        Database.open(path)

    assert path.read_bytes() == before
    assert_has_sentences(refusal.value)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(DataFolderUnusableError) as refusal:
        Database.open(tmp_path / "file" / "videogen.duckdb")

    assert_has_sentences(refusal.value)


def wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


@contextmanager
def holding(path: Path) -> Iterator[int]:
    """Another process has the database open; killed at the end."""
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        try:
            yield process.pid
        finally:
            process.kill()


def assert_has_sentences(error: VideogenError) -> None:
    for language in LANGUAGES:
        assert "{" not in error_message(error, language)
        assert error_hint(error, language)
