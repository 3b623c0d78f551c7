"""Errors as problem details (RFC 9457), in the reader's language."""

import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

from videogen.errors import (
    BackendUnavailableError,
    BackupRunningError,
    BudgetExceededError,
    DatabaseFullError,
    InvalidInputError,
    KeyReusedError,
    NoRoomError,
    NotAllowedError,
    NotFoundError,
    PaidCallsStoppedError,
    SignInRequiredError,
    VideogenError,
)
from videogen.texts import error_hint, error_message
from videogen.web.problems import WebError, status_of

MEDIA_TYPE = "application/problem+json"
SHOWN_CHARACTERS = 120
SHOWN_NUMBER = 10**15

# The first that fits; what stands nowhere is answered as our other routes answer it.
STATUSES: Sequence[tuple[type[VideogenError], HTTPStatus]] = (
    (SignInRequiredError, HTTPStatus.UNAUTHORIZED),
    (NotAllowedError, HTTPStatus.FORBIDDEN),
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (KeyReusedError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (InvalidInputError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (BudgetExceededError, HTTPStatus.CONFLICT),
    (PaidCallsStoppedError, HTTPStatus.CONFLICT),
    (BackendUnavailableError, HTTPStatus.SERVICE_UNAVAILABLE),
    (BackupRunningError, HTTPStatus.CONFLICT),
    (DatabaseFullError, HTTPStatus.INSUFFICIENT_STORAGE),
    (NoRoomError, HTTPStatus.INSUFFICIENT_STORAGE),
)


class NoJsonBodyError(WebError):
    """A body of another kind than this route takes."""

    code = "media_type"
    status = 415


class NoSuchAddressError(WebError):
    """Nothing stands at this address."""

    code = "address_unknown"
    status = 404


class MethodRefusedError(WebError):
    """The address knows other methods; facts: allowed."""

    code = "method_refused"
    status = 405


def problem(
    errors: Sequence[VideogenError], language: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The first error as the problem, every one of them below `errors`."""
    for error in errors:
        error.value = shown(error.value)  # what somebody sent stands in our sentences too
    first = errors[0]
    status = problem_status(first)
    own = {"Cache-Control": "no-store", "Content-Language": language}
    if status == HTTPStatus.UNAUTHORIZED:
        own["WWW-Authenticate"] = "Bearer"
    if "retry_after_s" in first.facts:
        own["Retry-After"] = str(first.facts["retry_after_s"])
    body = {
        "type": f"urn:videogen:problem:{first.code}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        **_told(first, language),
        "errors": [_told(error, language) for error in errors],
    }
    return JSONResponse(
        body, status_code=status, headers={**(headers or {}), **own}, media_type=MEDIA_TYPE
    )


def problem_status(error: VideogenError) -> int:
    if isinstance(error, WebError):
        return error.status
    fitting = (status for kind, status in STATUSES if isinstance(error, kind))
    return next(fitting, status_of(error))


def shown(value: object) -> Any:
    """Short enough for one line, and printable as JSON whatever it was."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < SHOWN_NUMBER:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, Mapping):
        return "{…}"
    if isinstance(value, list | tuple | set | frozenset):
        return "[…]"
    return _short(value)


def _short(value: object) -> str:
    if isinstance(value, int):
        return f"{'-' if value < 0 else ''}≥10^15"
    text = str(value).encode("utf-8", "replace").decode()
    start = text[: 4 * SHOWN_CHARACTERS]
    line = "".join(letter if letter.isprintable() else "�" for letter in start)
    return line if len(line) <= SHOWN_CHARACTERS else f"{line[: SHOWN_CHARACTERS - 1]}…"


def _told(error: VideogenError, language: str) -> dict[str, Any]:
    return {
        "code": error.code,
        "detail": error_message(error, language),
        "hint": error_hint(error, language),
        "field": error.field,
        "value": error.value,
    }
