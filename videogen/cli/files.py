"""Reading what a person named on the command line."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from videogen.domain import strict_json
from videogen.errors import InvalidInputError

MAX_BYTES = 200_000_000


def read_text(name: str) -> str:
    """A file's text, or standard input for "-".

    Raises: InvalidInputError: it is not there, too large, or no UTF-8 text.
    """
    try:
        content = _standard_input() if name == "-" else _file(Path(name), name)
    except OSError as error:
        raise InvalidInputError(
            "file_unreadable", field="file", value=name, detail=error.strerror
        ) from None
    if len(content) > MAX_BYTES:
        raise InvalidInputError("file_too_large", field="file", value=name, limit=MAX_BYTES)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError("file_not_text", field="file", value=name) from error


def _standard_input() -> bytes:
    """One byte more than is taken: what is piped in may have no end."""
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def _file(path: Path, name: str) -> bytes:
    """A device or a pipe is none: reading it may never end."""
    if not path.is_file():
        raise InvalidInputError("file_missing", field="file", value=name)
    with path.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


def checked_out(out: Path) -> Path:
    """A file that can be written, told before anything is made for it.

    Raises: InvalidInputError: it is a folder, or its folder is not there or cannot be written.
    """
    if out.is_dir():
        raise InvalidInputError("out_is_folder", field="out", value=out)
    if not out.parent.is_dir():
        raise InvalidInputError("out_folder_missing", field="out", value=out.parent)
    if not os.access(out.parent, os.W_OK):
        raise InvalidInputError("out_unwritable", field="out", value=out)
    return out


def write_out(out: Path, write: Callable[[BinaryIO], object]) -> None:
    """Whole, or not at all.

    Raises: InvalidInputError: the disk is full, or does not take it for another reason.
    """
    part = out.with_name(out.name + ".part")
    try:
        with part.open("wb") as opened:
            write(opened)
        part.replace(out)
    except OSError as error:
        raise InvalidInputError(
            "out_not_written", field="out", value=out, detail=os.strerror(error.errno or 0)
        ) from error
    finally:
        part.unlink(missing_ok=True)


def read_json(name: str, *, keeps_nan: bool = False) -> object:
    """Raises: InvalidInputError: as `read_text`, or no JSON."""
    return parse_json(read_text(name), name, keeps_nan=keeps_nan)


def parse_json(text: str, name: str, *, keeps_nan: bool = False) -> object:
    """Raises: InvalidInputError: the text, which was read from `name`, is no JSON."""
    try:
        return strict_json.parse(text, keeps_nan=keeps_nan)
    except strict_json.NoJsonError as error:
        raise InvalidInputError(error.problem, field="file", value=name, **error.facts) from None
