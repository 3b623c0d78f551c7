"""The routes of Google's interactions: create, get, cancel, and the file that comes out."""

import uuid

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from videogen.sandbox.cloud import Cloud, CloudJob
from videogen.sandbox.faults import (
    GOOGLE_FILE_KINDS,
    GOOGLE_POLL_KINDS,
    GOOGLE_SUBMIT_KINDS,
    Fault,
    Subject,
)
from videogen.sandbox.google_wire import (
    GoogleError,
    accepted_submit,
    check_sign_in,
    error_answer,
    refused_submit,
    scripted,
    signed_in_body,
    spoilt_poll,
)
from videogen.sandbox.http_frame import CutShort
from videogen.sandbox.interactions import file_id, interaction
from videogen.sandbox.interactions_request import read_interaction

_VERSIONS = ("v1", "v1beta")
_MP4 = {"Content-Type": "video/mp4"}


class InteractionRoutes:
    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._inline: set[str] = set()
        self._files: dict[str, CloudJob] = {}

    async def create(self, request: Request) -> Response:
        try:
            return await self._create(request)
        except GoogleError as error:
            return error_answer(error)

    async def _create(self, request: Request) -> Response:
        body = await signed_in_body(request)
        model = str(body.get("model"))
        profile = self._cloud.profile("interactions", model)
        wanted = read_interaction(profile, body)
        subject = Subject(profile=profile.name, prompt=wanted.video.prompt, model=model)
        fault = self._cloud.world.faults.take(GOOGLE_SUBMIT_KINDS, subject)
        refused = refused_submit(fault)
        if refused is not None:
            return refused
        job = self._cloud.start("interactions", f"v1_{uuid.uuid4().hex}", model, wanted.video)
        self._files[file_id(job.external_id)] = job
        if wanted.is_inline:
            self._inline.add(job.external_id)
        if not wanted.is_background:
            await job.over.wait()
        return await accepted_submit(fault, self._shown(job))

    async def get(self, request: Request) -> Response:
        try:
            job = self._job(request)
        except GoogleError as error:
            return error_answer(error)
        fault = self._cloud.world.faults.take(GOOGLE_POLL_KINDS, job.subject)
        return JSONResponse(self._shown(job)) if fault is None else spoilt_poll(fault)

    async def cancel(self, request: Request) -> Response:
        try:
            job = self._job(request)
        except GoogleError as error:
            return error_answer(error)
        if job.over.is_set() and job.outcome != "cancelled":
            return error_answer(GoogleError(400, "The interaction has ended already."))
        self._cloud.cancel(job)
        return JSONResponse(self._shown(job))

    async def download(self, request: Request) -> Response:
        try:
            check_sign_in(request)
        except GoogleError as error:
            return error_answer(error)
        job = self._files.get(request.path_params["file_id"])
        if job is None or not job.clips:
            return error_answer(GoogleError(404, "The requested file was not found."))
        fault = self._cloud.world.faults.take(GOOGLE_FILE_KINDS, job.subject)
        if fault is not None:
            return _spoilt_file(fault, job.clips[0])
        return Response(job.clips[0], headers=_MP4)

    def _job(self, request: Request) -> CloudJob:
        """Raises: GoogleError: 401 or 404."""
        check_sign_in(request)
        job = self._cloud.job(request.path_params["interaction_id"])
        if job is None:
            raise GoogleError(404, "The requested interaction was not found.")
        return job

    def _shown(self, job: CloudJob) -> dict[str, object]:
        return interaction(job, is_inline=job.external_id in self._inline)


def _spoilt_file(fault: Fault, content: bytes) -> Response:
    if fault.kind == "file_cut":
        return CutShort(content, _MP4, int(len(content) * fault.number("kept", 0.5)))
    if fault.kind == "file_json":
        return JSONResponse({"error": {"code": 500, "message": "sandbox"}})
    if fault.kind == "file_empty":
        return Response(b"", headers=_MP4)
    if fault.kind == "file_redirect":
        return RedirectResponse(str(fault.params["location"]), status_code=302)
    return scripted(fault)


def interaction_routes(cloud: Cloud) -> list[BaseRoute]:
    routes = InteractionRoutes(cloud)
    served: list[BaseRoute] = []
    for version in _VERSIONS:
        one = f"/{version}/interactions/{{interaction_id}}"
        served += [
            Route(f"/{version}/interactions", routes.create, methods=["POST"]),
            Route(one, routes.get, methods=["GET"]),
            Route(f"{one}/cancel", routes.cancel, methods=["POST"]),
            Route(f"/{version}/files/{{file_id}}:download", routes.download, methods=["GET"]),
        ]
    return served
