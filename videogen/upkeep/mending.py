"""Putting right what a check found, where that is safe: files only, never a row."""

import logging
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from videogen.clips.files import clip_path, write_whole
from videogen.clips.probe import UndecodableClipError, read_clip
from videogen.errors import NotFoundError
from videogen.store import Database, get_clip
from videogen.store.integrity import named_files
from videogen.upkeep.check import CheckReport, Finding, FindingKind
from videogen.upkeep.manifest import stamp

LOG = logging.getLogger(__name__)

LOST_FOLDER = "lost+found"


def mend(
    database: Database,
    data_dir: Path,
    report: CheckReport,
    *,
    remake_renditions: Callable[[], object],
) -> CheckReport:
    """The report again, with what was mended marked; what belongs to nobody is moved, not removed.

    Args: remake_renditions: makes every blind copy that is missing.
    """
    lost = data_dir / LOST_FOLDER / stamp(report.checked_at)
    menders: Mapping[FindingKind, Callable[[Finding], bool]] = {
        FindingKind.FILE_UNFINISHED: lambda one: _removed(data_dir / one.subject),
        FindingKind.FILE_ORPHAN: lambda one: _moved(data_dir, one.subject, lost),
        FindingKind.FILE_LEFT: lambda one: _moved(data_dir, one.subject, lost),
        FindingKind.THUMBNAIL_MISSING: lambda one: _redrawn(database, data_dir, one),
        FindingKind.RENDITION_MISSING: lambda one: one.subject not in lacking,
    }
    lacking: set[str] = set()
    if any(one.kind is FindingKind.RENDITION_MISSING for one in report.findings):
        _try_to(remake_renditions)
        # Under another name, perhaps: a copy is named by how it is made, and that may be newer.
        lacking = {one.path for one in named_files(database) if not (data_dir / one.path).is_file()}
    found = []
    for one in report.findings:
        mender = menders.get(one.kind)
        found.append(one if mender is None else replace(one, is_mended=_mended(mender, one)))
    return replace(report, findings=tuple(found))


def _mended(mender: Callable[[Finding], bool], finding: Finding) -> bool:
    try:
        return mender(finding)
    except OSError as error:
        LOG.warning("%s could not be mended: %s", finding.subject, error)
        return False


def _try_to(remake_renditions: Callable[[], object]) -> None:
    """A clip that is gone leaves its copies missing; the report goes on saying so."""
    try:
        remake_renditions()
    except Exception:
        LOG.exception("blind copies could not be made")


def _removed(path: Path) -> bool:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    return True


def _moved(data_dir: Path, path: str, lost: Path) -> bool:
    target = lost / path
    target.parent.mkdir(parents=True, exist_ok=True)
    (data_dir / path).replace(target)
    return True


def _redrawn(database: Database, data_dir: Path, finding: Finding) -> bool:
    """From the clip itself; one whose file is gone keeps none."""
    clip = get_clip(database, finding.detail)
    final = data_dir / finding.subject
    if final.is_file():
        return True  # two clips of the same bytes share one
    try:
        jpeg = read_clip(clip_path(data_dir / "clips", clip.file)).thumbnail_jpeg
    except (NotFoundError, UndecodableClipError):
        return False

    def write(file: BinaryIO) -> None:
        file.write(jpeg)

    write_whole(final.with_name(f"{final.name}.mend.part"), final, write)
    return True
