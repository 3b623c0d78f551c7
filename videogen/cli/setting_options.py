"""`--set NAME=VALUE`: what a condition is to have otherwise, read from the command line."""

from collections.abc import Sequence
from typing import Any

from videogen.errors import InvalidInputError
from videogen.runs.changed_condition import SIZES

TEXTS = frozenset({"negative_prompt"})  # whatever it looks like
WORDS = {"true": True, "false": False}


def set_values(texts: Sequence[str]) -> dict[str, Any]:
    """Name -> value. Raises: InvalidInputError: no NAME=VALUE, or twice the same name."""
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise InvalidInputError("set_option", field="set", value=text)
        if name in found:
            raise InvalidInputError("set_twice", field=name, value=value)
        found[name] = value if name in TEXTS else _value(name, value)
    return found


def _value(name: str, text: str) -> Any:
    if name not in SIZES and text in WORDS:
        return WORDS[text]
    for read in (float,) if name == "fps" else (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text
