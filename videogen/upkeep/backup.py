"""One backup: the database as of one moment, and every file that its rows name."""

import logging
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import videogen
from videogen.clips.files import clip_path
from videogen.clips.intake import file_sha256
from videogen.domain.stopping import IsStopping, go_on, never
from videogen.errors import BackupDamagedError, DataFolderUnusableError, NotFoundError
from videogen.store import Database
from videogen.store.copies import (
    KeptFile,
    export_parquet,
    kept_files,
    kept_files_of_copy,
    read_copy,
)
from videogen.store.switching import sync
from videogen.upkeep.manifest import (
    DATABASE_FILE,
    FOLDERS,
    MANIFEST_FILE,
    PARQUET_FOLDER,
    SECRET_FILE,
    Backup,
    BackupFile,
    Manifest,
    finished_folders,
    free_stamp,
    newest_backup,
    read_manifest,
    unfinished_folders,
    write_manifest,
)
from videogen.upkeep.room import check_room, full_disk_named, hold_backups, share_a_disk
from videogen.upkeep.shelf import ContentDiffersError, Shelf, copy_hashed, try_link

LOG = logging.getLogger(__name__)

PARQUET_SHARE = 0.5  # of the database's size, at most; seen: a twentieth


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupOrder:
    data_dir: Path
    backup_dir: Path
    n_kept: int
    with_secret: bool = False  # the key that clip addresses are signed with
    is_stopping: IsStopping = never


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    files: tuple[BackupFile, ...]
    missing: tuple[str, ...]
    damaged: tuple[str, ...]


def make_backup(database: Database, order: BackupOrder, now: datetime) -> Backup:
    """Runs and ratings go on meanwhile. What is older than the newest `n_kept` goes afterwards.

    Raises: BackupRunningError; NoRoomError: nothing of it is left; DataFolderUnusableError;
        StoppedError.
    """
    began_s = time.monotonic()
    _check_apart(order)
    with hold_backups(order.backup_dir):
        _sweep(order.backup_dir)
        needed_bytes = _needed_bytes(database, order)
        check_room(order.backup_dir, needed_bytes)
        folder = order.backup_dir / free_stamp(order.backup_dir, now)
        try:
            with full_disk_named(order.backup_dir, needed_bytes):
                backup = _make(database, order, folder, now, began_s)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            _drop_unneeded(order.backup_dir)
            raise
        _prune(order.backup_dir, order.n_kept)
        return backup


def _check_apart(order: BackupOrder) -> None:
    """Among the files of the data a check would take backups for files of nobody.

    Raises: DataFolderUnusableError.
    """
    for name in FOLDERS:
        if order.backup_dir.resolve().is_relative_to((order.data_dir / name).resolve()):
            raise DataFolderUnusableError(folder=order.backup_dir, reason=f"it lies inside {name}/")


def _make(
    database: Database, order: BackupOrder, folder: Path, now: datetime, began_s: float
) -> Backup:
    folder.mkdir()
    copy = folder / DATABASE_FILE
    database.back_up(copy)
    facts = read_copy(copy)
    export_parquet(copy, folder / PARQUET_FOLDER)
    taken = _take_files(order, folder, kept_files_of_copy(copy))
    own = [copy, *sorted((folder / PARQUET_FOLDER).iterdir())]
    if order.with_secret:
        copy_hashed(order.data_dir / SECRET_FILE, folder / SECRET_FILE)
        (folder / SECRET_FILE).chmod(0o600)
        own.append(folder / SECRET_FILE)
    for place in (folder / PARQUET_FOLDER, folder, order.backup_dir):
        sync(place)
    manifest = Manifest(
        made_at=now,
        took_s=round(time.monotonic() - began_s, 3),
        program_version=videogen.__version__,
        schema_version=facts.schema_version,
        newest_at=facts.newest_at,
        rows=facts.rows,
        files=(*(_described(one, folder) for one in own), *taken.files),
        missing=taken.missing,
        damaged=taken.damaged,
    )
    write_manifest(folder, manifest)
    return Backup(folder=folder, manifest=manifest)


def _take_files(order: BackupOrder, folder: Path, kept: list[KeptFile]) -> _Taken:
    shelf = Shelf(order.backup_dir)
    known = _known_before(order.backup_dir)
    files: list[BackupFile] = []
    missing: list[str] = []
    damaged: list[str] = []
    for one in kept:
        go_on(order.is_stopping)
        try:
            source = clip_path(order.data_dir, one.path)
            sha256 = _on_shelf(shelf, source, one.sha256 or known.get(one.path), one.sha256)
            size_bytes = shelf.place(sha256).stat().st_size
        except (NotFoundError, FileNotFoundError):
            missing.append(one.path)
            continue
        except ContentDiffersError:
            damaged.append(one.path)
            continue
        files.append(BackupFile(path=one.path, sha256=sha256, size_bytes=size_bytes))
        target = folder / one.path
        target.parent.mkdir(parents=True, exist_ok=True)
        try_link(shelf.place(sha256), target)  # else the shelf alone has it; restore looks there
    shelf.sync()
    return _Taken(files=tuple(files), missing=tuple(missing), damaged=tuple(damaged))


def _on_shelf(shelf: Shelf, source: Path, likely: str | None, wanted: str | None) -> str:
    """A thumbnail's row names no hash: while it is the same place on the disk it is not read."""
    if wanted is None and likely is not None and shelf.is_same(source, likely):
        return likely
    return shelf.keep(source, wanted)


def _known_before(backup_dir: Path) -> Mapping[str, str]:
    before = newest_backup(backup_dir)
    return {file.path: file.sha256 for file in before.manifest.files} if before else {}


def _described(file: Path, folder: Path) -> BackupFile:
    sync(file)
    return BackupFile(
        path=file.relative_to(folder).as_posix(),
        sha256=file_sha256(file),
        size_bytes=file.stat().st_size,
    )


def _needed_bytes(database: Database, order: BackupOrder) -> int:
    log = database.path.with_name(f"{database.path.name}.wal")
    rows = sum(file.stat().st_size for file in (database.path, log) if file.exists())
    needed = int(rows * (1 + PARQUET_SHARE))
    if share_a_disk(order.data_dir, order.backup_dir):
        return needed
    shelf = Shelf(order.backup_dir)
    return needed + sum(
        one.size_bytes or 0
        for one in kept_files(database)
        if one.sha256 is not None and not shelf.has(one.sha256, one.size_bytes or 0)
    )


def _sweep(backup_dir: Path) -> None:
    """What a crash left behind."""
    for folder in unfinished_folders(backup_dir):
        shutil.rmtree(folder, ignore_errors=True)


def _prune(backup_dir: Path, n_kept: int) -> None:
    for folder in finished_folders(backup_dir)[: -max(1, n_kept)]:
        # The manifest first: what is half removed counts as unfinished.
        (folder / MANIFEST_FILE).unlink()
        sync(folder)
        shutil.rmtree(folder, ignore_errors=True)
    _drop_unneeded(backup_dir)


def _drop_unneeded(backup_dir: Path) -> None:
    try:
        needed = {one.sha256 for one in _all_files(backup_dir)}
    except BackupDamagedError as error:
        LOG.warning("nothing is cleared away while a manifest cannot be read: %s", error)
        return
    Shelf(backup_dir).drop_all_but(needed)


def _all_files(backup_dir: Path) -> Iterator[BackupFile]:
    for folder in finished_folders(backup_dir):
        yield from read_manifest(folder).files
