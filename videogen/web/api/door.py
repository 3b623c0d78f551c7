"""What every request of the API passes first: who asks, whether they may, and how often.

A route without an entry in `access.ROUTES` is shut, and one that is no `Guarded` is not served.
"""

import logging
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from videogen import bootstrap
from videogen.access import Door, route_door
from videogen.bootstrap import Application
from videogen.domain import strict_json
from videogen.domain.strict_json import NoJsonError
from videogen.errors import InvalidInputError, SignInRequiredError, VideogenError
from videogen.web.api import PREFIX
from videogen.web.api.asked import Asked
from videogen.web.api.limits import MAX_BODY_BYTES, RateLimit
from videogen.web.api.problems import NoJsonBodyError, problem
from videogen.web.api.validation import found_wrong
from videogen.web.body import read_body
from videogen.web.person import person_of, with_claims
from videogen.web.problems import NotReadyError, request_language

LOG = logging.getLogger(__name__)
EVERYWHERE = frozenset({"lang"})  # may be added to any address

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Guarded(APIRoute):
    """A route behind its door; whatever goes wrong in it is told as a problem."""

    def get_route_handler(self) -> Handler:
        inner = super().get_route_handler()

        async def answer(request: Request) -> Response:
            headers: dict[str, str] = {}
            try:
                headers = await self._enter(request)
                if self.body_field is not None:
                    request = await _with_json(request)
                response = await inner(request)
            except Exception as error:
                found = _as_ours(error, self.path_format)
                return problem(found, request_language(request), headers)
            for name, value in headers.items():
                response.headers.setdefault(name, value)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return answer

    @property
    def method(self) -> str:
        return next(iter(self.methods or ()))

    def door(self) -> Door:
        return route_door(self.method, PREFIX + self.path_format)

    async def _enter(self, request: Request) -> dict[str, str]:
        """Raises: SignInRequiredError, NotAllowedError, TooManyRequestsError, InvalidInputError."""
        rate: RateLimit = request.app.state.rate
        with_claims(request, request.app.state.claims_of)
        door = self.door()
        if door.is_public:
            left = rate.take(_address(request))
        else:
            request.state.asked = asked = await run_in_threadpool(_asked, request)
            left = rate.take(asked.person.token_id or f"person {asked.person.name}")
            door.enter(asked.person)
        self._check_query(request)
        return rate.headers(left)

    def _check_query(self, request: Request) -> None:
        """A misspelt filter that is ignored would find everything."""
        known = {one.alias for one in self.dependant.query_params} | EVERYWHERE
        for name, value in request.query_params.multi_items():
            if name not in known:
                raise InvalidInputError("api_unknown", field=name[:80], value=value)


def router(tag: str) -> APIRouter:
    """For a module's routes, all behind their doors."""
    return APIRouter(route_class=Guarded, tags=[tag], redirect_slashes=False)


def _asked(request: Request) -> Asked:
    now = datetime.now(UTC)
    application = _running()
    try:
        person = person_of(request, application, now)
    except SignInRequiredError:
        request.app.state.rate.take(_address(request))
        raise
    language = request_language(request)
    return Asked(application=application, person=person, language=language, now=now)


def _running() -> Application:
    try:
        return bootstrap.running()
    except RuntimeError:
        raise NotReadyError from None


def _address(request: Request) -> str:
    return f"address {request.client.host if request.client else ''}"


async def _with_json(request: Request) -> Request:
    """The same request with its body read, which no longer can go wrong.

    Raises: BodyTooLargeError, NoJsonBodyError. InvalidInputError: it is no JSON.
    """
    content = await read_body(request, MAX_BODY_BYTES)
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content and sent != "application/json":
        raise NoJsonBodyError(field="Content-Type", value=sent or None)
    try:
        parsed = strict_json.parse(content or b"null")
    except NoJsonError as error:
        raise InvalidInputError(error.problem, field="body", value="JSON", **error.facts) from None
    return _Read(request, content, parsed)


class _Read(Request):
    """A request whose JSON is known."""

    def __init__(self, request: Request, content: bytes, parsed: object) -> None:
        super().__init__(request.scope, request.receive)
        self._body = content
        self._json = parsed


def _as_ours(error: Exception, route: str) -> list[VideogenError]:
    if isinstance(error, VideogenError):
        return [error]
    if isinstance(error, RequestValidationError):
        return found_wrong(error.errors())
    if isinstance(error, HTTPException) and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return [InvalidInputError("api_unusable", field="body")]
    # The cause goes to the log, not to the reader.
    LOG.error("a request failed", extra={"route": route}, exc_info=error)
    return [VideogenError()]
