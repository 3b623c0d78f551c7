"""Each migration is applied once, whole, after a backup."""

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.store.records import make_run
from videogen.store import Database, find_runs, save
from videogen.store.migration import MIGRATIONS_FOLDER


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    """Our own migrations, to which a test adds the next."""
    return Path(shutil.copytree(MIGRATIONS_FOLDER, tmp_path / "migrations"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "videogen.duckdb"


def test_a_new_database_needs_no_backup(path: Path) -> None:
    Database.open(path).close()

    assert not (path.parent / "backups").exists()


def test_a_later_migration_backs_up_the_old_rows_first(path: Path, migrations: Path) -> None:
    with Database.open(path, migrations=migrations) as database:
        save(database, make_run("r1"))
    add_migration(migrations, "ALTER TABLE run ADD COLUMN note VARCHAR;")

    with Database.open(path, migrations=migrations) as database:
        assert database.value("SELECT count(note) FROM run") == 0
        assert [run.run_id for run in find_runs(database)] == ["r1"]

    (backup,) = (path.parent / "backups").iterdir()
    with Database.open(moved(backup, path.parent / "restored")) as old:
        assert [run.run_id for run in find_runs(old)] == ["r1"]
        with pytest.raises(duckdb.BinderException):
            old.value("SELECT note FROM run")


def test_a_migration_is_applied_once(path: Path, migrations: Path) -> None:
    add_migration(migrations, "CREATE TABLE only_once (a INTEGER);")
    Database.open(path, migrations=migrations).close()

    with Database.open(path, migrations=migrations) as database:
        versions = "SELECT list(version ORDER BY version) FROM schema_version"
        assert database.value(versions) == list(range(1, newest(migrations) + 1))
    assert not (path.parent / "backups").exists()


def test_a_migration_that_fails_leaves_nothing_of_itself(path: Path, migrations: Path) -> None:
    with Database.open(path, migrations=migrations) as database:
        save(database, make_run("r1"))
    broken = add_migration(migrations, "CREATE TABLE half (a INTEGER); SELECT nonsense;")

    with pytest.raises(duckdb.Error):
        Database.open(path, migrations=migrations)
    broken.unlink()
    assert list((path.parent / "backups").iterdir()) == []  # a restart loop fills no disk

    with Database.open(path, migrations=migrations) as database:
        assert [run.run_id for run in find_runs(database)] == ["r1"]
        tables = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'half'"
        assert database.value(tables) == 0


def test_a_backup_holds_every_row_and_its_keys(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup" / "copy.duckdb"
    with Database.open(path) as database:
        save(database, make_run("r1"))
        database.back_up(target)
        save(database, make_run("r2"))

    with Database.open(target) as copy:
        save(copy, make_run("r1", seed=7))  # its key is known: replaced, not doubled
        assert [(run.run_id, run.seed) for run in find_runs(copy)] == [("r1", 7)]


def add_migration(folder: Path, sql: str) -> Path:
    file = folder / f"{newest(folder) + 1:04d}_next.sql"
    file.write_text(sql)
    return file


def newest(folder: Path) -> int:
    return len(list(folder.glob("*.sql")))


def moved(file: Path, folder: Path) -> Path:
    folder.mkdir()
    return Path(shutil.copy(file, folder / file.name))
