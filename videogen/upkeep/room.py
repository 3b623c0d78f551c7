"""Whether there is room, and who has the backups folder: asked before anything is written."""

import contextlib
import errno
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

from videogen.errors import (
    BackupRunningError,
    DatabaseFullError,
    DataFolderUnusableError,
    NoRoomError,
)

LOCK_FILE = "backup.lock"
SPARE_BYTES = 64 * 2**20  # what the app itself may need meanwhile
MIB = 2**20
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextlib.contextmanager
def hold_backups(backup_dir: Path) -> Iterator[None]:
    """Nobody else makes, restores or removes backups meanwhile, in whatever process.

    Raises: BackupRunningError. DataFolderUnusableError: no access.
    """
    try:
        backup_dir.mkdir(parents=True, exist_ok=True)
        lock = (backup_dir / LOCK_FILE).open("a+", encoding="utf-8")
    except OSError as error:
        raise DataFolderUnusableError(folder=backup_dir, reason=error.strerror) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BackupRunningError(folder=backup_dir) from error
        yield


@contextlib.contextmanager
def full_disk_named(folder: Path, needed_bytes: int) -> Iterator[None]:
    """Turn the system's and the database's "no space left" into NoRoomError."""
    try:
        yield
    except DatabaseFullError as error:
        raise _no_room(folder, needed_bytes) from error
    except OSError as error:
        if error.errno not in FULL:
            raise DataFolderUnusableError(folder=folder, reason=error.strerror) from error
        raise _no_room(folder, needed_bytes) from error


def check_room(folder: Path, needed_bytes: int) -> None:
    """Raises: NoRoomError."""
    if shutil.disk_usage(folder).free < needed_bytes + SPARE_BYTES:
        raise _no_room(folder, needed_bytes)


def _no_room(folder: Path, needed_bytes: int) -> NoRoomError:
    return NoRoomError(
        folder=folder,
        needed_mb=(needed_bytes + SPARE_BYTES) // MIB + 1,
        free_mb=shutil.disk_usage(folder).free // MIB,
    )


def share_a_disk(one: Path, other: Path) -> bool:
    """Whether hard links between the two are likely to work."""
    return one.stat().st_dev == other.stat().st_dev
