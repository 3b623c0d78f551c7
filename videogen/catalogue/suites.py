"""Prompt suites: named, versioned lists of prompts in TOML."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError

from videogen.catalogue.toml_file import GIVEN_CHARACTERS, FromFile, read_toml, toml_of
from videogen.domain.prompt import (
    MAX_PROMPT_CHARACTERS,
    Prompt,
    PromptSuite,
    checked_prompt_text,
)
from videogen.errors import InvalidInputError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MAX_SUITE_BYTES = 1_000_000  # a thousand long prompts with their glosses
MAX_PROMPTS = 1_000
LINE = re.compile(r"\bline (\d+)")
MISFITS = {
    "missing": "suite_field_missing",
    "extra_forbidden": "suite_field_unknown",
    "literal_error": "suite_field_word",
    "too_short": "suite_field_empty",
    "string_too_short": "suite_field_empty",
}
NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$"  # both stand in ids, as name@version

# Closed: quality is told by category, and a misspelt one would silently be one of its own.
Category = Literal[
    "people_faces",
    "human_action_hands",
    "animals",
    "nature_fluids",
    "object_physics",
    "several_objects",
    "camera_movement",
    "stylised_animated",
]


class _PromptFile(FromFile):
    id: str = Field(pattern=NAME)
    text: str
    gloss_th: str | None = None
    category: Category | None = None
    motion: Literal["low", "mid", "high"] | None = None
    length: Literal["short", "long"] | None = None  # for readers: the text shows it
    tags: tuple[str, ...] = ()


class _TrainingFile(_PromptFile):
    expected: int | None = Field(default=None, ge=1, le=5)  # the ACR score that it aims at


class _SuiteFile(FromFile):
    name: str = Field(pattern=NAME)
    version: str = Field(pattern=NAME)
    licence: str = Field(min_length=1)
    prompts: tuple[_PromptFile, ...] = Field(min_length=1, max_length=MAX_PROMPTS)
    training: tuple[_TrainingFile, ...] = Field(min_length=1, max_length=MAX_PROMPTS)


def load_suite(path: Path) -> PromptSuite:
    """Raises: InvalidInputError: names the file, the field and row, or the id that stands twice."""
    if path.is_file():
        _refuse_large(path.stat().st_size, path)
    return _suite_of(_own_words(path, lambda: read_toml(path)), path)


def parse_suite(content: bytes, file_name: str) -> PromptSuite:
    """A suite that somebody sent. Raises: InvalidInputError, as `load_suite`."""
    path = Path(file_name)
    _refuse_large(len(content), path)
    return _suite_of(_own_words(path, lambda: toml_of(content, path)), path)


def _suite_of(raw: dict[str, Any], path: Path) -> PromptSuite:
    try:
        content = _SuiteFile.model_validate(raw)
    except ValidationError as error:
        raise _misfit(path, error.errors(include_url=False)[0]) from None
    _refuse_twins(path, [row.id for row in (*content.prompts, *content.training)])
    _refuse_disorder(path, content.training)
    version = content.version
    return PromptSuite(
        suite_id=f"{content.name}@{version}",
        name=content.name,
        version=version,
        prompts=_prompts(path, version, "prompts", content.prompts),
        training=_prompts(path, version, "training", content.training),
    )


def _own_words(path: Path, read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Whoever wrote the file can mend it: they need the line, not a parser's sentence."""
    try:
        return read()
    except InvalidInputError as error:
        if error.problem != "file_unreadable":
            raise
        found = LINE.search(str(error.facts.get("detail")))
        if found is None:
            raise InvalidInputError("suite_no_toml", field="path", value=path.name) from None
        raise InvalidInputError(
            "suite_toml_line", field="path", value=path.name, line=found.group(1)
        ) from None


def _misfit(path: Path, first: "ErrorDetails") -> InvalidInputError:
    """The first field that does not fit, its row as a person counts it."""
    where = [str(part) for part in first["loc"]]
    is_row = len(where) > 1 and where[1].isdigit()
    place = f"[[{where[0]}]] no. {int(where[1]) + 1}, {where[-1]}" if is_row else where[-1]
    problem = MISFITS.get(first["type"], "suite_field_value")
    return InvalidInputError(
        problem,
        field=".".join(where),
        value=path.name,
        place=place,
        given=str(first["input"])[:GIVEN_CHARACTERS],
        # Only of a closed list of words can it be said what fits.
        known=str(first.get("ctx", {}).get("expected", "")),
    )


def _prompts(
    path: Path, version: str, table: str, rows: Sequence[_PromptFile]
) -> tuple[Prompt, ...]:
    made = []
    for number, row in enumerate(rows, start=1):
        try:
            made.append(_prompt(version, row))
        except InvalidInputError:
            raise InvalidInputError(
                "suite_text",
                field=f"{table}.{number - 1}.text",
                value=path.name,
                table=table,
                row=number,
                prompt_id=row.id,
                limit=MAX_PROMPT_CHARACTERS,
            ) from None
    return tuple(made)


def _prompt(version: str, row: _PromptFile) -> Prompt:
    category = () if row.category is None else (row.category,)
    motion = () if row.motion is None else (f"motion:{row.motion}",)  # the router reads it
    return Prompt(
        # Texts change between versions, and ratings of different texts must never meet.
        prompt_id=f"{row.id}@{version}",
        text=checked_prompt_text(row.text),
        gloss_th=row.gloss_th,
        tags=(*category, *motion, *row.tags),
    )


def _refuse_large(size_bytes: int, path: Path) -> None:
    if size_bytes > MAX_SUITE_BYTES:
        raise InvalidInputError(
            "suite_too_large",
            field="path",
            value=path.name,
            limit=f"{MAX_SUITE_BYTES / 1e6:g}",
        )


def _refuse_twins(path: Path, ids: list[str]) -> None:
    seen: set[str] = set()
    for prompt_id in ids:
        if prompt_id in seen:
            raise InvalidInputError(
                "prompt_id_twice", field="prompts.id", value=prompt_id, file=path.name
            )
        seen.add(prompt_id)


def _refuse_disorder(path: Path, training: Sequence[_TrainingFile]) -> None:
    """A rater meets the scale from its worst end to its best."""
    known = [row for row in training if row.expected is not None]
    for before, after in pairwise(known):
        if (before.expected or 0) > (after.expected or 0):
            raise InvalidInputError(
                "suite_training_order",
                field="training.expected",
                value=after.expected,
                file=path.name,
                prompt_id=after.id,
                before=before.expected,
            )
