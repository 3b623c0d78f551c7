"""Reading a TOML file that a person wrote, with errors that name the file and the line."""

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from videogen.errors import InvalidInputError

GIVEN_CHARACTERS = 60  # of a wrong value: enough to find it by


class FromFile(BaseModel):
    """A misspelt key is an error: silently ignored it would change a measurement."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Content = TypeVar("Content", bound=FromFile)


def read_toml(path: Path) -> dict[str, Any]:
    """Raises: InvalidInputError: no such file, not UTF-8, or not TOML."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InvalidInputError("file_missing", field="path", value=path.name) from None
    except OSError as error:
        raise _unreadable(path, error) from None
    return toml_of(content, path)


def toml_of(content: bytes, path: Path) -> dict[str, Any]:
    """`path` is for the errors' name alone. Raises: InvalidInputError: not UTF-8, or not TOML."""
    try:
        # Editors on Windows put a mark before the first letter, which TOML does not know.
        return tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise _unreadable(path, error) from None


def parsed(content: type[Content], path: Path, raw: dict[str, Any]) -> Content:
    """Raises: InvalidInputError: naming the first field that does not fit."""
    try:
        return content.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        given = first["input"]
        # Of a missing field pydantic gives the whole row.
        said = "" if isinstance(given, dict) else f" ({str(given)[:GIVEN_CHARACTERS]!r})"
        raise InvalidInputError(
            "file_content", field=where, value=path.name, detail=f"{first['msg']}{said}"
        ) from None


def _unreadable(path: Path, error: Exception) -> InvalidInputError:
    return InvalidInputError(
        "file_unreadable", field="path", value=path.name, detail=str(error)[:200]
    )
