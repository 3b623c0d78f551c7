"""A bundle that came from anywhere, unpacked without trusting a word of it."""

import contextlib
import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from videogen.errors import InvalidInputError
from videogen.reports.bundle import (
    CHUNK_BYTES,
    FIGURES_FILE,
    MANIFEST_FILE,
    MANIFEST_HASH_FILE,
    READ_ME,
    disk_error,
)
from videogen.reports.recompute import BESIDE_ROWS, REPORT_FILES, ROWS_FOLDER
from videogen.store.bundle import ROWS, row_file

NEEDED = frozenset(
    {
        MANIFEST_FILE,
        FIGURES_FILE,
        *BESIDE_ROWS,
        *(row_file(Path(ROWS_FOLDER), table).as_posix() for table in ROWS),
    }
)
KNOWN = NEEDED | {MANIFEST_HASH_FILE, *READ_ME.values(), *REPORT_FILES}
PLAIN_NAME = re.compile(r"[\w][\w.-]*(?:/[\w][\w.-]*)*", re.ASCII)
MAX_ENTRIES = 200
MAX_BYTES = 16 * 2**30  # unpacked; a campaign of a million runs takes a fifth of it
MAX_SMALL_BYTES = 200 * 2**20  # of a file that is read at once
MAX_RATIO = 200  # rows that repeat themselves pack to a fiftieth, zeros to a thousandth
ENCRYPTED = 0x1


def unpack(file: Path, folder: Path) -> Mapping[str, str]:
    """Every file's sha256 by name; only files that a bundle has are written below `folder`.

    Raises: InvalidInputError: it is no bundle, is damaged, or is larger than any bundle is.
    """
    (folder / ROWS_FOLDER).mkdir(parents=True)
    with _opened(file) as packed:
        entries = packed.infolist()
        _check(file, entries)
        return {entry.filename: _unpacked(packed, entry, folder) for entry in entries}


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    if not file.is_file():
        raise InvalidInputError("bundle_missing", field="file", value=file.name)
    try:
        packed = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InvalidInputError("bundle_no_zip", field="file", value=file.name) from error
    with packed:
        yield packed


def _check(file: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Before anything is written: names that stay inside, each once, and sizes that fit."""
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_BYTES:
        limits = {"n": MAX_ENTRIES, "limit_gb": MAX_BYTES // 2**30}
        raise InvalidInputError("bundle_too_large", field="file", value=file.name, **limits)
    names = [entry.filename for entry in entries]
    for name in names:
        if not PLAIN_NAME.fullmatch(name) or names.count(name) > 1:
            raise InvalidInputError("bundle_name", field="file", value=name[:100])
    for entry in entries:
        if _is_blown_up(entry):
            raise InvalidInputError("bundle_damaged", field="file", value=entry.filename)
    missing = sorted(NEEDED - set(names))
    if missing:
        raise InvalidInputError("bundle_incomplete", field="file", value=missing[0])


def _is_blown_up(entry: zipfile.ZipInfo) -> bool:
    if "/" not in entry.filename and entry.file_size > MAX_SMALL_BYTES:
        return True
    return entry.file_size > max(MAX_RATIO * entry.compress_size, CHUNK_BYTES)


def _unpacked(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> str:
    """The zip's own reader stops at the size that the entry tells, whatever is packed in it."""
    name = entry.filename
    if entry.flag_bits & ENCRYPTED:
        raise InvalidInputError("bundle_damaged", field="file", value=name)
    digest = hashlib.sha256()
    try:
        with packed.open(entry) as inside, contextlib.ExitStack() as opened:
            out = opened.enter_context((folder / name).open("wb")) if name in KNOWN else None
            while chunk := inside.read(CHUNK_BYTES):
                digest.update(chunk)
                if out is not None:
                    out.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise InvalidInputError("bundle_damaged", field="file", value=name) from error
    except OSError as error:
        raise disk_error(error, folder / name) from error
    return digest.hexdigest()
