"""The API as one ASGI application, mounted below /api/v1."""

from collections.abc import Iterator, Sequence
from types import ModuleType

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

import videogen
from videogen.texts import t
from videogen.web.api import (
    PREFIX,
    audit,
    campaigns,
    conditions,
    document,
    events,
    evidence,
    health,
    inputs,
    metrics,
    money,
    prices,
    ratings,
    reports,
    runs,
    tokens,
    upkeep,
)
from videogen.web.api.door import Guarded
from videogen.web.api.head import AnswersHead
from videogen.web.api.limits import RateLimit
from videogen.web.api.problems import MethodRefusedError, NoSuchAddressError, problem
from videogen.web.person import ClaimsOf
from videogen.web.problems import request_language

# Each has a `router` made by `door.router`; in this order they stand in the document.
MODULES: Sequence[ModuleType] = (
    conditions,
    inputs,
    runs,
    events,
    campaigns,
    ratings,
    evidence,
    reports,
    prices,
    money,
    tokens,
    audit,
    upkeep,
    health,
    metrics,
    document,
)


def api(claims_of: ClaimsOf | None = None, *, rate: RateLimit | None = None) -> FastAPI:
    """A fresh one, with limits of its own; `claims_of` reads the cookie of who signed in."""
    app = FastAPI(
        title="videogen",
        version=videogen.__version__,
        description=t("api.about", "en"),
        openapi_url=None,  # served by a route of ours, which stands in the table of doors
        docs_url=None,  # both pages would load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        servers=[{"url": PREFIX}],
        exception_handlers={HTTPException: _not_served},
    )
    app.state.claims_of = claims_of
    app.state.rate = rate or RateLimit()
    app.state.requests = metrics.RequestCounts()
    app.router.routes.extend(guarded_routes())
    app.add_middleware(metrics.CountsRequests, counts=app.state.requests)
    app.add_middleware(AnswersHead)
    return app


def guarded_routes() -> list[Guarded]:
    """Raises: TypeError: a module has a route without a door."""
    return list(_routes())


def _routes() -> Iterator[Guarded]:
    for module in MODULES:
        for route in module.router.routes:
            if not isinstance(route, Guarded):
                raise TypeError(f"{module.__name__}: {route} is no Guarded route")
            yield route


async def _not_served(request: Request, _: Exception) -> Response:
    """No such address, or an address that has other methods; OPTIONS asks for just that."""
    language = request_language(request)
    methods = _methods(request)
    if not methods:
        path = request.scope["path"]
        return problem([NoSuchAddressError(field="path", value=path)], language)
    headers = {"Allow": ", ".join(methods)}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=headers)
    refused = MethodRefusedError(field="method", value=request.method, allowed=headers["Allow"])
    return problem([refused], language, headers)


def _methods(request: Request) -> list[str]:
    """Of all routes at this address: the router knows only the first."""
    fitting = (
        route
        for route in request.app.router.routes
        if isinstance(route, Guarded) and route.matches(request.scope)[0] is not Match.NONE
    )
    found = {route.method for route in fitting}
    if not found:
        return []
    if "GET" in found:
        found.add("HEAD")
    return sorted(found | {"OPTIONS"})
