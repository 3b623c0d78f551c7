"""Replicate's errors, in the shape of RFC 9457, and scripted answers in that shape."""

import dataclasses
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from videogen.sandbox.faults import Fault

_TITLES = {
    401: "Unauthenticated",
    402: "Payment required",
    404: "Not found",
    422: "Input validation failed",
    429: "Throttled",
}
_DETAILS = {
    401: "You did not pass a valid authentication token",
    402: "You have insufficient credit.",
    404: "The requested resource could not be found.",
    429: "Request was throttled. Your rate limit resets in ~1s.",
}


class ReplicateError(Exception):
    """An answer in Replicate's error shape; `fields` names what was wrong in the input."""

    def __init__(self, status: int, detail: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.fields = fields or {}

    def as_json(self) -> dict[str, Any]:
        problem: dict[str, Any] = {
            "title": _TITLES.get(self.status, "Internal server error"),
            "detail": str(self),
            "status": self.status,
        }
        if self.fields:
            problem["invalid_fields"] = [
                {"type": "schema", "field": name, "description": words}
                for name, words in self.fields.items()
            ]
        return problem


def invalid_input(fields: dict[str, str]) -> ReplicateError:
    detail = "\n".join(f"- {name}: {words}" for name, words in fields.items())
    return ReplicateError(422, detail, fields)


def error_answer(error: ReplicateError) -> Response:
    return JSONResponse(
        error.as_json(), status_code=error.status, media_type="application/problem+json"
    )


def check_sign_in(request: Request) -> None:
    """Raises: ReplicateError: 401, no token came along."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme not in ("Bearer", "Token") or not token.strip():
        raise ReplicateError(401, _DETAILS[401])


def in_its_words(fault: Fault | None) -> Fault | None:
    """The same fault with Replicate's own problem, where the script says no body."""
    if fault is None or "body" in fault.params or not fault.kind.endswith("_status"):
        return fault
    status = int(fault.number("status", 503))
    detail = _DETAILS.get(status, "The sandbox was told to refuse this.")
    problem = ReplicateError(status, detail).as_json()
    return dataclasses.replace(fault, params={**fault.params, "body": problem})
