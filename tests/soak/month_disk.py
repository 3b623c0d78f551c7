"""A disk that is full for a while, for the app alone."""

import os
import resource
import subprocess
from pathlib import Path
from typing import Protocol, Self


class Disk(Protocol):
    def fill(self, pid: int) -> None:
        """From here on nothing more can be written by this process."""

    def free(self, pid: int) -> None: ...


class LimitedFiles:
    """No file may grow or be written: as a full disk, for one process, without a mount."""

    def fill(self, pid: int) -> None:
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))

    def free(self, pid: int) -> None:
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))


class SmallDisk:
    """A file system of its own that shrinks to what it holds; mounting needs root."""

    def __init__(self, folder: Path, *, size_mib: int) -> None:
        self._folder, self._size_mib = folder, size_mib

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True)
        size = f"size={self._size_mib}m"
        subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", self._folder], check=True)
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "--lazy", self._folder], check=True)

    def fill(self, pid: int) -> None:
        found = os.statvfs(self._folder)
        self._resize(f"{(found.f_blocks - found.f_bfree) * found.f_frsize}")

    def free(self, pid: int) -> None:
        self._resize(f"{self._size_mib}m")

    def _resize(self, size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", str(self._folder)], check=True)
