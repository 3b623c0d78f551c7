"""A fetched file becomes a clip: decoded, judged, named by its content, kept whole."""

import hashlib
import shutil
import uuid
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from videogen.clips.checks import ExpectedClip, first_failure, judge
from videogen.clips.files import disk_full_named, write_whole
from videogen.clips.probe import ClipReading, UndecodableClipError, read_clip
from videogen.domain.clip import Clip
from videogen.errors import ClipRejectedError

_CLIP_IDS = uuid.UUID("6f1c2d0e-7a43-5b0b-9d0b-3d6f3a0c6a11")  # any fixed name space


def accept_clip(
    source: Path,
    *,
    clips_folder: Path,
    run_id: str,
    expected: ExpectedClip | None,
    now: datetime,
    backend: str = "clips",
) -> Clip:
    """Move a fetched file into the clips folder, as <2 hex>/<sha256>.mp4 with a .jpg beside.

    The same run and bytes give the same clip_id, so that a repeated intake changes nothing.
    Raises: ClipRejectedError: names the guard in `check`; the source stays where it is.
        DiskFullError: nothing half-written stays behind.
    """
    reading = _read(source, backend)
    checks = judge(reading.probe, reading.measures, expected)
    failure = first_failure(checks)
    if failure is not None:
        raise ClipRejectedError(
            backend,
            detail=f"{failure.name} {failure.value} (limit {failure.limit})",
            check=failure.name,
            measured=failure.value,
            limit=failure.limit,
        )
    sha256 = _sha256(source)
    file, thumbnail = f"{sha256[:2]}/{sha256}.mp4", f"{sha256[:2]}/{sha256}.jpg"
    with disk_full_named(backend):
        _keep(source, clips_folder / file, run_id)
        _keep_thumbnail(reading, clips_folder / thumbnail, run_id)
    size_bytes = (clips_folder / file).stat().st_size
    source.unlink(missing_ok=True)
    return Clip(
        clip_id=str(uuid.uuid5(_CLIP_IDS, f"{run_id}/{sha256}")),
        run_id=run_id,
        sha256=sha256,
        file=file,
        size_bytes=size_bytes,
        probe=reading.probe,
        checks=checks,
        thumbnail=thumbnail,
        created_at=now,
    )


def _read(source: Path, backend: str) -> ClipReading:
    try:
        return read_clip(source)
    except UndecodableClipError as error:
        raise ClipRejectedError(
            backend, detail=f"decodes: {error}", check="decodes", measured=None, limit=None
        ) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _keep(source: Path, final: Path, run_id: str) -> None:
    def write(file: BinaryIO) -> None:
        with source.open("rb") as bytes_in:
            shutil.copyfileobj(bytes_in, file, 1 << 20)

    write_whole(_part(final, run_id), final, write)


def _keep_thumbnail(reading: ClipReading, final: Path, run_id: str) -> None:
    def write(file: BinaryIO) -> None:
        file.write(reading.thumbnail_jpeg)

    write_whole(_part(final, run_id), final, write)


def _part(final: Path, run_id: str) -> Path:
    # Two runs may bring the same bytes at the same moment: each writes its own part.
    owner = hashlib.sha256(run_id.encode()).hexdigest()[:16]
    return final.with_name(f"{final.name}.{owner}.part")
