"""Vertex's REST routes, in project form and in express form, v1 and v1beta1."""

import json
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from videogen.sandbox.comfy_engine import ComfyEngine
from videogen.sandbox.control import control_routes
from videogen.sandbox.faults import GOOGLE_POLL_KINDS, GOOGLE_SUBMIT_KINDS, Fault
from videogen.sandbox.http_frame import HangUp, SandboxFrame, json_body
from videogen.sandbox.vertex import VertexEngine
from videogen.sandbox.vertex_request import VertexError
from videogen.sandbox.world import World

_PROJECT = "projects/{project}/locations/{location}/publishers/google/models/{model}"
_EXPRESS = "publishers/google/models/{model}"
_VERSIONS = ("v1", "v1beta1")
_CAPTIVE_PORTAL = "<html><body><h1>Welcome! Please sign in to use the network.</h1></body></html>"


def _error(error: VertexError) -> Response:
    return JSONResponse(error.as_json(), status_code=error.code)


def _scripted(fault: Fault) -> Response:
    """Answer with the fault's `status`, `body` (object or text) and `retry_after_s`."""
    status = int(fault.number("status", 503))
    headers: dict[str, str] = {}
    if "retry_after_s" in fault.params:
        headers["Retry-After"] = str(fault.params["retry_after_s"])
    body = fault.params.get("body")
    if isinstance(body, str):
        return HTMLResponse(body, status_code=status, headers=headers)
    if body is None:
        body = VertexError(status, "The sandbox was told to refuse this.").as_json()
    return JSONResponse(body, status_code=status, headers=headers)


class VertexRoutes:
    def __init__(self, engine: VertexEngine) -> None:
        self._engine = engine

    async def call(self, request: Request) -> Response:
        model, _, method = request.path_params["model"].rpartition(":")
        body = await _body(request)
        if body is None:
            return _error(VertexError(400, "Invalid JSON payload received."))
        if "authorization" not in request.headers and "x-goog-api-key" not in request.headers:
            return _error(
                VertexError(401, "Request is missing required authentication credential.")
            )
        try:
            if method == "predictLongRunning":
                return self._start(request, model, body)
            if method == "fetchPredictOperation":
                return self._fetch(body)
        except VertexError as error:
            return _error(error)
        return _error(VertexError(404, f"Unknown method {method}."))

    def _start(self, request: Request, model: str, body: dict[str, Any]) -> Response:
        subject = self._engine.subject(model, body)
        fault = self._engine.world.faults.take(GOOGLE_SUBMIT_KINDS, subject)
        if fault is not None and fault.kind == "http_status":
            return _scripted(fault)
        if fault is not None and fault.kind == "drop_before_accept":
            return HangUp()
        name = self._engine.start(_parent(request, model), model, body)
        return JSONResponse({"name": name}) if fault is None else _spoilt(fault)

    def _fetch(self, body: dict[str, Any]) -> Response:
        name = str(body.get("operationName"))
        subject = self._engine.poll_subject(name)
        if subject is not None:
            fault = self._engine.world.faults.take(GOOGLE_POLL_KINDS, subject)
            if fault is not None:
                return _scripted(fault)
        return JSONResponse(self._engine.fetch(name))


async def _body(request: Request) -> dict[str, Any] | None:
    try:
        return await json_body(request)
    except json.JSONDecodeError:
        return None


def _parent(request: Request, model: str) -> str:
    """The model's resource name; express calls have a project of Google's own choosing."""
    project = request.path_params.get("project", "sandbox-express")
    location = request.path_params.get("location", "us-central1")
    return f"projects/{project}/locations/{location}/publishers/google/models/{model}"


def _spoilt(fault: Fault) -> Response:
    """The job runs and will be billed, but the answer does not say which it is."""
    if fault.kind == "empty_body":
        return Response(status_code=200, media_type="application/json")
    if fault.kind == "html_200":
        return HTMLResponse(_CAPTIVE_PORTAL)
    return HangUp()


def vertex_app(world: World, comfy: ComfyEngine, engine: VertexEngine) -> ASGIApp:
    routes = VertexRoutes(engine)
    served: list[BaseRoute] = [
        Route(f"/{version}/{path}", routes.call, methods=["POST"])
        for version in _VERSIONS
        for path in (_PROJECT, _EXPRESS)
    ]
    app = Starlette(routes=[*control_routes(world, comfy), *served])
    return SandboxFrame(app, checks_origin=False)
