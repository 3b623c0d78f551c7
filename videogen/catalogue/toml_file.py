"""Reading a TOML file that a person wrote, with errors that name the file and the line."""

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from videogen.errors import InvalidInputError


class FromFile(BaseModel):
    """A misspelt key is an error: silently ignored it would change a measurement."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Content = TypeVar("Content", bound=FromFile)


def read_toml(path: Path) -> dict[str, Any]:
    """Raises: InvalidInputError: no such file, not UTF-8, or not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InvalidInputError("file_missing", field="path", value=path.name) from None
    except OSError as error:
        raise _unreadable(path, error) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unreadable(path, error) from None


def parsed(content: type[Content], path: Path, raw: dict[str, Any]) -> Content:
    """Raises: InvalidInputError: naming the first field that does not fit."""
    try:
        return content.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidInputError(
            "file_content", field=where, value=path.name, detail=first["msg"]
        ) from None


def _unreadable(path: Path, error: Exception) -> InvalidInputError:
    return InvalidInputError(
        "file_unreadable", field="path", value=path.name, detail=str(error)[:200]
    )
