"""A fetched file becomes a clip: decoded, judged, named by its content, kept whole."""

import hashlib
import shutil
import uuid
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from videogen.clips.checks import ExpectedClip, first_failure, judge
from videogen.clips.files import disk_full_named, write_whole
from videogen.clips.probe import (
    ClipReading,
    NoPictureError,
    TooLongError,
    UndecodableClipError,
    read_clip,
)
from videogen.domain.clip import Clip, ClipCheck
from videogen.errors import ClipRejectedError, InvalidInputError

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
    sha256 = file_sha256(source)
    clip = _kept(
        source,
        reading,
        checks,
        clips_folder=clips_folder,
        clip_id=str(uuid.uuid5(_CLIP_IDS, f"{run_id}/{sha256}")),
        sha256=sha256,
        run_id=run_id,
        now=now,
        backend=backend,
    )
    source.unlink(missing_ok=True)
    return clip


def accept_reference(
    source: Path,
    *,
    clips_folder: Path,
    clip_id: str,
    file_name: str,
    lengths_s: tuple[float, float],
    now: datetime,
) -> Clip:
    """Copy a file that a person chose into the clips folder, under an id of the caller's.

    What no run made may look as it likes: a known-bad anchor is noisy, flickering or frozen on
    purpose. The guards say so in `checks` and refuse nothing but what cannot be decoded.
    Args: file_name: what the person calls it. lengths_s: the shortest and the longest.
    Raises: InvalidInputError: no video, sound alone, too short or too long. DiskFullError.
    """
    reading = _read_reference(source, file_name, lengths_s)
    return _kept(
        source,
        reading,
        judge(reading.probe, reading.measures, None, allow_flat=False),
        clips_folder=clips_folder,
        clip_id=clip_id,
        sha256=file_sha256(source),
        run_id=None,
        now=now,
        backend="clips",
    )


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _kept(
    source: Path,
    reading: ClipReading,
    checks: tuple[ClipCheck, ...],
    *,
    clips_folder: Path,
    clip_id: str,
    sha256: str,
    run_id: str | None,
    now: datetime,
    backend: str,
) -> Clip:
    file, thumbnail = f"{sha256[:2]}/{sha256}.mp4", f"{sha256[:2]}/{sha256}.jpg"
    owner = run_id or clip_id
    with disk_full_named(backend):
        _keep(source, clips_folder / file, owner)
        _keep_thumbnail(reading, clips_folder / thumbnail, owner)
    return Clip(
        clip_id=clip_id,
        run_id=run_id,
        sha256=sha256,
        file=file,
        size_bytes=(clips_folder / file).stat().st_size,
        probe=reading.probe,
        checks=checks,
        thumbnail=thumbnail,
        created_at=now,
    )


def _read_reference(source: Path, name: str, lengths_s: tuple[float, float]) -> ClipReading:
    shortest_s, longest_s = lengths_s
    try:
        reading = read_clip(source, longest_s=longest_s)
    except TooLongError as error:
        raise _wrong_length("reference_too_long", name, error.seconds, longest_s) from error
    except NoPictureError as error:
        raise InvalidInputError("reference_sound_only", field="file", value=name) from error
    except UndecodableClipError as error:
        raise InvalidInputError("reference_no_video", field="file", value=name) from error
    if reading.probe.clip_duration_s < shortest_s:
        seconds = reading.probe.clip_duration_s
        raise _wrong_length("reference_too_short", name, seconds, shortest_s)
    return reading


def _wrong_length(problem: str, name: str, seconds: float, limit_s: float) -> InvalidInputError:
    return InvalidInputError(
        problem, field="file", value=name, seconds=f"{seconds:.3g}", limit=f"{limit_s:g}"
    )


def _read(source: Path, backend: str) -> ClipReading:
    try:
        return read_clip(source)
    except UndecodableClipError as error:
        raise ClipRejectedError(
            backend, detail=f"decodes: {error}", check="decodes", measured=None, limit=None
        ) from error


def _keep(source: Path, final: Path, owner: str) -> None:
    def write(file: BinaryIO) -> None:
        with source.open("rb") as bytes_in:
            shutil.copyfileobj(bytes_in, file, 1 << 20)

    write_whole(_part(final, owner), final, write)


def _keep_thumbnail(reading: ClipReading, final: Path, owner: str) -> None:
    def write(file: BinaryIO) -> None:
        file.write(reading.thumbnail_jpeg)

    write_whole(_part(final, owner), final, write)


def _part(final: Path, owner: str) -> Path:
    # Two runs may bring the same bytes at the same moment: each writes its own part.
    mark = hashlib.sha256(owner.encode()).hexdigest()[:16]
    return final.with_name(f"{final.name}.{mark}.part")
