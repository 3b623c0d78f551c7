"""What FastAPI finds wrong with a request, as our errors: field, value, and what to write."""

from collections.abc import Mapping, Sequence
from typing import Any

from videogen.errors import InvalidInputError, VideogenError
from videogen.web.api.problems import shown

MOST_ERRORS = 20

# pydantic's word for what is wrong -> what belongs there, as JSON writes it
WANTED: Mapping[str, str] = {
    "string_type": '"..."',
    "int_type": "1",
    "int_parsing": "1",
    "int_from_float": "1",
    "int_parsing_size": "1",
    "float_type": "1.5",
    "float_parsing": "1.5",
    "finite_number": "1.5",
    "bool_type": "true | false",
    "bool_parsing": "true | false",
    "list_type": "[...]",
    "dict_type": "{...}",
    "mapping_type": "{...}",
    "model_type": "{...}",
    "model_attributes_type": "{...}",
    "dataclass_type": "{...}",
}
LIMITS: Mapping[str, tuple[str, str]] = {
    "greater_than": (">", "gt"),
    "greater_than_equal": ("≥", "ge"),
    "less_than": ("<", "lt"),
    "less_than_equal": ("≤", "le"),
}
LENGTHS: Mapping[str, tuple[str, str]] = {
    "string_too_short": ("≥", "min_length"),
    "string_too_long": ("≤", "max_length"),
    "too_short": ("≥", "min_length"),
    "too_long": ("≤", "max_length"),
}
CHOICES = frozenset({"enum", "literal_error"})
OTHERS = {"extra_forbidden": "api_unknown", "control_character": "api_control"}


def found_wrong(errors: Sequence[Any]) -> list[VideogenError]:
    """One for each field, in their order; at least one."""
    found: dict[str, VideogenError] = {}
    for error in errors:
        named = _named(error)
        found.setdefault(str(named.field), named)
    return list(found.values())[:MOST_ERRORS]


def _named(error: Mapping[str, Any]) -> InvalidInputError:
    kind, field = error["type"], _field(error["loc"])
    if kind == "missing":
        return InvalidInputError("api_missing", field=field)
    problem, facts = _problem(kind, error.get("ctx") or {})
    return InvalidInputError(problem, field=field, value=shown(error.get("input")), **facts)


def _problem(kind: str, facts: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Our name for it, and what its sentences tell."""
    if kind in WANTED:
        return "api_type", {"wanted": WANTED[kind]}
    if kind in LIMITS:
        sign, name = LIMITS[kind]
        return "api_range", {"limit": f"{sign} {facts[name]:g}"}
    if kind in LENGTHS:
        sign, name = LENGTHS[kind]
        return "api_length", {"limit": f"{sign} {facts[name]}"}
    if kind in CHOICES:
        known = str(facts["expected"]).replace("'", "").replace(" or ", ", ")
        return "api_choice", {"known": known}
    return OTHERS.get(kind, "api_unusable"), {}


def _field(place: Sequence[str | int]) -> str:
    """`inputs.image`; the name alone where it is no part of something larger."""
    where, *names = place
    inner = [str(name)[:80] for name in names if not _is_branch(name)]
    return shown(".".join(inner) or str(where)) or "body"


def _is_branch(name: str | int) -> bool:
    """Pydantic names the kind that it tried, where a value may be of several."""
    return name in {"str", "int", "float", "bool", "dict[str,any]", "constrained-str"}
