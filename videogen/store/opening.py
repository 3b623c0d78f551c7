"""Opening the database file without ever losing a row silently."""

import fcntl
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import duckdb

from videogen.errors import (
    DatabaseDamagedError,
    DatabaseFullError,
    DatabaseNewerError,
    DataFolderHeldError,
    DataFolderUnusableError,
    VideogenError,
)

NO_ROOM = ("No space left on device", "Disk quota exceeded", "File too large")
LOCK_FILE = "videogen.lock"
CREATE_DATABASE = "ATTACH '{path}' AS created (STORAGE_VERSION 'v1.5.0')"  # so that 1.5 opens it
DETACH_DATABASE = "DETACH created"


def hold_folder(folder: Path) -> IO[str]:
    """Take the data folder for this process; closing the file gives it back.

    Raises: DataFolderHeldError: another process has it. DataFolderUnusableError: no access.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK_FILE).open("a+", encoding="utf-8")
    except OSError as error:
        raise DataFolderUnusableError(folder=folder, reason=error.strerror) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        pid = lock.read().strip() or None
        lock.close()
        raise DataFolderHeldError(folder=folder, pid=pid) from error
    _sign(lock, folder)
    return lock


def _sign(lock: IO[str], folder: Path) -> None:
    try:
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
    except OSError as error:
        lock.close()
        raise DataFolderUnusableError(folder=folder, reason=error.strerror) from error


def open_strictly(path: Path) -> duckdb.DuckDBPyConnection:
    """Connect to the file, creating it where there is none.

    Raises: DatabaseDamagedError: rows would be lost; the files were copied aside untouched.
    """
    wal = wal_of(path)
    if wal.exists() and not path.exists():
        detail = f"{wal.name} stands without {path.name}"
        raise DatabaseDamagedError(file=path, detail=detail, copies=wal.name)
    if path.exists() and path.stat().st_size == 0:
        detail = f"{path.name} is empty"
        raise DatabaseDamagedError(file=path, detail=detail, copies=path.name)
    try:
        if not path.exists():
            _create(path)
        return duckdb.connect(str(path), config=strict_options())
    except duckdb.Error as error:
        raise _opening_error(error, path) from error


def wal_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def as_ours(error: duckdb.Error, path: Path) -> Exception:
    """A foreign error met while reading or writing, as ours where a person can act on it."""
    text = str(error)
    if any(words in text for words in NO_ROOM):
        return DatabaseFullError(file=path)
    if isinstance(error, duckdb.FatalException | duckdb.SerializationException):
        return DatabaseDamagedError(file=path, detail=text, copies=path.name)
    return error


def strict_options() -> dict[str, str | bool | int | float | list[str]]:
    # A checkpoint beside a read corrupts the read (read_gate.py): only ours, none of DuckDB's own.
    options: dict[str, str | bool | int | float | list[str]] = {"checkpoint_threshold": "1TB"}
    # What a large query took goes back to the machine within seconds; without it, never.
    options["allocator_background_threads"] = True
    # Without it DuckDB 2.0 drops every commit behind a damaged place of the WAL, silently; 1.5 does
    # not know the option.
    if int(duckdb.__version__.split(".")[0]) >= 2:
        options["debug_abort_on_wal_failure"] = "true"
    return options


def _create(path: Path) -> None:
    """Make the file under another name first: a file that stands there was finished."""
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    with duckdb.connect(":memory:") as memory:
        memory.execute(CREATE_DATABASE.format(path=str(unfinished).replace("'", "''")))
        memory.execute(DETACH_DATABASE)
    unfinished.replace(path)


def _opening_error(error: duckdb.Error, path: Path) -> VideogenError:
    text = str(error)
    if "Conflicting lock" in text:
        holder = re.search(r"PID (\d+)", text)
        return DataFolderHeldError(folder=path.parent, pid=holder.group(1) if holder else None)
    if any(words in text for words in NO_ROOM):
        return DatabaseFullError(file=path)
    if "we can only read" in text:
        return DatabaseNewerError(file=path, found=text, known=duckdb.__version__)
    if "Cannot open file" in text:
        return DataFolderUnusableError(folder=path.parent, reason=text)
    return DatabaseDamagedError(file=path, detail=text, copies=_copies_aside(path))


def _copies_aside(path: Path) -> str:
    """Copy the database and its WAL beside themselves; the names, comma-separated."""
    for earlier in sorted(path.parent.glob(f"{path.stem}.damaged-*{path.suffix}")):
        if _same_file(path, earlier) and _same_file(wal_of(path), wal_of(earlier)):
            return _names(earlier)  # a restart loop must not fill the disk with copies
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    copy = path.with_name(f"{path.stem}.damaged-{moment}{path.suffix}")
    for source, target in ((path, copy), (wal_of(path), wal_of(copy))):
        if source.exists():
            shutil.copy2(source, target)
    return _names(copy)


def _same_file(left: Path, right: Path) -> bool:
    if not (left.exists() and right.exists()):
        return left.exists() == right.exists()
    one, other = left.stat(), right.stat()
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)


def _names(copy: Path) -> str:
    return ", ".join(file.name for file in (copy, wal_of(copy)) if file.exists())
