"""A file of ratings, one opinion a row: CSV, JSON or Parquet, written and read."""

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from videogen.domain import strict_csv, strict_json
from videogen.errors import InvalidInputError

Row = Mapping[str, Any]
Cells = Mapping[str, str]

TEXT, WHOLE, NUMBER, MONEY, TIME = "text", "whole", "number", "money", "time"
# The first seven are what `analyse` asks for.
COLUMNS: Mapping[str, str] = {
    "clip_id": TEXT,
    "prompt_id": TEXT,
    "condition": TEXT,
    "rater": TEXT,
    "dimension": TEXT,
    "score": WHOLE,
    "rated_at": TIME,
    "kind": TEXT,
    "seed": WHOLE,
    "origin": TEXT,
    "rater_kind": TEXT,
    "prompt": TEXT,
    "category": TEXT,
    "session_id": TEXT,
    "round": WHOLE,
    "position": WHOLE,
    "served_at": TIME,
    "ended_at": TIME,
    "watched_s": NUMBER,
    "replays": WHOLE,
    "stalls": WHOLE,
    "dropped_frames": WHOLE,
    "expected_score": WHOLE,
    "wall_time_s": NUMBER,
    "cost_usd": MONEY,
    "peak_vram_mib": WHOLE,
    "width_px": WHOLE,
    "height_px": WHOLE,
    "n_frames": WHOLE,
    "fps": NUMBER,
    "settings": TEXT,
    "rating_id": TEXT,
    "source": TEXT,
}
_PARQUET_MAGIC = b"PAR1"
_SHOWN_CHARACTERS = 80
MAX_BYTES = 200_000_000


class RatingsFormat(StrEnum):
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def write_rows(rows: Sequence[Row], form: RatingsFormat) -> bytes:
    """The whole file; a value that is not known is an empty cell, null or NULL."""
    if form is RatingsFormat.PARQUET:
        return _parquet(rows)
    if form is RatingsFormat.JSON:
        return json_file([json_row(row) for row in rows])
    return csv_head() + csv_lines(rows)


def json_file(rows: Sequence[Row]) -> bytes:
    """Args: rows: as `json_row` makes them."""
    return json.dumps(rows, ensure_ascii=False, allow_nan=False, indent=0).encode()


def json_row(row: Row) -> dict[str, Any]:
    """Every column, null where nothing is known."""
    return {name: _json_value(row[name]) for name in COLUMNS}


def csv_head() -> bytes:
    return _csv([list(COLUMNS)])


def csv_lines(rows: Iterable[Row]) -> bytes:
    """Below the head, a part of the file at a time."""
    return _csv([_guarded(row[name]) for name in COLUMNS] for row in rows)


def _csv(lines: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


def read_rows(content: bytes, file_name: str) -> list[tuple[int, Cells]]:
    """(row number, cells by lower-case column), an empty text where nothing is known.

    A CSV's header is row 1; in JSON and Parquet the first opinion is row 1. Which of the three it
    is, the content tells.
    Raises: InvalidInputError: it is none of them, or a row does not fit the header.
    """
    if len(content) > MAX_BYTES:
        raise InvalidInputError("file_too_large", field="file", value=file_name, limit=MAX_BYTES)
    if content.startswith(_PARQUET_MAGIC):
        return _read_parquet(content, file_name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInputError("file_not_text", field="file", value=file_name) from None
    if text.lstrip()[:1] in ("[", "{"):
        return _read_json(text, file_name)
    return list(_read_csv(text))


def text_of(value: object) -> str:
    """A value as a cell: times in ISO 8601, nothing for what is not known."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def _guarded(value: object) -> str:
    return strict_csv.guarded(value) if isinstance(value, str) else text_of(value)


def _read_csv(text: str) -> Iterator[tuple[int, Cells]]:
    found = strict_csv.rows(text)
    _, header = next(found)
    names = [cell.lower() for cell in header]
    for number, cells in found:
        yield number, dict(zip(names, cells, strict=True))


def _read_json(text: str, file_name: str) -> list[tuple[int, Cells]]:
    try:
        rows = strict_json.parse(text)
    except strict_json.NoJsonError as error:
        raise InvalidInputError(
            error.problem, field="file", value=file_name, **error.facts
        ) from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidInputError("ratings_json_shape", field="file", value=file_name)
    return _numbered(rows)


def _read_parquet(content: bytes, file_name: str) -> list[tuple[int, Cells]]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        rows = parquet.read_table(io.BytesIO(content)).to_pylist()
    except (pa.ArrowException, OSError):
        raise InvalidInputError("ratings_parquet", field="file", value=file_name) from None
    return _numbered(rows)


def _numbered(rows: Sequence[Mapping[str, object]]) -> list[tuple[int, Cells]]:
    return [
        (number, {name.lower(): text_of(value) for name, value in row.items()})
        for number, row in enumerate(rows, start=1)
    ]


def _json_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _parquet(rows: Sequence[Row]) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    types = {
        TEXT: pa.string(),
        WHOLE: pa.int64(),
        NUMBER: pa.float64(),
        MONEY: pa.decimal128(18, 6),
        TIME: pa.timestamp("us", tz="UTC"),
    }
    schema = pa.schema(
        [(name, pa.uint64() if name == "seed" else types[t]) for name, t in COLUMNS.items()]
    )
    table = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    out = io.BytesIO()
    parquet.write_table(table, out)
    return out.getvalue()


def shown(value: str) -> str:
    """A value short enough for a message."""
    return value if len(value) <= _SHOWN_CHARACTERS else f"{value[:_SHOWN_CHARACTERS]}…"
