"""Schemas of answers, read from the records that they are made of, with an example of each."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Schema = dict[str, Any]
Answers = dict[int | str, dict[str, Any]]

SIMPLE: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    Decimal: {"type": "number"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    type(None): {"type": "null"},
}
ARRAYS = (tuple, list, set, frozenset)


def answered(schema: Schema, example: Any, description: str, **headers: str) -> dict[str, Any]:
    """One entry of a route's `responses`; `headers`: name with underscores -> what it tells."""
    told = {"schema": schema, "example": example}
    found: dict[str, Any] = {
        "description": description,
        "content": {"application/json": told},
    }
    if headers:
        found["headers"] = {
            name.replace("_", "-"): {"description": text, "schema": {"type": "string"}}
            for name, text in headers.items()
        }
    return found


def record_schema(record_type: type, **beside: Schema) -> Schema:
    """As `domain.plain_json.plain` writes it; `beside` are fields that are added to it."""
    hints = get_type_hints(record_type)
    own = {one.name: schema_of(hints[one.name]) for one in fields(record_type)}
    properties = {**own, **beside}
    return {"type": "object", "properties": properties, "required": list(properties)}


def page_schema(row: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": row},
            "next": {"type": ["string", "null"]},
        },
        "required": ["items", "next"],
    }


def schema_of(kind: Any) -> Schema:
    """Of a type as a record declares it; anything where that says nothing."""
    if kind in SIMPLE:
        return dict(SIMPLE[kind])
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(part) for part in parts]}
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in ARRAYS:
        return {"type": "array", "items": schema_of(parts[0]) if parts else {}}
    return _of_class(origin or kind)


def _of_class(kind: Any) -> Schema:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [one.value for one in kind]}
    if is_dataclass(kind) and isinstance(kind, type):
        return record_schema(kind)
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return {"type": "object"}
    return {}
