"""The OpenAPI document: what FastAPI reads from the handlers, with doors and problems added."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from videogen.web.api.door import Guarded
from videogen.web.api.door import router as door_router
from videogen.web.api.problems import MEDIA_TYPE

router = door_router("document")

SCHEME = "bearer"
ANYBODYS = ("404", "409", "413", "415", "422", "429", "500", "503", "507")
BEHIND_A_DOOR = ("401", "403")
PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "hint", "field", "value", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "hint": {"type": "string"},
        "field": {"type": ["string", "null"]},
        "value": {"type": ["string", "number", "boolean", "null"]},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
    "example": {
        "type": "urn:videogen:problem:invalid_input",
        "title": "Unprocessable Entity",
        "status": 422,
        "code": "invalid_input",
        "detail": "seed is 5000000000, which is out of range.",
        "hint": "Use a whole number from 0 to 4294967295.",
        "field": "seed",
        "value": 5000000000,
        "errors": [],
    },
}


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> Response:
    return JSONResponse(described(request.app))


def described(app: FastAPI) -> dict[str, Any]:
    """Made once for each app."""
    if app.openapi_schema is None:
        document = FastAPI.openapi(app)
        routes = {(one.path_format, one.method): one for one in _guarded(app)}
        for path, method, operation in _operations(document):
            route = routes[path, method.upper()]
            is_public = route.door().is_public
            _tell_nulls(operation, route)
            operation["security"] = [] if is_public else [{SCHEME: []}]
            _add_problems(operation, ANYBODYS if is_public else BEHIND_A_DOOR + ANYBODYS)
        components = document.setdefault("components", {})
        schemas = components.setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas["Problem"] = PROBLEM
        components["securitySchemes"] = {SCHEME: {"type": "http", "scheme": "bearer"}}
        components["responses"] = {"Problem": _problem_answer()}
    return dict(app.openapi_schema or {})


def _tell_nulls(operation: dict[str, Any], route: Guarded) -> None:
    """FastAPI drops every null on its way, also from examples, where one says that it may be."""
    for status, told in route.responses.items():
        if "content" in told:
            operation["responses"][str(status)]["content"] = told["content"]


def _guarded(app: FastAPI) -> Iterator[Guarded]:
    return (route for route in app.router.routes if isinstance(route, Guarded))


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document.get("paths", {}).items():
        for method, operation in methods.items():
            yield path, method, operation


def _add_problems(operation: dict[str, Any], statuses: tuple[str, ...]) -> None:
    """FastAPI's own 422 describes a body that we do not send."""
    responses = operation.setdefault("responses", {})
    for status in statuses:
        responses[status] = {"$ref": "#/components/responses/Problem"}


def _problem_answer() -> dict[str, Any]:
    return {
        "description": "A problem (RFC 9457): what is wrong, and what to do",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
