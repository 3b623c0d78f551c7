"""What a player sends: a small JSON object whose fields are checked one by one."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from videogen.domain import strict_json
from videogen.errors import InvalidInputError
from videogen.web.problems import BodyTooLargeError

MAX_BODY_BYTES = 16 * 1024

Body = Mapping[str, Any]


async def json_object(request: Request) -> Body:
    """Raises: InvalidInputError: the body is no JSON object. BodyTooLargeError."""
    try:
        body = strict_json.parse(await read_body(request, MAX_BODY_BYTES) or b"{}")
    except ValueError:
        raise InvalidInputError("body_no_json", field="body") from None
    if not isinstance(body, dict):
        raise InvalidInputError("body_no_json", field="body")
    return body


def text(body: Body, name: str) -> str:
    """Raises: InvalidInputError: missing, empty or no text."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidInputError("field_missing", field=name, value=value)
    return value


def count(body: Body, name: str) -> int | None:
    """None where nothing was sent. Raises: InvalidInputError: no count that a row can hold."""
    value = body.get(name)
    if value is None:
        return None
    if type(value) is not int or not 0 <= value < 2**31:
        raise InvalidInputError("count_unusable", field=name, value=value)
    return value


def amount(body: Body, name: str, *, largest: float) -> float | None:
    """None where nothing was sent. Raises: InvalidInputError: no number from 0 to `largest`."""
    value = body.get(name)
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 <= value <= largest:
        raise InvalidInputError("amount_unusable", field=name, value=value, largest=largest)
    return float(value)


async def read_body(request: Request, limit: int) -> bytes:
    """Counted while it is read: a Content-Length may be missing or wrong.

    Raises: BodyTooLargeError.
    """
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > limit:
            raise BodyTooLargeError(field="body", limit=limit)
    return bytes(read)
