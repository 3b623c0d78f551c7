"""Whether rows and files agree: what is missing, what nobody names, what contradicts itself."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from videogen.clips.intake import file_sha256
from videogen.clips.rendition import is_copy_of_today
from videogen.store import Database
from videogen.store.integrity import NamedFile, disagreements, named_files, open_attempt_ids
from videogen.upkeep.manifest import FOLDERS
from videogen.upkeep.restore import STAGED_PREFIX

# A file is written, then its row: what is younger than this is somebody's work in progress.
GRACE = timedelta(minutes=15)
COPY_GRACE = timedelta(days=7)  # a blind copy waits for its whole set, over nights and stops
INCOMING_FOLDER = "clips/incoming"
UNFINISHED_SUFFIXES = (".part", ".unfinished")


class FindingKind(StrEnum):
    """What can be wrong; `MENDABLE` of these can be put right without touching a row."""

    FILE_MISSING = "file_missing"
    FILE_SIZE = "file_size"
    FILE_HASH = "file_hash"
    FILE_ORPHAN = "file_orphan"
    FILE_LEFT = "file_left"  # removed by retention, and there again
    FILE_UNFINISHED = "file_unfinished"
    RENDITION_MISSING = "rendition_missing"
    THUMBNAIL_MISSING = "thumbnail_missing"
    REFERENCE = "reference"
    CONTRADICTION = "contradiction"


MENDABLE = frozenset(
    {
        FindingKind.FILE_ORPHAN,
        FindingKind.FILE_LEFT,
        FindingKind.FILE_UNFINISHED,
        FindingKind.RENDITION_MISSING,
        FindingKind.THUMBNAIL_MISSING,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    kind: FindingKind
    subject: str  # a file below the data folder, or the name of a rule
    detail: str  # ids of rows, sizes
    n: int = 1
    is_mended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    checked_at: datetime
    took_s: float
    n_files: int  # named by rows
    has_hashes: bool  # contents were read, not only sizes
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        return all(finding.is_mended for finding in self.findings)


def check_data(
    database: Database, data_dir: Path, now: datetime, *, with_hashes: bool = False
) -> CheckReport:
    """Reads only; the app may work on meanwhile."""
    began_s = time.monotonic()
    # Files first: one that comes between gets its row before the rows are read.
    present = dict(_present_files(data_dir))
    named = named_files(database)
    findings = [
        *_named_findings(data_dir, named, with_hashes=with_hashes),
        *_unnamed_findings(present, named, open_attempt_ids(database), now),
        *_staged(data_dir),
        *_rule_findings(database),
    ]
    return CheckReport(
        checked_at=now,
        took_s=round(time.monotonic() - began_s, 3),
        n_files=len({one.path for one in named if not one.is_removed}),
        has_hashes=with_hashes,
        findings=tuple(findings),
    )


def _named_findings(
    data_dir: Path, named: Sequence[NamedFile], *, with_hashes: bool
) -> Iterator[Finding]:
    needed = {one.path for one in named if not one.is_removed}
    read: set[str] = set()
    for one in named:
        file = data_dir / one.path
        if one.is_removed:
            if one.path not in needed and file.is_file():
                yield Finding(kind=FindingKind.FILE_LEFT, subject=one.path, detail=one.subject)
            continue
        if not file.is_file():
            yield Finding(kind=_missing_kind(one), subject=one.path, detail=one.subject)
            continue
        size_bytes = file.stat().st_size
        if one.size_bytes is not None and size_bytes != one.size_bytes:
            sizes = f"{one.subject}: {size_bytes} ≠ {one.size_bytes} B"
            yield Finding(kind=FindingKind.FILE_SIZE, subject=one.path, detail=sizes)
        elif with_hashes and one.sha256 is not None and one.path not in read:
            read.add(one.path)
            if file_sha256(file) != one.sha256:
                yield Finding(kind=FindingKind.FILE_HASH, subject=one.path, detail=one.subject)


def _missing_kind(one: NamedFile) -> FindingKind:
    kinds = {
        "rendition": FindingKind.RENDITION_MISSING,
        "thumbnail": FindingKind.THUMBNAIL_MISSING,
    }
    return kinds.get(one.kind, FindingKind.FILE_MISSING)


def _unnamed_findings(
    present: dict[str, float],
    named: Sequence[NamedFile],
    open_attempts: frozenset[str],
    now: datetime,
) -> Iterator[Finding]:
    names = {one.path for one in named}
    for path, modified_s in sorted(present.items()):
        grace = COPY_GRACE if is_copy_of_today(path.removeprefix("clips/")) else GRACE
        if path in names or modified_s > (now - grace).timestamp():
            continue
        is_incoming = path.startswith(f"{INCOMING_FOLDER}/")
        if is_incoming and any(attempt_id in path for attempt_id in open_attempts):
            continue
        is_unfinished = is_incoming or path.endswith(UNFINISHED_SUFFIXES)
        kind = FindingKind.FILE_UNFINISHED if is_unfinished else FindingKind.FILE_ORPHAN
        yield Finding(kind=kind, subject=path, detail="")


def _staged(data_dir: Path) -> Iterator[Finding]:
    """A restore that was killed before it moved anything."""
    for folder in sorted(data_dir.glob(f"{STAGED_PREFIX}*")):
        yield Finding(kind=FindingKind.FILE_UNFINISHED, subject=folder.name, detail="")


def _rule_findings(database: Database) -> Iterator[Finding]:
    for one in disagreements(database):
        kind = FindingKind.REFERENCE if "." in one.rule else FindingKind.CONTRADICTION
        yield Finding(kind=kind, subject=one.rule, detail=", ".join(one.examples), n=one.n_rows)


def _present_files(data_dir: Path) -> Iterator[tuple[str, float]]:
    """(path below the data folder, when it was written)."""
    for name in FOLDERS:
        for file in (data_dir / name).rglob("*"):
            try:
                if file.is_file():
                    yield file.relative_to(data_dir).as_posix(), file.stat().st_mtime
            except OSError:  # gone meanwhile
                continue
    for file in data_dir.glob("*.unfinished*"):
        yield file.name, file.stat().st_mtime
