"""JSON as RFC 8259 has it, from outside: no NaN, no Infinity, no bottomless nesting."""

import json


def parse(text: str | bytes, *, keeps_nan: bool = False) -> object:
    """`keeps_nan` for readers that refuse NaN and Infinity themselves, by their field.

    Raises: ValueError: it is no JSON.
    """
    try:
        parsed: object = json.loads(text, parse_constant=float if keeps_nan else _refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return parsed


def _refuse(name: str) -> object:
    """Python reads these words, JSON does not know them, and sums with them mean nothing."""
    raise ValueError(f"{name} is no JSON number")
