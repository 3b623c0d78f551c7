"""What both of Google's protocols share: errors, scripted answers, the sign-in check."""

import asyncio
import base64
import binascii
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from videogen.sandbox.faults import Fault
from videogen.sandbox.given_picture import BadPictureError, picture_frame, picture_type
from videogen.sandbox.http_frame import HangUp, json_body

_CAPTIVE_PORTAL = "<html><body><h1>Welcome! Please sign in to use the network.</h1></body></html>"
_STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


IMAGE_TYPES = ("image/jpeg", "image/png")
MAX_IMAGE_BYTES = 20_000_000  # "image <= 20 MB" on Vertex's page of Veo


class GoogleError(Exception):
    """An answer in Google's error shape."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code

    def as_json(self) -> dict[str, Any]:
        status = _STATUS_NAMES.get(self.code, "UNKNOWN")
        return {"error": {"code": self.code, "message": str(self), "status": status}}


def error_answer(error: GoogleError) -> Response:
    return JSONResponse(error.as_json(), status_code=error.code)


async def signed_in_body(request: Request) -> dict[str, Any]:
    """Raises: GoogleError: no credential, or no JSON object."""
    try:
        body = await json_body(request)
    except json.JSONDecodeError:
        body = None
    if body is None:
        raise GoogleError(400, "Invalid JSON payload received.")
    check_sign_in(request)
    return body


def check_sign_in(request: Request) -> None:
    """Raises: GoogleError: 401, neither a token nor a key came along."""
    if "authorization" not in request.headers and "x-goog-api-key" not in request.headers:
        raise GoogleError(401, "Request is missing required authentication credential.")


def given_picture(encoded: Any, mime_type: Any, field_name: str) -> bytes:
    """The image's bytes. Raises: GoogleError: 400, none that Google takes."""
    try:
        content = base64.b64decode(str(encoded or ""), validate=True)
    except (binascii.Error, ValueError):
        raise GoogleError(
            400, f"Invalid value at '{field_name}': Base64 decoding failed."
        ) from None
    if not content:
        raise GoogleError(400, f"{field_name} is empty.")
    if mime_type not in IMAGE_TYPES:
        allowed = ", ".join(IMAGE_TYPES)
        message = f"Unsupported mime type {mime_type} of {field_name}. Supported: {allowed}."
        raise GoogleError(400, message)
    if len(content) > MAX_IMAGE_BYTES:
        raise GoogleError(400, f"{field_name} is larger than 20 MB.")
    try:
        picture_frame(content)
    except BadPictureError:
        raise GoogleError(400, f"Unable to process {field_name}: not a valid image.") from None
    if picture_type(content) != mime_type:
        raise GoogleError(400, f"{field_name} is not of the mime type {mime_type}.")
    return content


def scripted(fault: Fault) -> Response:
    """Answer with the fault's `status`, `body` (object or text) and `retry_after_s`."""
    status = int(fault.number("status", 503))
    headers: dict[str, str] = {}
    if "retry_after_s" in fault.params:
        headers["Retry-After"] = str(fault.params["retry_after_s"])
    body = fault.params.get("body")
    if isinstance(body, str):
        kind = "text/html" if body.startswith("<") else "application/json"  # broken JSON, then
        return Response(body, status_code=status, headers=headers, media_type=kind)
    if body is None:
        body = GoogleError(status, "The sandbox was told to refuse this.").as_json()
    return JSONResponse(body, status_code=status, headers=headers)


def refused_submit(fault: Fault | None) -> Response | None:
    """The answer of a submit that is not accepted; None: go on and accept it."""
    if fault is not None and fault.kind == "http_status":
        return scripted(fault)
    if fault is not None and fault.kind == "drop_before_accept":
        return HangUp()
    return None


async def accepted_submit(fault: Fault | None, answer: dict[str, Any]) -> Response:
    """The job runs and will be billed, whether or not the answer says which it is."""
    if fault is None:
        return JSONResponse(answer)
    if fault.kind == "empty_body":
        return _nothing()
    if fault.kind == "html_200":
        return HTMLResponse(_CAPTIVE_PORTAL)
    if fault.kind == "slow_answer":
        await asyncio.sleep(fault.number("delay_s", 2.0))
        return JSONResponse(answer)
    return HangUp()


def spoilt_poll(fault: Fault) -> Response:
    if fault.kind == "poll_drop":
        return HangUp()
    if fault.kind == "poll_empty":
        return _nothing()
    if fault.kind == "poll_html":
        return HTMLResponse(_CAPTIVE_PORTAL)
    return scripted(fault)


def _nothing() -> Response:
    return Response(status_code=200, media_type="application/json")
