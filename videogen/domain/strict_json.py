"""JSON as RFC 8259 has it, from outside: no NaN, no name twice, no bottomless nesting."""

import json
import sys
from collections import Counter
from collections.abc import Sequence


class NoJsonError(ValueError):
    """`problem` names a sentence of texts (error.invalid_input.*), `facts` what it tells.

    The parser's own words are English, whatever language the reader has.
    """

    def __init__(self, problem: str, **facts: object) -> None:
        self.problem = problem
        self.facts = facts
        super().__init__(problem, facts)


def parse(text: str | bytes, *, keeps_nan: bool = False) -> object:
    """`keeps_nan` for readers that refuse NaN and Infinity themselves, by their field.

    Raises: NoJsonError.
    """
    try:
        parsed: object = json.loads(
            text,
            parse_constant=float if keeps_nan else _refuse,
            object_pairs_hook=_each_name_once,
        )
    except json.JSONDecodeError as error:
        raise NoJsonError("file_not_json", line=error.lineno, column=error.colno) from None
    except NoJsonError:
        raise
    except UnicodeDecodeError:
        raise NoJsonError("file_not_text") from None
    except ValueError:  # a whole number that Python would take minutes to read
        raise NoJsonError("file_json_digits", limit=sys.get_int_max_str_digits()) from None
    except RecursionError:
        raise NoJsonError("file_json_deep") from None
    _refuse_halves(text, parsed)
    return parsed


def _refuse_halves(text: str | bytes, parsed: object) -> None:
    """An escape may name half of a surrogate pair, which no file and no answer can hold."""
    escape = b"\\ud" if isinstance(text, bytes) else "\\ud"
    if escape not in text.lower():  # type: ignore[operator]
        return
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise NoJsonError("file_not_text") from None


def _refuse(name: str) -> object:
    """Python reads these words, JSON does not know them, and sums with them mean nothing."""
    raise NoJsonError("file_json_nan", word=name)


def _each_name_once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Python would keep the last of a name and lose the others without a word."""
    named = dict(pairs)
    if len(named) < len(pairs):
        times = Counter(name for name, _ in pairs)
        twice = next(name for name, n in times.items() if n > 1)
        raise NoJsonError("file_json_twice", word=twice[:80])
    return named
