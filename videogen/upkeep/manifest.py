"""What a backup holds, in the file that is written last: without it a backup is unfinished."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from videogen.clips.files import write_whole
from videogen.errors import BackupDamagedError

FORMAT = 1
MANIFEST_FILE = "manifest.json"
DATABASE_FILE = "videogen.duckdb"
SECRET_FILE = "secret.key"  # noqa: S105 a file's name
FOLDERS = ("clips", "inputs", "decisions")
PARQUET_FOLDER = "parquet"
STAMP = "%Y%m%dT%H%M%S%fZ"  # UTC; names sort by time
STAMP_PATTERN = re.compile(r"\d{8}T\d{12}Z")
SHA256_PATTERN = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFile:
    path: str  # below the backup's folder, with slashes
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    made_at: datetime  # UTC, when it began
    took_s: float
    program_version: str
    schema_version: int
    newest_at: datetime | None  # of anything that had happened
    rows: Mapping[str, int]  # by table
    files: tuple[BackupFile, ...] = field(repr=False)
    missing: tuple[str, ...]  # named by rows, and not there when it was made
    damaged: tuple[str, ...]  # there, and not what the row says: not taken

    @property
    def size_bytes(self) -> int:
        """As it would be without sharing files with other backups."""
        return sum(file.size_bytes for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        return self.folder.name


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(STAMP)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Whole or not at all, and safe on the disk."""
    facts = {
        "format": FORMAT,
        **asdict(manifest),
        "made_at": manifest.made_at.isoformat(),
        "newest_at": manifest.newest_at.isoformat() if manifest.newest_at else None,
    }
    content = json.dumps(facts, ensure_ascii=False, indent=1).encode()
    final = folder / MANIFEST_FILE

    def write(file: BinaryIO) -> None:
        file.write(content)

    write_whole(final.with_name(f"{MANIFEST_FILE}.part"), final, write)


def read_manifest(folder: Path) -> Manifest:
    """Raises: BackupDamagedError: there is none, or it is none of ours."""
    try:
        facts: Mapping[str, Any] = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        if facts["format"] != FORMAT:
            raise ValueError(f"format {facts['format']}")  # noqa: TRY301 one answer for all
        files = tuple(_file(one) for one in facts["files"])
        if DATABASE_FILE not in {one.path for one in files}:
            raise ValueError(DATABASE_FILE)  # noqa: TRY301 one answer for all
        return Manifest(
            made_at=datetime.fromisoformat(facts["made_at"]),
            took_s=float(facts["took_s"]),
            program_version=str(facts["program_version"]),
            schema_version=int(facts["schema_version"]),
            newest_at=_moment(facts["newest_at"]),
            rows={str(name): int(n) for name, n in facts["rows"].items()},
            files=files,
            missing=tuple(str(one) for one in facts["missing"]),
            damaged=tuple(str(one) for one in facts["damaged"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise BackupDamagedError(backup=folder, detail=f"{MANIFEST_FILE}: {error}") from error


def finished_folders(backup_dir: Path) -> list[Path]:
    """The oldest first."""
    return [one for one in _stamped(backup_dir) if (one / MANIFEST_FILE).is_file()]


def free_stamp(backup_dir: Path, now: datetime) -> str:
    """Of the next backup: later than all that stand, even when the clock was put back.

    Names sort by the order in which they were made; the newest of them are the ones that are kept.
    """
    newest = max((one.name for one in _stamped(backup_dir)), default="")
    own = stamp(now)
    if own > newest:
        return own
    return stamp(datetime.strptime(newest, STAMP).replace(tzinfo=UTC) + timedelta(microseconds=1))


def unfinished_folders(backup_dir: Path) -> list[Path]:
    return [one for one in _stamped(backup_dir) if not (one / MANIFEST_FILE).is_file()]


def newest_backup(backup_dir: Path) -> Backup | None:
    """The newest whose manifest can be read."""
    for folder in reversed(finished_folders(backup_dir)):
        try:
            return Backup(folder=folder, manifest=read_manifest(folder))
        except BackupDamagedError:
            continue
    return None


def _stamped(backup_dir: Path) -> list[Path]:
    if not backup_dir.is_dir():
        return []
    found = [one for one in backup_dir.iterdir() if STAMP_PATTERN.fullmatch(one.name)]
    return sorted(one for one in found if one.is_dir() and not one.is_symlink())


def _file(facts: Mapping[str, Any]) -> BackupFile:
    """Raises: ValueError: a path that would lead elsewhere, or no hash."""
    path, sha256 = str(facts["path"]), str(facts["sha256"])
    top, *below = PurePosixPath(path).parts or ("",)
    known = path in (DATABASE_FILE, SECRET_FILE) or (top in (*FOLDERS, PARQUET_FOLDER) and below)
    if not known or ".." in below or "\\" in path or "\0" in path or path.startswith("/"):
        raise ValueError(f"path {path!r}")
    if not SHA256_PATTERN.fullmatch(sha256):
        raise ValueError(f"sha256 of {path}")
    return BackupFile(path=path, sha256=sha256, size_bytes=int(facts["size_bytes"]))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
