"""Putting a backup in the place of a data folder: checked whole first, then switched at once."""

import os
import shutil
import time
import uuid
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from videogen.clips.intake import file_sha256
from videogen.errors import (
    BackupDamagedError,
    DatabaseDamagedError,
    DatabaseNewerError,
    DataFolderUnusableError,
    NewerDataError,
)
from videogen.store.copies import CopyFacts, note_restore, read_copy
from videogen.store.opening import hold_folder
from videogen.store.switching import Switch, begin_switch, finish_switch, sync
from videogen.upkeep.manifest import (
    DATABASE_FILE,
    FOLDERS,
    SECRET_FILE,
    Backup,
    BackupFile,
    finished_folders,
    read_manifest,
    stamp,
)
from videogen.upkeep.room import check_room, full_disk_named, hold_backups, share_a_disk
from videogen.upkeep.shelf import Shelf, copy_hashed, try_link

STAGED_PREFIX = "restore-staged-"
ASIDE_PREFIX = "before-restore-"
NEWEST = "latest"
# These grow without anything having been made, or can be made again. What people did is an event,
# but so is the backup itself.
PASSING = frozenset(
    {"event", "schema_version", "known_person", "ended_sign_in", "keyed_request", "backend_hold"}
    | {"rendition"}
)
SWITCHED = (DATABASE_FILE, f"{DATABASE_FILE}.wal", *FOLDERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreOrder:
    backup: Path  # a backup's folder
    target: Path  # a data folder, which may not stand yet
    who: str
    stop_why: str | None  # noted where unfinished runs make paid calls wait until somebody looks
    force: bool = False  # onto what is newer, or cannot be read
    without_damaged: bool = False  # the database and every file of the backup that is whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    backup: Backup
    target: Path
    aside: Path | None  # where what stood there is now
    n_files: int
    left_out: tuple[str, ...]  # files that the backup does not hold whole any more
    n_unfinished_runs: int  # queued or running when the backup was made: they begin again
    are_paid_calls_stopped: bool  # because of those
    took_s: float


def find_backup(backup_dir: Path, named: str) -> Path:
    """A path, a name below the backups folder, or "latest".

    Raises: BackupDamagedError: there is none.
    """
    if named == NEWEST:
        folders = finished_folders(backup_dir)
        if not folders:
            raise BackupDamagedError(backup=backup_dir, detail="no finished backup")
        return folders[-1]
    for folder in (backup_dir / named, Path(named)):
        if folder.is_dir():
            return folder.resolve()
    raise BackupDamagedError(backup=named, detail="no such folder")


def verify_backup(folder: Path) -> Backup:
    """Every file there with its size and hash, and the database readable.

    Raises: BackupDamagedError: names the first file that is not as it was. DatabaseNewerError.
    """
    backup = Backup(folder=folder, manifest=read_manifest(folder))
    _check_files(backup, without_damaged=False)
    _facts_of(folder / DATABASE_FILE, backup)
    return backup


def _check_files(backup: Backup, *, without_damaged: bool) -> Backup:
    """With the files alone that are whole, where the others are to be left out."""
    whole = []
    for file in backup.manifest.files:
        try:
            _check_file(_found(backup.folder, file), file, backup.folder)
        except BackupDamagedError:
            if not without_damaged or file.path == DATABASE_FILE:
                raise
        else:
            whole.append(file)
    return replace(backup, manifest=replace(backup.manifest, files=tuple(whole)))


def restore_backup(order: RestoreOrder, now: datetime) -> Restored:
    """What stood there is moved aside, never removed.

    Killed at any moment, the folder holds the old or the new data as soon as it is opened next.
    Raises: BackupDamagedError, BackupRunningError, DatabaseNewerError, NewerDataError, NoRoomError,
        DataFolderHeldError, DataFolderUnusableError, RestoreUnfinishedError.
    """
    began_s = time.monotonic()
    _check_apart(order)
    with _undisturbed(order.backup.parent), hold_folder(order.target):
        finish_switch(order.target)
        _sweep(order.target)
        told = Backup(folder=order.backup, manifest=read_manifest(order.backup))
        backup = _check_files(told, without_damaged=order.without_damaged)
        facts = _facts_of(order.backup / DATABASE_FILE, backup)
        _refuse_newer(order, backup)
        if not facts.n_unfinished_runs:
            order = replace(order, stop_why=None)
        staged, is_stopped = _staged(order, backup, now)
        aside = _switched(order.target, staged, now)
        return Restored(
            backup=backup,
            target=order.target,
            aside=aside,
            n_files=len(_wanted(backup)),
            left_out=_left_out(told, backup),
            n_unfinished_runs=facts.n_unfinished_runs,
            are_paid_calls_stopped=is_stopped,
            took_s=round(time.monotonic() - began_s, 3),
        )


def _left_out(told: Backup, whole: Backup) -> tuple[str, ...]:
    held = {one.path for one in _wanted(whole)}
    return tuple(one.path for one in _wanted(told) if one.path not in held)


def _check_apart(order: RestoreOrder) -> None:
    """A backup that made room for its own data would be one no more.

    Raises: DataFolderUnusableError.
    """
    target, backups = order.target.resolve(), order.backup.resolve().parent
    if target != backups and target.is_relative_to(backups):
        raise DataFolderUnusableError(folder=order.target, reason=f"it lies inside {backups}")


def _undisturbed(backup_dir: Path) -> AbstractContextManager[None]:
    """On a disk that cannot be written nobody removes a backup meanwhile either."""
    return hold_backups(backup_dir) if os.access(backup_dir, os.W_OK) else nullcontext()


def _staged(order: RestoreOrder, backup: Backup, now: datetime) -> tuple[Path, bool]:
    """What will stand there, whole and on the disk; whether paid calls wait in it."""
    wanted = _wanted(backup)
    needed_bytes = _needed_bytes(order, wanted)
    check_room(order.target, needed_bytes)
    staged = order.target / f"{STAGED_PREFIX}{stamp(now)}"
    try:
        with full_disk_named(order.target, needed_bytes):
            _stage(order, wanted, staged)
            is_stopped = note_restore(
                staged / DATABASE_FILE,
                event_id=str(uuid.uuid4()),
                at=now,
                who=order.who,
                stop_why=order.stop_why,
                backup=backup.name,
                forced=order.force,
            )
            sync(staged / DATABASE_FILE)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    return staged, is_stopped


def _switched(target: Path, staged: Path, now: datetime) -> Path | None:
    """Where what stood there is now; None: nothing did."""
    old = tuple(name for name in SWITCHED if _stands(target / name))
    _check_movable(target, old)
    new = tuple(name for name in SWITCHED if (staged / name).exists())
    aside = f"{ASIDE_PREFIX}{stamp(now)}"
    begin_switch(target, Switch(staged=staged.name, aside=aside, new=new, old=old))
    finish_switch(target)
    if old:
        return target / aside
    (target / aside).rmdir()
    return None


def _stage(order: RestoreOrder, wanted: Sequence[BackupFile], staged: Path) -> None:
    staged.mkdir()
    folders = {staged}
    for file in wanted:
        source, place = _found(order.backup, file), staged / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        folders |= {place.parent, place.parent.parent}
        # The database is written in place: it must not share its bytes with the backup.
        is_linked = file.path != DATABASE_FILE and try_link(source, place)
        if not is_linked and copy_hashed(source, place) != file.sha256:
            raise BackupDamagedError(backup=order.backup, detail=file.path)
    for folder in sorted(folders - {order.target}):
        sync(folder)
    secret = order.backup / SECRET_FILE
    if secret.is_file() and not (order.target / SECRET_FILE).exists():
        copy_hashed(secret, order.target / SECRET_FILE)
        (order.target / SECRET_FILE).chmod(0o600)


def _wanted(backup: Backup) -> list[BackupFile]:
    return [
        file
        for file in backup.manifest.files
        if file.path == DATABASE_FILE or file.path.split("/")[0] in FOLDERS
    ]


def _found(folder: Path, file: BackupFile) -> Path:
    """In the backup itself, or on the shelf beside it where the disk has no hard links.

    What a link leads to is no part of a backup: it may be another file by tomorrow.
    """
    own = folder / file.path
    is_own = own.is_file() and own.resolve() == folder.resolve() / file.path
    return own if is_own else Shelf(folder.parent).place(file.sha256)


def _check_file(path: Path, file: BackupFile, folder: Path) -> None:
    try:
        is_whole = path.stat().st_size == file.size_bytes and file_sha256(path) == file.sha256
    except OSError:
        raise BackupDamagedError(backup=folder, detail=f"{file.path} (missing)") from None
    if not is_whole:
        raise BackupDamagedError(backup=folder, detail=file.path)


def _facts_of(copy: Path, backup: Backup) -> CopyFacts:
    """Raises: BackupDamagedError. DatabaseNewerError."""
    try:
        facts = read_copy(copy)
    except DatabaseDamagedError as error:
        raise BackupDamagedError(backup=backup.folder, detail=str(error)) from error
    if facts.rows != backup.manifest.rows:
        raise BackupDamagedError(backup=backup.folder, detail=f"{DATABASE_FILE}: rows")
    return facts


def _refuse_newer(order: RestoreOrder, backup: Backup) -> None:
    """Raises: NewerDataError: unless it is forced."""
    present = order.target / DATABASE_FILE
    if order.force or not _stands(present):
        return
    there = backup.manifest.newest_at
    try:
        facts = read_copy(present)
    except (DatabaseDamagedError, DatabaseNewerError) as error:
        raise NewerDataError(folder=order.target, here="?", there=there or "-") from error
    is_newer = facts.schema_version > backup.manifest.schema_version or _has_more(facts, backup)
    if facts.newest_at is not None:
        is_newer = is_newer or there is None or facts.newest_at > there
    if is_newer:
        raise NewerDataError(folder=order.target, here=facts.newest_at or "-", there=there or "-")


def _has_more(facts: CopyFacts, backup: Backup) -> bool:
    """Rows that the backup lacks, whatever their clocks said when they were written."""
    then = backup.manifest.rows
    return any(n > then.get(table, 0) for table, n in facts.rows.items() if table not in PASSING)


def _needed_bytes(order: RestoreOrder, wanted: Sequence[BackupFile]) -> int:
    links = share_a_disk(order.backup, order.target)
    return sum(one.size_bytes for one in wanted if one.path == DATABASE_FILE or not links)


def _check_movable(target: Path, names: Sequence[str]) -> None:
    """A folder that is a disk of its own cannot make room by a new name."""
    for name in names:
        if (target / name).is_mount():
            raise DataFolderUnusableError(folder=target / name, reason="is a mount point")


def _sweep(target: Path) -> None:
    """What a restore left behind that was killed before it moved anything."""
    for folder in target.glob(f"{STAGED_PREFIX}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _stands(path: Path) -> bool:
    return path.exists() or path.is_symlink()
