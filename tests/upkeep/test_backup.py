"""A backup is whole or none, costs what is new, and never stands in the work's way."""

import dataclasses
import threading
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests.store.records import make_run
from tests.upkeep.folder import LATER, content_of, files_below, order_for, put_clip
from videogen.domain.stopping import StoppedError
from videogen.errors import BackupRunningError, DataFolderUnusableError, NoRoomError
from videogen.store import Database, save
from videogen.store.copies import read_copy
from videogen.upkeep import (
    OBJECTS_FOLDER,
    finished_folders,
    make_backup,
    room,
    verify_backup,
)
from videogen.upkeep.room import hold_backups


@pytest.fixture
def data_dir(database: Database) -> Path:
    return database.path.parent


def test_a_backup_holds_the_rows_and_every_file_that_they_name(
    database: Database, data_dir: Path
) -> None:
    backup = make_backup(database, order_for(data_dir), LATER)

    held = files_below(backup.folder)
    assert {"videogen.duckdb", "manifest.json", "parquet/run.parquet"} <= held.keys()
    for name, content in files_below(data_dir / "clips").items():
        assert held[f"clips/{name}"] == content
    assert [name for name in held if name.startswith("inputs/")]
    assert backup.manifest.rows["run"] == 2
    assert "secret.key" not in held
    verify_backup(backup.folder)
    parquet = f"SELECT run_id FROM '{backup.folder}/parquet/run.parquet' ORDER BY run_id"
    assert duckdb.connect().execute(parquet).fetchall() == [("run-a",), ("run-b",)]  # without us
    assert "parquet/access_token.parquet" not in held


def test_a_second_backup_shares_the_files_of_the_first(database: Database, data_dir: Path) -> None:
    first = make_backup(database, order_for(data_dir), LATER)

    second = make_backup(database, order_for(data_dir), LATER + timedelta(days=1))

    for path in (one.path for one in first.manifest.files if one.path.startswith("clips/")):
        assert (second.folder / path).samefile(first.folder / path)
        assert (second.folder / path).samefile(data_dir / path)


def test_a_file_that_a_backup_shares_cannot_be_written_in_place(
    database: Database, data_dir: Path
) -> None:
    make_backup(database, order_for(data_dir), LATER)

    modes = {file.stat().st_mode & 0o222 for file in (data_dir / "clips").rglob("*.mp4")}

    assert modes == {0}


def test_a_clock_that_was_put_back_costs_no_backup(database: Database, data_dir: Path) -> None:
    order = order_for(data_dir, n_kept=2)
    older, newer = (make_backup(database, order, LATER + timedelta(days=day)) for day in (2, 3))

    again = make_backup(database, order, LATER + timedelta(days=3))
    before = make_backup(database, order, LATER)

    assert finished_folders(order.backup_dir) == [again.folder, before.folder]
    assert before.manifest.made_at == LATER
    assert not older.folder.exists()
    assert newer.folder != again.folder
    verify_backup(before.folder)


def test_a_backups_folder_among_the_clips_is_refused(database: Database, data_dir: Path) -> None:
    with pytest.raises(DataFolderUnusableError):
        make_backup(database, order_for(data_dir, data_dir / "clips" / "backups"), LATER)

    assert not (data_dir / "clips" / "backups").exists()


def test_another_disk_gets_copies_that_share_nothing(
    database: Database, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("os.link", refuse)

    backup = make_backup(database, order_for(data_dir, tmp_path / "away"), LATER)

    verify_backup(backup.folder)
    objects = files_below(tmp_path / "away" / OBJECTS_FOLDER)
    assert content_of("a") in objects.values()
    assert not (backup.folder / "clips").exists() or not files_below(backup.folder / "clips")


def test_a_lost_and_a_damaged_file_are_named_and_stop_nothing(
    database: Database, data_dir: Path
) -> None:
    lost, damaged = sorted((data_dir / "clips").rglob("*.mp4"))
    lost.unlink()
    damaged.write_bytes(b"x" * damaged.stat().st_size)

    manifest = make_backup(database, order_for(data_dir), LATER).manifest

    assert manifest.missing == (lost.relative_to(data_dir).as_posix(),)
    assert manifest.damaged == (damaged.relative_to(data_dir).as_posix(),)


def test_the_oldest_go_and_with_them_what_no_other_needs(
    database: Database, data_dir: Path
) -> None:
    order = order_for(data_dir, n_kept=2)
    make_backup(database, order, LATER)
    (gone,) = (one for one in (data_dir / "clips").rglob("*.mp4") if content_of("b") in all_of(one))
    gone.unlink()

    for day in (1, 2):
        make_backup(database, order, LATER + timedelta(days=day))

    kept = finished_folders(order.backup_dir)
    assert [folder.name[:8] for folder in kept] == ["20261124", "20261125"]
    shelf = files_below(order.backup_dir / OBJECTS_FOLDER)
    assert content_of("a") in shelf.values()
    assert content_of("b") not in shelf.values()


def test_what_a_crash_left_is_cleared_away_by_the_next(database: Database, data_dir: Path) -> None:
    order = order_for(data_dir)
    half = make_backup(database, order, LATER).folder
    (half / "manifest.json").unlink()
    before_migration = order.backup_dir / "videogen-schema-0006-20261122T120000000000Z.duckdb"
    before_migration.write_bytes(b"kept")

    whole = make_backup(database, order, LATER + timedelta(days=1))

    assert finished_folders(order.backup_dir) == [whole.folder]
    assert not half.exists()
    assert before_migration.exists()


def test_a_full_disk_is_named_and_nothing_of_it_is_left(
    database: Database, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = order_for(data_dir)
    good = make_backup(database, order, LATER)
    put_clip(database, data_dir, "new")
    before = files_below(order.backup_dir)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("videogen.upkeep.backup.write_manifest", refuse)
    with pytest.raises(NoRoomError):
        make_backup(database, order, LATER + timedelta(days=1))

    assert files_below(order.backup_dir) == before
    verify_backup(good.folder)


def test_too_little_room_is_said_before_anything_is_written(
    database: Database, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "SPARE_BYTES", 10**18)

    with pytest.raises(NoRoomError) as refused:
        make_backup(database, order_for(data_dir), LATER)

    needed_mb, free_mb = (refused.value.facts[name] for name in ("needed_mb", "free_mb"))
    assert isinstance(needed_mb, int)
    assert isinstance(free_mb, int)
    assert needed_mb > free_mb
    assert finished_folders(data_dir / "backups") == []


def test_only_one_at_a_time(database: Database, data_dir: Path) -> None:
    order = order_for(data_dir)

    with hold_backups(order.backup_dir), pytest.raises(BackupRunningError):
        make_backup(database, order, LATER)


def test_one_that_is_told_to_stop_leaves_nothing(database: Database, data_dir: Path) -> None:
    order = dataclasses.replace(order_for(data_dir), is_stopping=lambda: True)

    with pytest.raises(StoppedError):
        make_backup(database, order, LATER)

    assert [one.name for one in order.backup_dir.iterdir()] == ["backup.lock"]


def test_what_is_written_together_is_copied_together(database: Database, data_dir: Path) -> None:
    stop = threading.Event()

    def write_pairs() -> None:
        n = 0
        while not stop.is_set():
            with database.write():
                save(database, make_run(f"left-{n}"), make_run(f"right-{n}"))
            n += 1

    writer = threading.Thread(target=write_pairs)
    writer.start()
    try:
        copies = [data_dir / f"copy-{n}.duckdb" for n in range(3)]
        for copy in copies:
            database.back_up(copy)
    finally:
        stop.set()
        writer.join()

    assert [read_copy(copy).rows["run"] % 2 for copy in copies] == [0, 0, 0]
    assert list(data_dir.glob("*.unfinished*")) == []


def all_of(file: Path) -> bytes:
    return file.read_bytes()
