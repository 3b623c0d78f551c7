"""Files kept once by their content, shared by all backups: a day's backup costs what is new."""

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from videogen.clips.intake import file_sha256
from videogen.store.switching import sync

OBJECTS_FOLDER = "objects"
CHUNK_BYTES = 1 << 20
READ_ONLY = 0o444


class ContentDiffersError(Exception):
    """A file is not what its row says."""


class Shelf:
    """`<backups>/objects/<2 hex>/<sha256>`; an object never changes."""

    def __init__(self, backup_dir: Path) -> None:
        self._folder = backup_dir / OBJECTS_FOLDER
        self._touched: set[Path] = set()

    def place(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def has(self, sha256: str, size_bytes: int) -> bool:
        try:
            return self.place(sha256).stat().st_size == size_bytes
        except OSError:
            return False

    def keep(self, source: Path, sha256: str | None) -> str:
        """Take a file in, unless its content is here; returns its sha256.

        A hard link where the disk allows it, else a copy. Read once, when it is taken in.
        Raises: ContentDiffersError: it is not what `sha256` says. OSError.
        """
        if sha256 is not None and self.has(sha256, source.stat().st_size):
            return sha256
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{source.name}.part"
        part.unlink(missing_ok=True)
        try:
            found = link_or_copy(source, part)
            if sha256 is not None and found != sha256:
                raise ContentDiffersError(source.name)
            final = self.place(found)
            if not self.has(found, part.stat().st_size):
                _protect(part)
                final.parent.mkdir(exist_ok=True)
                part.replace(final)
                self._touched |= {self._folder, final.parent}
        finally:
            part.unlink(missing_ok=True)
        return found

    def sync(self) -> None:
        """Make the names safe on the disk; the bytes were when each file was taken in."""
        for folder in self._touched:
            sync(folder)
        self._touched.clear()

    def is_same(self, source: Path, sha256: str) -> bool:
        """Whether a file still is the one that was taken in: one place on the disk."""
        with contextlib.suppress(OSError):
            return source.samefile(self.place(sha256))
        return False

    def drop_all_but(self, needed: Iterable[str]) -> int:
        """Forget what no backup names, half-taken files too; returns how many bytes that frees."""
        wanted = frozenset(needed)
        freed = 0
        for file in self._files():
            if file.name not in wanted:
                facts = file.stat()
                freed += facts.st_size if facts.st_nlink == 1 else 0
                file.unlink()
        return freed

    def size_bytes(self) -> int:
        return sum(file.stat().st_size for file in self._files())

    def _files(self) -> Iterator[Path]:
        if self._folder.is_dir():
            yield from [one for one in self._folder.rglob("*") if one.is_file()]


def _protect(file: Path) -> None:
    """Against programs that write in place: a clip shares its bytes with every backup of it."""
    with contextlib.suppress(OSError):  # somebody else's file, or a disk without permissions
        file.chmod(READ_ONLY)


def link_or_copy(source: Path, target: Path) -> str:
    """Put a file's content at `target`, which does not stand yet; returns its sha256."""
    if try_link(source, target):
        return file_sha256(target)
    return copy_hashed(source, target)


def try_link(source: Path, target: Path) -> bool:
    """Another disk, or one without hard links, says no."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        return False
    return True


def copy_hashed(source: Path, target: Path) -> str:
    """Copy, on the disk when it returns; the sha256 of what was written."""
    digest = hashlib.sha256()
    with source.open("rb") as bytes_in, target.open("xb") as bytes_out:
        while chunk := bytes_in.read(CHUNK_BYTES):
            digest.update(chunk)
            bytes_out.write(chunk)
        sync_file(bytes_out)
    return digest.hexdigest()


def sync_file(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
