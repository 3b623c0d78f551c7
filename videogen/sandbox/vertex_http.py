"""Vertex's REST routes, in project form and in express form, v1 and v1beta1."""

import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from videogen.sandbox.cloud import Cloud
from videogen.sandbox.faults import GOOGLE_POLL_KINDS, GOOGLE_SUBMIT_KINDS, Subject
from videogen.sandbox.google_wire import (
    GoogleError,
    accepted_submit,
    error_answer,
    refused_submit,
    signed_in_body,
    spoilt_poll,
)
from videogen.sandbox.vertex import operation
from videogen.sandbox.vertex_request import read_request

_PROJECT = "projects/{project}/locations/{location}/publishers/google/models/{model}"
_EXPRESS = "publishers/google/models/{model}"
_VERSIONS = ("v1", "v1beta1")


class VertexRoutes:
    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    async def call(self, request: Request) -> Response:
        model, _, method = request.path_params["model"].rpartition(":")
        try:
            body = await signed_in_body(request)
            if method == "predictLongRunning":
                return await self._start(request, model, body)
            if method == "fetchPredictOperation":
                return self._fetch(body)
        except GoogleError as error:
            return error_answer(error)
        return error_answer(GoogleError(404, f"Unknown method {method}."))

    async def _start(self, request: Request, model: str, body: dict[str, Any]) -> Response:
        profile = self._cloud.profile("vertex", model)
        wanted = read_request(profile, body)
        subject = Subject(profile=profile.name, prompt=wanted.prompt, model=model)
        fault = self._cloud.world.faults.take(GOOGLE_SUBMIT_KINDS, subject)
        refused = refused_submit(fault)
        if refused is not None:
            return refused
        name = f"{_parent(request, model)}/operations/{uuid.uuid4()}"
        self._cloud.start("vertex", name, model, wanted)
        return await accepted_submit(fault, {"name": name})

    def _fetch(self, body: dict[str, Any]) -> Response:
        name = str(body.get("operationName"))
        job = self._cloud.job(name)
        if job is None:
            raise GoogleError(404, f"Operation {name} not found.")
        fault = self._cloud.world.faults.take(GOOGLE_POLL_KINDS, job.subject)
        return JSONResponse(operation(job)) if fault is None else spoilt_poll(fault)


def _parent(request: Request, model: str) -> str:
    """The model's resource name; express calls have a project of Google's own choosing."""
    project = request.path_params.get("project", "sandbox-express")
    location = request.path_params.get("location", "us-central1")
    return f"projects/{project}/locations/{location}/publishers/google/models/{model}"


def vertex_routes(cloud: Cloud) -> list[BaseRoute]:
    routes = VertexRoutes(cloud)
    return [
        Route(f"/{version}/{path}", routes.call, methods=["POST"])
        for version in _VERSIONS
        for path in (_PROJECT, _EXPRESS)
    ]
