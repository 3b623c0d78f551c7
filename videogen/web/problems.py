"""Errors as JSON, in the reader's language."""

from collections.abc import Mapping
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse

from videogen.errors import (
    AlreadyRatedError,
    DatabaseFullError,
    DataFolderHeldError,
    DiskFullError,
    NotAllowedError,
    NotFoundError,
    SignInRequiredError,
    VideogenError,
)
from videogen.texts import LANGUAGES, error_hint, error_message


class WebError(VideogenError):
    """Refused before it reached the application."""

    status: ClassVar[int] = 400


class HostRefusedError(WebError):
    """The Host header names another machine."""

    code = "host_refused"
    status = 403


class OriginRefusedError(WebError):
    """A page of a foreign origin asked."""

    code = "origin_refused"
    status = 403


class StrangerRefusedError(WebError):
    """Another machine asks although nobody signs in here."""

    code = "stranger_refused"
    status = 403


class TokenRefusedError(WebError):
    """A clip's address is forged, has expired or leads nowhere: one answer for all."""

    code = "token_refused"
    status = 403


class BodyTooLargeError(WebError):
    """More bytes than the route takes."""

    code = "body_too_large"
    status = 413


class NotReadyError(WebError):
    """The application is starting or stopping."""

    code = "not_ready"
    status = 503


STATUSES: Mapping[type[VideogenError], int] = {
    SignInRequiredError: 401,
    NotAllowedError: 403,
    NotFoundError: 404,
    AlreadyRatedError: 409,
    DataFolderHeldError: 503,
    DatabaseFullError: 507,  # not below 500: a player would take the vote for answered
    DiskFullError: 507,
}


def problem_response(
    error: VideogenError,
    headers: Mapping[str, str],
    *,
    language: str | None = None,
    beside: Mapping[str, object] | None = None,
) -> JSONResponse:
    """`{"error": {"code", "field", "value", "message", "hint"}}` with the fitting status.

    `beside` stands in the answer next to the error.
    """
    spoken = language or accepted_language(headers.get("accept-language", ""))
    body = {
        "code": error.code,
        "field": error.field,
        "value": _plain(error.value),
        "message": error_message(error, spoken),
        "hint": error_hint(error, spoken),
    }
    return JSONResponse(
        {"error": body, **(beside or {})},
        status_code=status_of(error),
        headers={"Cache-Control": "no-store", "Content-Language": spoken},
    )


def status_of(error: VideogenError) -> int:
    if isinstance(error, WebError):
        return error.status
    for kind, status in STATUSES.items():
        if isinstance(error, kind):
            return status
    return 400 if error.code != VideogenError.code else 500


def request_language(request: Request) -> str:
    """`?lang=` before Accept-Language."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return asked
    return accepted_language(request.headers.get("accept-language", ""))


def accepted_language(header: str) -> str:
    """The first of our languages by the header's weights; English when it names none."""
    weighted: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")):
        tag, _, weight = part.partition(";q=")
        language = tag.strip().lower().split("-")[0]
        try:
            quality = float(weight or 1)
        except ValueError:
            continue
        if language in LANGUAGES and quality > 0:
            weighted.append((-quality, place, language))
    return min(weighted)[2] if weighted else "en"


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
