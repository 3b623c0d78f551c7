"""Removing old clips' files that nothing needs; their rows, thumbnails and measurements stay."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from videogen.domain.event import Event
from videogen.store import Database, save
from videogen.store.retention import NeededFor, OldClip, clips_by_id, old_clips

ROWS_AT_ONCE = 200  # clips marked in one transaction: ratings wait no longer than that takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    n_clips: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPlan:
    """What would go, and what of the old stays for which reason."""

    before: datetime
    removable: Share
    kept: Mapping[NeededFor, Share]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    n_clips: int
    size_bytes: int  # of files that are gone


def plan_retention(database: Database, days: int, now: datetime) -> RetentionPlan:
    before = now - timedelta(days=days)
    found = old_clips(database, before)
    return RetentionPlan(
        before=before,
        removable=_share([one for one in found if one.needed_for is None]),
        kept={
            reason: _share([one for one in found if one.needed_for is reason])
            for reason in NeededFor
            if any(one.needed_for is reason for one in found)
        },
    )


def apply_retention(
    database: Database, clips_folder: Path, days: int, *, who: str, now: datetime
) -> Removal:
    """Mark, then remove: a crash between leaves a file that a check names, never a lost one."""
    before = now - timedelta(days=days)
    n_clips, size_bytes = 0, 0
    while True:
        batch = _mark(database, before, who=who, now=now)
        if not batch:
            return Removal(n_clips=n_clips, size_bytes=size_bytes)
        n_clips += len(batch)
        for file in sorted({one.file for one in batch}):
            size_bytes += _unlink(clips_folder / file)


def _mark(database: Database, before: datetime, *, who: str, now: datetime) -> list[OldClip]:
    """Looked at again under the write lock: a clip may have become somebody's best meanwhile."""
    with database.write():
        free = [one for one in old_clips(database, before) if one.needed_for is None]
        batch = _whole_files(free)
        for clip in clips_by_id(database, [one.clip_id for one in batch]):
            event = Event(
                at=now,
                kind="clip.removed",
                subject_id=clip.clip_id,
                data={"who": who, "run_id": clip.run_id, "size_bytes": clip.size_bytes},
            )
            save(database, replace(clip, file_removed_at=now), event)
    return batch


def _whole_files(free: list[OldClip]) -> list[OldClip]:
    """The first ones, with all clips that share a file with them."""
    files = {one.file for one in free[:ROWS_AT_ONCE]}
    return [one for one in free if one.file in files]


def _unlink(path: Path) -> int:
    try:
        size_bytes = path.stat().st_size
        path.unlink()
    except FileNotFoundError:
        return 0
    return size_bytes


def _share(found: list[OldClip]) -> Share:
    sizes = {one.file: one.size_bytes for one in found}  # a file that clips share counts once
    return Share(n_clips=len(found), size_bytes=sum(sizes.values()))
