"""SIGKILL at random moments of backup, restore and migration: data whole, the state before there.

A kill leaves the old or the new state, what is finished stays whole, and the next try works.
"""

import random
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.upkeep.busy_process import kill_while
from tests.upkeep.folder import LATER, furnish, order_for, put_clip
from videogen.store import Database, find_runs
from videogen.store.copies import newest_known_schema, read_copy
from videogen.store.migration import MIGRATIONS_FOLDER
from videogen.upkeep import (
    FindingKind,
    check_data,
    finished_folders,
    make_backup,
    verify_backup,
)

SAMPLE = (1, 2)
SOAK = range(100, 150)
# Of one backup, restore or migration on a quiet machine, and a little more.
LONGEST_S = 1.2
LOST = frozenset({FindingKind.FILE_MISSING, FindingKind.FILE_SIZE, FindingKind.FILE_HASH})
FIRST, SECOND = ["run-a", "run-b"], ["run-a", "run-b", "run-c"]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two backups: of two runs, and of three."""
    folder = tmp_path_factory.mktemp("kills") / "data"
    with furnish(folder) as database:
        make_backup(database, order_for(folder), LATER)
        put_clip(database, folder, "c")
        make_backup(database, order_for(folder), LATER + timedelta(hours=1))
    return folder


@pytest.fixture(scope="module")
def old_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as the first program left it, with 500 runs."""
    folder = tmp_path_factory.mktemp("old")
    (folder / "migrations").mkdir()
    first = min(MIGRATIONS_FOLDER.glob("*.sql"))
    shutil.copy(first, folder / "migrations" / first.name)
    path = folder / "old" / "videogen.duckdb"
    with Database.open(path, migrations=folder / "migrations") as database, database.write():
        database.execute("""
            INSERT INTO run (run_id, condition_id, prompt_id, seed, status, owner, queued_at,
                             cancel_requested)
            SELECT 'r' || i, 'c', 'p', i, 'failed', 'ann', TIMESTAMP '2026-11-01', false
            FROM range(500) AS n(i)
        """)
    return folder / "old"


def kill_a_backup(template: Path, folder: Path, chance: random.Random) -> None:
    shutil.copytree(template, folder, dirs_exist_ok=True)

    kill_while("backup", folder, chance, LONGEST_S)

    finished = finished_folders(folder / "backups")
    assert finished
    for backup in finished:
        verify_backup(backup)
    with Database.open(folder / "videogen.duckdb") as database:
        assert sorted(run.run_id for run in find_runs(database)) == SECOND
        newest = make_backup(database, order_for(folder), datetime.now(UTC) + timedelta(hours=1))
    verify_backup(newest.folder)
    present = {one.name for one in (folder / "backups").iterdir() if one.is_dir()}
    assert present == {"objects", *(one.name for one in finished_folders(folder / "backups"))}
    assert not list((folder / "backups" / "objects").rglob("*.part"))


def kill_a_restore(template: Path, folder: Path, chance: random.Random) -> None:
    shutil.copytree(template, folder, dirs_exist_ok=True)

    kill_while("restore", folder, chance, LONGEST_S)

    with Database.open(folder / "videogen.duckdb") as database:
        assert sorted(run.run_id for run in find_runs(database)) in (FIRST, SECOND)
        found = check_data(database, folder, LATER, with_hashes=True)
    assert not [one for one in found.findings if one.kind in LOST]
    for backup in finished_folders(folder / "backups"):
        verify_backup(backup)
    for aside in folder.glob("before-restore-*"):
        if any(aside.iterdir()):
            assert read_copy(aside / "videogen.duckdb").rows["run"] in (2, 3)


def kill_a_migration(old: Path, folder: Path, chance: random.Random) -> None:
    folder.mkdir(exist_ok=True)
    shutil.copytree(old, folder / "old")

    kill_while("migration", folder, chance, LONGEST_S)

    for migrated in sorted((folder / "migrated").glob("[0-9][0-9][0-9][0-9]"))[-2:]:
        path = migrated / "videogen.duckdb"
        found = read_copy(path)
        assert found.schema_version in (1, newest_known_schema())
        assert found.rows["run"] == 500
        if found.schema_version > 1:
            (before,) = (migrated / "backups").glob("videogen-schema-0001-*.duckdb")
            assert read_copy(before).rows["run"] == 500
        with Database.open(path) as database:
            assert len(find_runs(database, limit=1000)) == 500


@pytest.mark.parametrize("seed", SAMPLE)
def test_a_few_kills_leave_data_whole(
    template: Path, old_schema: Path, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    kill_a_backup(template, tmp_path / "backup", chance)
    kill_a_restore(template, tmp_path / "restore", chance)
    kill_a_migration(old_schema, tmp_path / "migration", chance)


@pytest.mark.soak
@pytest.mark.parametrize("seed", SOAK)
def test_a_killed_backup_leaves_the_others_whole(template: Path, tmp_path: Path, seed: int) -> None:
    kill_a_backup(template, tmp_path / "data", random.Random(seed))


@pytest.mark.soak
@pytest.mark.parametrize("seed", SOAK)
def test_a_killed_restore_leaves_the_old_or_the_new_data(
    template: Path, tmp_path: Path, seed: int
) -> None:
    kill_a_restore(template, tmp_path / "data", random.Random(seed))


@pytest.mark.soak
@pytest.mark.parametrize("seed", SOAK)
def test_a_killed_migration_leaves_the_old_or_the_new_schema(
    old_schema: Path, tmp_path: Path, seed: int
) -> None:
    kill_a_migration(old_schema, tmp_path / "data", random.Random(seed))
