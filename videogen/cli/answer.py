"""How a command answers: sentences for people, one JSON object last for programs."""

import json
import math
import os
import re
import sys
from collections.abc import Callable

from videogen.domain.plain_json import plain
from videogen.errors import InvalidInputError, VideogenError
from videogen.texts import LANGUAGES, error_hint, error_message

# Control characters but for line breaks and tabs, and the marks that reorder a line (UAX 9).
STEERING = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]")


def language() -> str:
    """VIDEOGEN_LANGUAGE, else the shell's locale, else English."""
    wanted = os.environ.get("VIDEOGEN_LANGUAGE") or os.environ.get("LANG", "")
    return wanted[:2] if wanted[:2] in LANGUAGES else "en"


def say(sentence: str, *, as_json: bool) -> None:
    """Progress for people; with --json it goes to stderr, so that stdout stays for programs."""
    print(harmless(sentence), file=sys.stderr if as_json else sys.stdout, flush=True)


def harmless(sentence: str) -> str:
    """Without what a stranger's file could steer a terminal or turn a line's words round with."""
    return STEERING.sub(" ", sentence)


def print_json(answer: object) -> None:
    line = json.dumps(plain(answer), ensure_ascii=False, allow_nan=False)
    # A lone half of a surrogate pair has no UTF-8; written as an escape it is JSON still.
    print(line.encode("utf-8", "backslashreplace").decode(), flush=True)


def report_error(error: VideogenError, *, as_json: bool) -> int:
    """Say what happened and what to do; returns the exit code."""
    message = harmless(error_message(error, language()))
    hint = harmless(error_hint(error, language()))
    if as_json:
        facts = {
            "code": error.code,
            "field": error.field,
            "value": error.value,
            "message": message,
            "hint": hint,
        }
        print_json({"error": facts})
    else:
        print(f"{message} {hint}", file=sys.stderr)
    return error.exit_code


def whole(field: str, *, minimum: int = 1) -> Callable[[str], int]:
    """For argparse, which would name neither the option nor what it takes."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = minimum - 1
        if number < minimum:
            raise InvalidInputError("not_whole_from", field=field, value=text, minimum=minimum)
        return number

    return read


def above_zero(field: str) -> Callable[[str], float]:
    """For argparse: a finite number above 0."""

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not (math.isfinite(number) and number > 0):
            raise InvalidInputError("not_above_zero", field=field, value=text)
        return number

    return read
