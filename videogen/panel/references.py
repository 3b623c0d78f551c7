"""Clips whose score is known beforehand: for training, as anchors, and as attention checks."""

import tempfile
import threading
import uuid
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from videogen.clips import accept_reference, file_sha256
from videogen.clips.trap import render_trap
from videogen.domain.event import Event
from videogen.domain.rating import PresentationKind, ReferenceClip
from videogen.domain.run import Origin
from videogen.domain.stopping import IsStopping, go_on, never
from videogen.errors import InvalidInputError, NotFoundError
from videogen.store import Database, get_clip, reference_clips, save
from videogen.texts import t

KINDS = (PresentationKind.TRAINING, PresentationKind.GOLD, PresentationKind.TRAP)
TRAP_SCORES = (2, 3, 4)  # 1 and 5 are given by inattentive raters too
SHORTEST_S, LONGEST_S = 0.5, 60.0
MEGABYTE = 1_000_000
LARGEST_MB = 200
MAX_TITLE_CHARACTERS = 80
TRAP_MAKER = "videogen"

_REFERENCE_IDS = uuid.UUID("1d3c55a2-5f0e-5b49-9a52-6d7f2c9b8e10")  # any fixed name space

# Two uploads of the same file must not write it twice, nor two sessions make the traps. One
# process owns the database, so a lock of this process is enough.
_ADDING = threading.Lock()


def add_reference_clip(
    database: Database,
    source: Path,
    *,
    clips_folder: Path,
    kind: PresentationKind,
    expected_score: int,
    title: str,
    origin: Origin,
    who: str,
    now: datetime,
    file_name: str | None = None,
) -> ReferenceClip:
    """Take a file in as training or gold clip; `source` stays where it is.

    An error names the file as `file_name`, if given: an upload stands under a name of ours. The
    same bytes, kind and score again are the clip that stands already (its `added_at` tells),
    brought back if it was retired.
    Raises: InvalidInputError: names the field. DiskFullError: nothing is stored.
    """
    _check_kind(kind)
    title = _checked_title(title)
    name = file_name or source.name
    _check_size(source, name)
    sha256 = file_sha256(source)
    wanted = ReferenceClip(
        # The score is in it: ratings are judged by the score that stood when they were given.
        clip_id=_clip_id(origin, kind, expected_score, sha256),
        kind=kind,
        expected_score=expected_score,
        title=title,
        origin=origin,
        added_by=who,
        added_at=now,
    )
    with _ADDING:
        known = find_reference(database, wanted.clip_id)
        if known is not None:
            return _in_use_again(database, known, who, now)
        _refuse_other_score(database, wanted, sha256)
        return _take_in(
            database, source, wanted, clips_folder=clips_folder, file_name=name, now=now
        )


def retire_reference_clip(
    database: Database, clip_id: str, *, who: str, now: datetime
) -> ReferenceClip:
    """Shown in no new session; what was rated stays. Raises: NotFoundError."""
    with database.write():
        known = _get(database, clip_id)
        if known.retired_at is not None:
            return known
        retired = replace(known, retired_at=now)
        save(database, retired, _event("retired", retired, who, now))
        return retired


def restore_reference_clip(
    database: Database, clip_id: str, *, who: str, now: datetime
) -> ReferenceClip:
    """Into new sessions again.

    Raises: NotFoundError. InvalidInputError: the same file is in use with another score.
    """
    return _in_use_again(database, _get(database, clip_id), who, now)


def ensure_traps(
    database: Database,
    clips_folder: Path,
    origin: Origin,
    now: datetime,
    *,
    is_stopping: IsStopping = never,
) -> tuple[ReferenceClip, ...]:
    """The attention checks for 2, 3 and 4, made where they are missing; a retired one stays so.

    Raises: StoppedError: between two of them.
    """
    traps = []
    with _ADDING:
        for score in TRAP_SCORES:
            one = _trap(origin, score, now)
            found = find_reference(database, one.clip_id)
            if found is None:
                go_on(is_stopping)
                found = _make_trap(database, clips_folder, one, now)
            traps.append(found)
    return tuple(trap for trap in traps if trap.retired_at is None)


def find_reference(database: Database, clip_id: str) -> ReferenceClip | None:
    """Of either origin, retired ones too."""
    return next((one for one in _all(database) if one.clip_id == clip_id), None)


def _all(database: Database) -> list[ReferenceClip]:
    return [one for origin in Origin for one in reference_clips(database, origin, retired=True)]


def _get(database: Database, clip_id: str) -> ReferenceClip:
    known = find_reference(database, clip_id)
    if known is None:
        raise NotFoundError(field="clip_id", value=clip_id)
    return known


def _clip_id(origin: Origin, kind: PresentationKind, score: int, content: str) -> str:
    return str(uuid.uuid5(_REFERENCE_IDS, f"{origin.value}/{kind.value}/{score}/{content}"))


def _check_kind(kind: PresentationKind) -> None:
    if kind not in KINDS:
        kinds = ", ".join(one.value for one in KINDS)
        raise InvalidInputError("reference_kind", field="kind", value=kind, kinds=kinds)


def _checked_title(title: str) -> str:
    stripped = " ".join(title.split())
    if not stripped:
        raise InvalidInputError(
            "reference_title_missing", field="title", limit=MAX_TITLE_CHARACTERS
        )
    if len(stripped) > MAX_TITLE_CHARACTERS:
        raise InvalidInputError(
            "reference_title",
            field="title",
            value=stripped[:MAX_TITLE_CHARACTERS],
            limit=MAX_TITLE_CHARACTERS,
        )
    return stripped


def _check_size(source: Path, name: str) -> None:
    size_bytes = source.stat().st_size
    if size_bytes > LARGEST_MB * MEGABYTE:
        raise InvalidInputError(
            "reference_too_large",
            field="file",
            value=name,
            size_mb=round(size_bytes / MEGABYTE),
            limit=LARGEST_MB,
        )


def _refuse_other_score(database: Database, wanted: ReferenceClip, sha256: str) -> None:
    for score in range(1, 6):
        clip_id = _clip_id(wanted.origin, wanted.kind, score, sha256)
        other = find_reference(database, clip_id)
        if other is not None and other.retired_at is None:
            raise InvalidInputError(
                "reference_other_score",
                field="expected_score",
                value=wanted.expected_score,
                title=other.title,
                known=other.expected_score,
            )


def _take_in(
    database: Database,
    source: Path,
    wanted: ReferenceClip,
    *,
    clips_folder: Path,
    file_name: str,
    now: datetime,
) -> ReferenceClip:
    clip = accept_reference(
        source,
        clips_folder=clips_folder,
        clip_id=wanted.clip_id,
        file_name=file_name,
        lengths_s=(SHORTEST_S, LONGEST_S),
        now=now,
    )
    save(database, clip, wanted, _event("added", wanted, wanted.added_by, now))
    return wanted


def _in_use_again(
    database: Database, known: ReferenceClip, who: str, now: datetime
) -> ReferenceClip:
    if known.retired_at is None:
        return known
    _refuse_other_score(database, known, get_clip(database, known.clip_id).sha256)
    restored = replace(known, retired_at=None)
    save(database, restored, _event("restored", restored, who, now))
    return restored


def _make_trap(
    database: Database, clips_folder: Path, trap: ReferenceClip, now: datetime
) -> ReferenceClip:
    with tempfile.TemporaryDirectory(prefix="videogen-trap-") as folder:
        source = Path(folder) / f"trap-{trap.expected_score}.mp4"
        render_trap(source, score=trap.expected_score)
        return _take_in(
            database, source, trap, clips_folder=clips_folder, file_name=source.name, now=now
        )


def _trap(origin: Origin, score: int, now: datetime) -> ReferenceClip:
    return ReferenceClip(
        clip_id=_clip_id(origin, PresentationKind.TRAP, score, TRAP_MAKER),
        kind=PresentationKind.TRAP,
        expected_score=score,
        title=t("trap.title", "en", score=score),
        origin=origin,
        added_by=TRAP_MAKER,
        added_at=now,
    )


def _event(what: str, clip: ReferenceClip, who: str, now: datetime) -> Event:
    return Event(
        at=now,
        kind=f"reference.{what}",
        subject_id=clip.clip_id,
        data={
            "who": who,
            "kind": clip.kind.value,
            "expected_score": clip.expected_score,
            "title": clip.title,
            "origin": clip.origin.value,
        },
    )
