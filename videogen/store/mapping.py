"""Records to rows and back: field names are column names, types say how a value is stored."""

import dataclasses
import json
import types
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")

Readers = Mapping[str, Callable[[Any], Any]]

READERS: dict[type, Readers] = {}  # reading type hints anew for each row would take longer than SQL
MICRODOLLAR = Decimal("0.000001")  # the scale of DECIMAL(18, 6)


def to_column(value: object) -> Any:
    """A value as DuckDB binds it: enums by value, datetimes as naive UTC, structures as JSON."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return _naive_utc(value)
    if isinstance(value, Decimal):
        return value.quantize(MICRODOLLAR)
    if value is None or isinstance(value, str | bool | int | float | date):
        return value
    return json.dumps(to_json(value), ensure_ascii=False, allow_nan=False)


def to_json(value: object) -> Any:
    """A value as plain JSON; Decimal and dates become text."""
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(to_json(key)): to_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json(inner) for inner in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def row_of(record: Any) -> dict[str, Any]:
    """A record's columns and their values, as the record has them."""
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}


def record_of(record_type: type[Record], columns: Sequence[str], row: Sequence[Any]) -> Record:
    """The record in a row; columns that are no field of it are left out."""
    readers = _readers(record_type)
    values = {
        name: None if value is None else readers[name](value)
        for name, value in zip(columns, row, strict=True)
        if name in readers
    }
    return record_type(**values)


def _readers(record_type: type) -> Readers:
    if record_type not in READERS:
        READERS[record_type] = _made_readers(record_type)
    return READERS[record_type]


def _made_readers(record_type: Any) -> Readers:
    hints = get_type_hints(record_type)
    fields: Sequence[dataclasses.Field[Any]] = dataclasses.fields(record_type)
    return {field.name: _column_reader(hints[field.name]) for field in fields}


def _column_reader(hint: Any) -> Callable[[Any], Any]:
    known = _without_none(hint)
    if known is datetime:
        return _aware_utc
    if known in (str, int, float, bool, Decimal, date):
        return _unchanged
    if isinstance(known, type) and issubclass(known, Enum):
        return known
    return lambda text: from_json(known, json.loads(text))


def from_json(hint: Any, value: Any) -> Any:
    """JSON back into the type that a field is annotated with."""
    known = _without_none(hint)
    if value is None or known is Any:
        return value
    if dataclasses.is_dataclass(known) and isinstance(known, type):
        hints = get_type_hints(known)
        return known(**{name: from_json(hints[name], inner) for name, inner in value.items()})
    if get_origin(known) is tuple:
        return tuple(from_json(get_args(known)[0], inner) for inner in value)
    if isinstance(known, type) and issubclass(known, Enum | Decimal):
        return known(value)
    if isinstance(known, type) and issubclass(known, date):  # datetime too
        return known.fromisoformat(value)
    return float(value) if known is float else value


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        (known,) = (part for part in get_args(hint) if part is not type(None))
        return known
    return hint


def _naive_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a datetime without a time zone cannot be stored as UTC")
    return moment.astimezone(UTC).replace(tzinfo=None)


def _aware_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


def _unchanged(value: Any) -> Any:
    return value
