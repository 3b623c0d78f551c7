"""Files that runs are made from: kept once by their content, checked against what takes them."""

import hashlib
import shutil
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from videogen import store
from videogen.clips.files import clip_path, disk_full_named, write_whole
from videogen.clips.input_probe import MB, InputReading, mime_type_of, read_input
from videogen.clips.intake import file_sha256
from videogen.clips.last_frame import last_frame_png
from videogen.clips.probe import UndecodableClipError
from videogen.domain.campaign import EVERY_PROMPT
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.event import Event
from videogen.domain.generation import InputContent
from videogen.domain.input_file import InputFile, InputKind, InputSlot
from videogen.errors import InvalidInputError, NotFoundError
from videogen.store import Database

LONGEST_NAME = 200


def keep_input(
    database: Database,
    folder: Path,
    *,
    content: Path,
    name: str,
    kind: InputKind | None,
    who: str,
    now: datetime,
    field: str = "input",
) -> InputFile:
    """A copy below `folder`, named by its content; a file that is kept already stays as it is.

    Args: name: as its owner calls it, in no path. kind: what is wanted; None: whatever it is.
        field: what to call it in an error.
    Raises: InvalidInputError: it is nothing that a clip can be made from. DiskFullError.
    """
    shown = _shown(name)
    reading = read_input(content, kind=kind, field=field, name=shown)
    return _kept(database, folder, content, reading, name=shown, who=who, now=now)


def last_frame_of(
    database: Database,
    clips_folder: Path,
    inputs_folder: Path,
    clip_id: str,
    *,
    who: str,
    now: datetime,
) -> InputFile:
    """The last picture of a clip as an input: what comes next begins where it ended.

    Raises: NotFoundError: no such clip, or its file is gone. InvalidInputError: it does not decode,
        or was removed.
    """
    clip = store.get_clip(database, clip_id)
    if clip.file_removed_at is not None:
        day = f"{clip.file_removed_at:%Y-%m-%d}"
        raise InvalidInputError("clip_removed", field="clip_id", value=clip_id, day=day)
    try:
        picture = last_frame_png(clip_path(clips_folder, clip.file))
    except UndecodableClipError as error:
        raise InvalidInputError("last_frame_unreadable", field="clip_id", value=clip_id) from error
    reading = InputReading(
        kind=InputKind.IMAGE,
        suffix=".png",
        width_px=clip.probe.width_px,
        height_px=clip.probe.height_px,
        rewritten=picture,
    )
    name = f"last_frame_{clip_id[:8]}.png"
    return _kept(
        database, inputs_folder, None, reading, name=name, who=who, now=now, from_clip_id=clip_id
    )


def check_fits(slot: InputSlot, file: InputFile) -> None:
    """Raises: InvalidInputError: names the slot, the file's value and the limit."""
    if file.kind is not slot.kind:
        raise InvalidInputError(
            "input_slot_kind",
            field=slot.name,
            value=file.name,
            kind=file.kind.value,
            wanted=slot.kind.value,
        )
    if slot.max_bytes is not None and file.size_bytes > slot.max_bytes:
        raise InvalidInputError(
            "input_slot_bytes",
            field=slot.name,
            value=file.name,
            size_mb=f"{file.size_bytes / MB:.1f}",
            limit_mb=f"{slot.max_bytes / MB:.4g}",
        )
    _check_sides(slot, file)
    _check_duration(slot, file)


def check_given(database: Database, condition: Condition, inputs: Mapping[str, str]) -> None:
    """That a clip of this condition can be made from these: slot name -> input_id.

    What a routed condition takes is what the one takes that it will be sent to.
    Raises: InvalidInputError: one lacks, is not taken or does not fit. NotFoundError.
    """
    files = {name: store.get_input(database, input_id) for name, input_id in inputs.items()}
    if condition.backend is BackendKind.ROUTED:
        return
    slots = {slot.name: slot for slot in condition.inputs}
    for name in sorted(files.keys() - slots.keys()):
        known = ", ".join(slots) or "-"
        raise InvalidInputError("input_unknown", field=name, workflow=condition.name, known=known)
    for name in sorted(condition.required_inputs - files.keys()):
        raise InvalidInputError("input_missing", field=name, workflow=condition.name)
    for name, file in files.items():
        check_fits(slots[name], file)


def check_campaign_inputs(
    database: Database,
    conditions: Sequence[Condition],
    prompt_ids: Sequence[str],
    inputs: Mapping[str, Mapping[str, str]],
) -> None:
    """That each condition can make each prompt, and that nothing is given in vain.

    Conditions of one campaign may take different inputs: each gets what it takes.
    Args: inputs: slot name -> prompt_id or "*" -> input_id.
    Raises: InvalidInputError: names the slot and the condition or prompt. NotFoundError.
    """
    for name, files in inputs.items():
        for prompt_id in files:
            if prompt_id not in (EVERY_PROMPT, *prompt_ids):
                known = ", ".join(prompt_ids)
                raise InvalidInputError("input_of_prompt", field=name, value=prompt_id, known=known)
        if not any(name == slot.name for one in conditions for slot in one.inputs):
            raise InvalidInputError("input_not_taken", field=name)
    kept = {
        input_id: store.get_input(database, input_id)
        for files in inputs.values()
        for input_id in files.values()
    }
    for condition in conditions:
        for slot in condition.inputs:
            _check_slot(condition, slot, prompt_ids, inputs.get(slot.name, {}), kept)


def _check_slot(
    condition: Condition,
    slot: InputSlot,
    prompt_ids: Sequence[str],
    given: Mapping[str, str],
    kept: Mapping[str, InputFile],
) -> None:
    for prompt_id in prompt_ids:
        input_id = given.get(prompt_id, given.get(EVERY_PROMPT))
        if input_id is not None:
            check_fits(slot, kept[input_id])
        elif slot.is_required:
            raise InvalidInputError(
                "input_missing_for",
                field=slot.name,
                workflow=condition.name,
                prompt_id=prompt_id,
            )


def contents_of(
    database: Database, inputs_folder: Path, inputs: Mapping[str, str], *, is_sent: bool = False
) -> dict[str, InputContent]:
    """What a back end is handed for each slot of a run; what `is_sent` need not be there any more.

    Raises: InvalidInputError: a file is no longer there, or no longer what was kept.
    """
    contents: dict[str, InputContent] = {}
    for slot, input_id in inputs.items():
        try:
            file = store.get_input(database, input_id)
        except NotFoundError as error:
            raise InvalidInputError("input_gone", field=slot, value=input_id) from error
        if not is_sent:
            _check_there(inputs_folder, file, slot)
        contents[slot] = InputContent(
            input_id=input_id,
            kind=file.kind,
            path=inputs_folder / file.file,
            mime_type=mime_type_of(file.file),
        )
    return contents


def _check_there(inputs_folder: Path, file: InputFile, slot: str) -> None:
    try:
        sha256 = file_sha256(clip_path(inputs_folder, file.file))
    except (NotFoundError, OSError) as error:
        raise InvalidInputError("input_gone", field=slot, value=file.name) from error
    if sha256 != file.input_id:  # the clip would be said to be made from what it is not
        raise InvalidInputError("input_gone", field=slot, value=file.name)


def _shown(name: str) -> str:
    """Its last part without what would break a line: it stands in rows, pages and logs."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable())[:LONGEST_NAME] or "?"


def _kept(
    database: Database,
    folder: Path,
    source: Path | None,
    reading: InputReading,
    *,
    name: str,
    who: str,
    now: datetime,
    from_clip_id: str | None = None,
) -> InputFile:
    input_id, size_bytes = _identity(source, reading.rewritten)
    file = f"{input_id[:2]}/{input_id}{reading.suffix}"
    with disk_full_named("inputs"):
        _keep_bytes(source, reading.rewritten, folder / file, input_id)
    found = InputFile(
        input_id=input_id,
        kind=reading.kind,
        file=file,
        name=name,
        size_bytes=size_bytes,
        added_at=now,
        added_by=who,
        width_px=reading.width_px,
        height_px=reading.height_px,
        duration_s=reading.duration_s,
        n_frames=reading.n_frames,
        fps=reading.fps,
        from_clip_id=from_clip_id,
    )
    with database.write():
        try:
            return store.get_input(database, input_id)
        except NotFoundError:
            store.save(database, found, _kept_event(found, reading))
    return found


def _kept_event(file: InputFile, reading: InputReading) -> Event:
    return Event(
        at=file.added_at,
        kind="input.kept",
        subject_id=file.input_id,
        data={
            "who": file.added_by,
            "name": file.name,
            "kind": file.kind.value,
            "rewritten": reading.rewritten is not None and file.from_clip_id is None,
        },
    )


def _identity(source: Path | None, rewritten: bytes | None) -> tuple[str, int]:
    if rewritten is not None:
        return hashlib.sha256(rewritten).hexdigest(), len(rewritten)
    if source is None:
        raise ValueError("neither a file nor bytes")
    return file_sha256(source), source.stat().st_size


def _keep_bytes(source: Path | None, rewritten: bytes | None, final: Path, input_id: str) -> None:
    """A copy that is no longer what was kept is written anew: that is what its owner is told."""
    if final.is_file() and file_sha256(final) == input_id:
        return

    def write(target: BinaryIO) -> None:
        if rewritten is not None:
            target.write(rewritten)
        elif source is not None:
            with source.open("rb") as original:
                shutil.copyfileobj(original, target)

    write_whole(final.with_name(f"{final.name}.{uuid.uuid4().hex}.part"), final, write)


def _check_sides(slot: InputSlot, file: InputFile) -> None:
    sides = [side for side in (file.width_px, file.height_px) if side is not None]
    if _within(sides, slot.min_side_px, slot.max_side_px):
        return
    raise InvalidInputError(
        "input_slot_side",
        field=slot.name,
        value=file.name,
        width_px=file.width_px,
        height_px=file.height_px,
        limits=_limits(slot.min_side_px, slot.max_side_px, "px"),
    )


def _check_duration(slot: InputSlot, file: InputFile) -> None:
    played = [] if file.duration_s is None else [file.duration_s]
    if _within(played, slot.min_duration_s, slot.max_duration_s):
        return
    raise InvalidInputError(
        "input_slot_duration",
        field=slot.name,
        value=file.name,
        duration_s=f"{file.duration_s:.3g}",
        limits=_limits(slot.min_duration_s, slot.max_duration_s, "s"),
    )


def _within(values: list[int] | list[float], least: float | None, most: float | None) -> bool:
    """None: no limit is known."""
    above = least is None or all(value >= least for value in values)
    return above and (most is None or all(value <= most for value in values))


def _limits(least: float | None, most: float | None, unit: str) -> str:
    if least is None:
        return f"≤ {most:g} {unit}"
    return f"≥ {least:g} {unit}" if most is None else f"{least:g}-{most:g} {unit}"
