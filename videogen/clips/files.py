"""Where clips stand on disk: written whole or not at all, found inside their folder only."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from videogen.errors import DiskFullError, NotFoundError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def clip_path(clips_folder: Path, file: str) -> Path:
    """The whole path of a `file` from a row (clip, thumbnail, rendition).

    Raises: NotFoundError: it is not there, or it would lie outside the folder.
    """
    folder = clips_folder.resolve()
    path = (folder / file).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise NotFoundError(field="file", value=file)
    return path


@contextmanager
def disk_full_named(backend: str) -> Iterator[None]:
    """Turn the system's "no space left" into DiskFullError."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise DiskFullError(backend, detail=os.strerror(error.errno or 0)) from error


def write_whole(part: Path, final: Path, write: Callable[[BinaryIO], None]) -> None:
    """Write through `part`, then rename: a crash leaves the whole file or none."""
    final.parent.mkdir(parents=True, exist_ok=True)
    try:
        with part.open("wb") as file:
            write(file)
        keep_whole(part, final)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def keep_whole(part: Path, final: Path) -> None:
    """Rename a finished `part`, its bytes and then its name safe on the disk."""
    _sync(part)
    part.replace(final)
    _sync(final.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
