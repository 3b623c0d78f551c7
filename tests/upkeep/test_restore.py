"""A restore checks all of a backup first, never covers newer data unasked, and loses nothing."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.records import make_run
from tests.upkeep.folder import LATER, files_below, order_for, put_clip
from videogen import store
from videogen.domain.money import PaidCallsSwitch
from videogen.errors import (
    BackupDamagedError,
    DatabaseNewerError,
    DataFolderHeldError,
    DataFolderUnusableError,
    NewerDataError,
    RestoreUnfinishedError,
)
from videogen.store import Database, find_runs, save
from videogen.store.switching import JOURNAL_FILE, Switch, begin_switch, finish_switch
from videogen.upkeep import (
    FindingKind,
    Restored,
    RestoreOrder,
    check_data,
    find_backup,
    make_backup,
    read_manifest,
    restore_backup,
)

TOMORROW = LATER + timedelta(days=1)


def restore(data_dir: Path, target: Path | None = None, *, force: bool = False) -> Restored:
    backup = find_backup(data_dir / "backups", "latest")
    order = RestoreOrder(
        backup=backup, target=target or data_dir, who="ann", stop_why="look first", force=force
    )
    return restore_backup(order, TOMORROW)


def run_ids(data_dir: Path) -> list[str]:
    with Database.open(data_dir / "videogen.duckdb") as database:
        return sorted(run.run_id for run in find_runs(database))


def test_an_empty_folder_gets_rows_and_files(data_dir: Path, tmp_path: Path) -> None:
    restored = restore(data_dir, tmp_path / "drill")

    assert restored.aside is None
    assert run_ids(tmp_path / "drill") == ["run-a", "run-b"]
    assert files_below(tmp_path / "drill" / "clips") == files_below(data_dir / "clips")
    assert not list((tmp_path / "drill").glob("restore-*"))
    with Database.open(tmp_path / "drill" / "videogen.duckdb") as database:
        (noted,) = store.events_of_room(database, "backup")
        assert noted.data["who"] == "ann"


def test_writing_to_what_was_restored_leaves_the_backup_as_it_was(
    data_dir: Path, tmp_path: Path
) -> None:
    restore(data_dir, tmp_path / "drill")
    with Database.open(tmp_path / "drill" / "videogen.duckdb") as database:
        save(database, *(make_run(f"more-{n}") for n in range(50)))

    restore(data_dir, tmp_path / "second")

    assert run_ids(tmp_path / "second") == ["run-a", "run-b"]


def test_newer_data_are_kept_unless_it_is_forced(data_dir: Path) -> None:
    with Database.open(data_dir / "videogen.duckdb") as database:
        put_clip(database, data_dir, "new", queued_at=LATER)

    with pytest.raises(NewerDataError):
        restore(data_dir)
    assert run_ids(data_dir) == ["run-a", "run-b", "run-new"]

    restored = restore(data_dir, force=True)
    assert run_ids(data_dir) == ["run-a", "run-b"]
    assert restored.aside is not None
    assert run_ids(restored.aside) == ["run-a", "run-b", "run-new"]
    assert len(list((restored.aside / "clips").rglob("*.mp4"))) == 3


def test_rows_that_a_backup_lacks_are_newer_whatever_the_clock_says(data_dir: Path) -> None:
    with Database.open(data_dir / "videogen.duckdb") as database:
        long_ago = LATER - timedelta(days=900)
        save(database, make_run("of-a-slow-clock", campaign_id=None, queued_at=long_ago))

    with pytest.raises(NewerDataError):
        restore(data_dir)


def test_a_backup_is_not_restored_into_itself(data_dir: Path) -> None:
    backup = find_backup(data_dir / "backups", "latest")
    before = files_below(backup)

    with pytest.raises(DataFolderUnusableError):
        restore(data_dir, backup, force=True)

    assert files_below(backup) == before


def test_data_that_cannot_be_read_are_moved_aside_only_when_forced(data_dir: Path) -> None:
    (data_dir / "videogen.duckdb").write_bytes(b"no database" * 5000)

    with pytest.raises(NewerDataError):
        restore(data_dir)
    restored = restore(data_dir, force=True)

    assert run_ids(data_dir) == ["run-a", "run-b"]
    assert restored.aside is not None
    assert (restored.aside / "videogen.duckdb").read_bytes().startswith(b"no database")


def test_a_folder_that_somebody_holds_is_refused(data_dir: Path) -> None:
    with Database.open(data_dir / "videogen.duckdb"), pytest.raises(DataFolderHeldError):
        restore(data_dir)


def test_one_rotten_clip_does_not_keep_the_rest_from_coming_back(
    data_dir: Path, tmp_path: Path
) -> None:
    folder = find_backup(data_dir / "backups", "latest")
    rotten, missing = sorted((folder / "clips").rglob("*.mp4"))
    rotten.write_bytes(b"?" * rotten.stat().st_size)
    missing.unlink()
    (objects,) = (data_dir / "backups" / "objects").rglob(missing.stem)
    objects.unlink()
    order = RestoreOrder(
        backup=folder, target=tmp_path / "new", who="ann", stop_why=None, without_damaged=True
    )

    restored = restore_backup(order, TOMORROW)

    left_out = {f"clips/{one.relative_to(folder / 'clips')}" for one in (rotten, missing)}
    assert set(restored.left_out) == left_out
    assert run_ids(tmp_path / "new") == ["run-a", "run-b"]
    assert len(list((tmp_path / "new" / "inputs").rglob("*.png"))) == 1
    with Database.open(tmp_path / "new" / "videogen.duckdb") as database:
        found = check_data(database, tmp_path / "new", TOMORROW).findings
    assert {one.subject for one in found if one.kind is FindingKind.FILE_MISSING} == left_out


def test_a_rotten_database_is_never_restored(data_dir: Path, tmp_path: Path) -> None:
    folder = find_backup(data_dir / "backups", "latest")
    (folder / "videogen.duckdb").write_bytes(b"?" * 9000)
    order = RestoreOrder(
        backup=folder, target=tmp_path / "new", who="ann", stop_why=None, without_damaged=True
    )

    with pytest.raises(BackupDamagedError):
        restore_backup(order, TOMORROW)


@pytest.mark.parametrize("what", ["a clip", "a missing file", "the manifest", "a row count"])
def test_a_backup_that_is_not_whole_changes_nothing(data_dir: Path, what: str) -> None:
    folder = find_backup(data_dir / "backups", "latest")
    clip = next((folder / "clips").rglob("*.mp4"))
    manifest = folder / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    if what == "a clip":
        content = clip.read_bytes()
        clip.unlink()
        clip.write_bytes(content[:-1] + b"?")
    elif what == "a missing file":
        (folder / "parquet" / "run.parquet").unlink()
    elif what == "the manifest":
        manifest.write_text("{}", encoding="utf-8")
    else:
        manifest.write_text(json.dumps(told | {"rows": {**told["rows"], "run": 3}}))

    with pytest.raises(BackupDamagedError):
        restore(data_dir)

    assert run_ids(data_dir) == ["run-a", "run-b"]
    assert not list(data_dir.glob("restore-*"))


@pytest.mark.parametrize(
    "path", ["../secret", "/etc/passwd", "clips/../../x", "elsewhere/x", "clips\\..\\x"]
)
def test_a_manifest_cannot_lead_out_of_the_folder(
    backed_up: Path, tmp_path: Path, path: str
) -> None:
    told = json.loads((find_backup(backed_up / "backups", "latest") / "manifest.json").read_text())
    told["files"][-1]["path"] = path
    (tmp_path / "manifest.json").write_text(json.dumps(told))

    with pytest.raises(BackupDamagedError):
        read_manifest(tmp_path)


def test_a_backup_of_a_newer_program_is_refused(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videogen.store.copies.newest_known_schema", lambda: 3)

    with pytest.raises(DatabaseNewerError):
        restore(data_dir)


def test_runs_that_would_begin_again_stop_paid_calls(data_dir: Path, tmp_path: Path) -> None:
    with Database.open(data_dir / "videogen.duckdb") as database:
        save(database, make_run("waiting"))
        for is_stopped, at in ((True, TOMORROW), (False, TOMORROW + timedelta(days=400))):
            switch = PaidCallsSwitch(
                switch_id=f"{at}", is_stopped=is_stopped, at=at, who="ann", why="the clock was off"
            )
            save(database, switch)
        make_backup(database, order_for(data_dir), TOMORROW)

    restored = restore(data_dir, tmp_path / "drill")

    assert restored.n_unfinished_runs == 1
    assert restored.are_paid_calls_stopped
    with Database.open(tmp_path / "drill" / "videogen.duckdb") as database:
        stop = store.paid_calls_stop(database)
        assert stop is not None
        assert stop.why == "look first"


NAMES = ("videogen.duckdb", "videogen.duckdb.wal", "clips", "inputs")


@pytest.mark.parametrize("n_moves", range(7))
def test_a_switch_that_was_cut_off_after_any_move_is_finished_by_whoever_opens_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_moves: int
) -> None:
    for name in NAMES:
        (tmp_path / name).write_text("old")
    (tmp_path / "staged").mkdir()
    for name in ("videogen.duckdb", "clips", "decisions"):
        (tmp_path / "staged" / name).write_text("new")
    switch = Switch(
        staged="staged", aside="aside", new=("videogen.duckdb", "clips", "decisions"), old=NAMES
    )
    begin_switch(tmp_path, switch)
    left = n_moves
    rename = Path.rename

    def limited(self: Path, target: Path) -> Path:
        nonlocal left
        if left == 0:
            raise OSError(5, "the power went")
        left -= 1
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", limited)
    with pytest.raises(RestoreUnfinishedError):
        finish_switch(tmp_path)
    monkeypatch.setattr(Path, "rename", rename)

    finish_switch(tmp_path)

    assert {name for name, text in texts(tmp_path).items() if text == "new"} == set(switch.new)
    assert texts(tmp_path / "aside") == dict.fromkeys(NAMES, "old")
    assert "old" not in texts(tmp_path).values()
    assert not (tmp_path / JOURNAL_FILE).exists()


def texts(folder: Path) -> dict[str, str]:
    return {one.name: one.read_text() for one in folder.iterdir() if one.is_file()}
