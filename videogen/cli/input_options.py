"""`--input SLOT=FILE`: files that a clip is made from, kept before anything is asked for."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from videogen.bootstrap import Application
from videogen.domain.campaign import EVERY_PROMPT
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.input_file import InputFile, InputKind
from videogen.errors import InvalidInputError
from videogen.runs.context import utc_now
from videogen.runs.inputs import keep_input

OF_PROMPT = "@"


class GivenInput(NamedTuple):
    """One `--input`, as it was typed."""

    slot: str
    prompt_id: str  # "*" for all
    file: Path


def inputs_of_run(
    opened: Application, condition: Condition, texts: Sequence[str], *, who: str
) -> dict[str, str]:
    """Slot name -> input_id. Raises: InvalidInputError."""
    found = _kept(opened, [condition], texts, who=who)
    for slot, files in found.items():
        named = next((prompt_id for prompt_id in files if prompt_id != EVERY_PROMPT), None)
        if named is not None:
            raise InvalidInputError("input_option", field="input", value=f"{slot}@{named}=")
    return {slot: files[EVERY_PROMPT] for slot, files in found.items()}


def inputs_of_campaign(
    opened: Application, conditions: Sequence[Condition], texts: Sequence[str], *, who: str
) -> dict[str, dict[str, str]]:
    """Slot name -> prompt_id or "*" -> input_id. Raises: InvalidInputError."""
    return _kept(opened, conditions, texts, who=who)


def read_inputs(texts: Sequence[str]) -> list[GivenInput]:
    """Raises: InvalidInputError: one is no SLOT=FILE."""
    return [_read(text) for text in texts]


def _kept(
    opened: Application, conditions: Sequence[Condition], texts: Sequence[str], *, who: str
) -> dict[str, dict[str, str]]:
    given = read_inputs(texts)
    kinds = {slot.name: slot.kind for one in conditions for slot in one.inputs}
    found: dict[str, dict[str, str]] = {}
    for one in given:
        _check_taken(one.slot, kinds, conditions)
        if one.prompt_id in found.get(one.slot, {}):
            raise InvalidInputError("input_twice", field=one.slot, value=str(one.file))
        kept = _keep(opened, one, kinds.get(one.slot), who)
        found.setdefault(one.slot, {})[one.prompt_id] = kept.input_id
    return found


def _check_taken(
    slot: str, kinds: Mapping[str, InputKind], conditions: Sequence[Condition]
) -> None:
    """Before its file is read; what a routed condition takes is seen where it is sent."""
    if slot in kinds or any(one.backend is BackendKind.ROUTED for one in conditions):
        return
    names = ", ".join(one.name for one in conditions)
    known = ", ".join(kinds) or "-"
    raise InvalidInputError("input_unknown", field=slot, workflow=names, known=known)


def _keep(opened: Application, given: GivenInput, kind: InputKind | None, who: str) -> InputFile:
    return keep_input(
        opened.database,
        opened.inputs_folder,
        content=given.file,
        name=given.file.name,
        kind=kind,
        who=who,
        now=utc_now(),
        field=given.slot,
    )


def _read(text: str) -> GivenInput:
    where, equals, file = text.partition("=")
    slot, at, prompt_id = where.partition(OF_PROMPT)
    if not (slot and equals and file) or (at and not prompt_id):
        raise InvalidInputError("input_option", field="input", value=text)
    return GivenInput(slot, prompt_id or EVERY_PROMPT, Path(file))
