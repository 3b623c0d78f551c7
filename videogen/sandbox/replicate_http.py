"""Replicate's port: predictions, uploaded files, the account, and where clips are delivered."""

import asyncio
import contextlib
import json
import re
import secrets
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from videogen.sandbox import google_wire
from videogen.sandbox.cloud import Cloud, CloudJob
from videogen.sandbox.comfy_engine import ComfyEngine
from videogen.sandbox.control import control_routes
from videogen.sandbox.faults import (
    GOOGLE_FILE_KINDS,
    GOOGLE_POLL_KINDS,
    GOOGLE_SUBMIT_KINDS,
    Fault,
    Subject,
)
from videogen.sandbox.http_frame import CutShort, SandboxFrame, json_body
from videogen.sandbox.profiles import Profile
from videogen.sandbox.replicate import LEAST_RETENTION_S, RETENTION_S, prediction
from videogen.sandbox.replicate_request import model_of, read_input
from videogen.sandbox.replicate_wire import (
    ReplicateError,
    check_sign_in,
    error_answer,
    in_its_words,
)
from videogen.sandbox.world import World

_MP4 = {"Content-Type": "video/mp4"}
_LONGEST_HOLD_S = 60.0
_FOREIGN = "https://clips.example.com/output.mp4"
_NOT_FOUND = "The requested resource could not be found."


class ReplicateRoutes:
    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._delivered: dict[str, CloudJob] = {}  # by the secret part of a clip's address
        self._secrets: dict[str, str] = {}
        self._uploads: dict[str, tuple[str, str, bytes]] = {}  # name, type, content

    async def create(self, request: Request) -> Response:
        """Answers at once, or with `Prefer: wait` when the clip is made or the time is over."""
        body = await _signed_in_body(request)
        owner, name = (request.path_params.get(part) for part in ("owner", "name"))
        model = model_of(f"{owner}/{name}" if owner else None, body)
        profile = self._profile(model)
        wanted = read_input(profile, body, self._stored)
        subject = Subject(profile=profile.name, prompt=wanted.prompt, model=model)
        fault = in_its_words(self._cloud.world.faults.take(GOOGLE_SUBMIT_KINDS, subject))
        refused = google_wire.refused_submit(fault)
        if refused is not None:
            return refused
        job = self._cloud.start("replicate", uuid.uuid4().hex[:26], model, wanted)
        self._secrets[job.external_id] = secrets.token_hex(12)
        self._delivered[self._secrets[job.external_id]] = job
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(job.over.wait(), _held_open_s(request))
        answer = await google_wire.accepted_submit(fault, self._shown(request, job))
        if fault is None or fault.kind == "slow_answer":
            answer.status_code = 201
        return answer

    async def get(self, request: Request) -> Response:
        job = self._job(request)
        fault = self._cloud.world.faults.take(GOOGLE_POLL_KINDS, job.subject)
        if fault is None:
            return JSONResponse(self._shown(request, job))
        return google_wire.spoilt_poll(in_its_words(fault) or fault)

    async def cancel(self, request: Request) -> Response:
        job = self._job(request)
        self._cloud.cancel(job)
        return JSONResponse(self._shown(request, job))

    async def account(self, request: Request) -> Response:
        check_sign_in(request)
        return JSONResponse({"type": "user", "username": "sandbox", "name": "Sandbox"})

    async def upload(self, request: Request) -> Response:
        check_sign_in(request)
        async with request.form() as form:
            content = form.get("content")
            if not isinstance(content, UploadFile):
                raise ReplicateError(422, "content is required", {"content": "is required"})
            data = await content.read()
            file_id = uuid.uuid4().hex
            kind = content.content_type or "application/octet-stream"
            self._uploads[file_id] = (content.filename or "file", kind, data)
        return JSONResponse(self._file(request, file_id), status_code=201)

    async def get_file(self, request: Request) -> Response:
        check_sign_in(request)
        file_id = request.path_params["file_id"]
        if file_id not in self._uploads:
            raise ReplicateError(404, _NOT_FOUND)
        return JSONResponse(self._file(request, file_id))

    async def deliver(self, request: Request) -> Response:
        """No token belongs here: whoever knows the address has the clip."""
        if "authorization" in request.headers:
            return Response("a credential came along", status_code=400)
        job = self._delivered.get(request.path_params["secret"])
        if job is None or not job.clips or self._is_removed(job):
            return Response(status_code=404)
        fault = self._cloud.world.faults.take(GOOGLE_FILE_KINDS, job.subject)
        if fault is not None:
            return _spoilt_file(fault, job.clips[0])
        return Response(job.clips[0], headers=_MP4)

    def _profile(self, model: str) -> Profile:
        profile = self._cloud.world.profiles.for_model(model)
        if profile is None or profile.kind != "replicate":
            raise ReplicateError(404, _NOT_FOUND)
        return profile

    def _job(self, request: Request) -> CloudJob:
        check_sign_in(request)
        job = self._cloud.job(request.path_params["prediction_id"])
        if job is None or job.profile.kind != "replicate":
            raise ReplicateError(404, _NOT_FOUND)
        return job

    def _shown(self, request: Request, job: CloudJob) -> dict[str, Any]:
        base_url = _base(request)
        clip_url = f"{base_url}/xezq/{self._secrets[job.external_id]}/output.mp4"
        return prediction(
            job,
            base_url=base_url,
            clip_url=_FOREIGN if "foreign_output" in job.faults else clip_url,
            is_removed=self._is_removed(job),
        )

    def _is_removed(self, job: CloudJob) -> bool:
        if not job.over.is_set():
            return False
        if "data_removed" in job.faults:
            return True
        kept_s = max(LEAST_RETENTION_S, self._cloud.world.clock.real_s(RETENTION_S))
        return datetime.now(UTC) > job.changed_at + timedelta(seconds=kept_s)

    def _stored(self, address: str) -> bytes | None:
        found = self._uploads.get(address.rsplit("/", 1)[-1])
        return None if found is None else found[2]

    def _file(self, request: Request, file_id: str) -> dict[str, Any]:
        name, kind, data = self._uploads[file_id]
        return {
            "id": file_id,
            "name": name,
            "content_type": kind,
            "size": len(data),
            "urls": {"get": f"{_base(request)}/v1/files/{file_id}"},
        }


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _held_open_s(request: Request) -> float:
    """`Prefer: wait=5` holds the answer back for so long, `wait` for a minute at the most."""
    asked = re.fullmatch(r"wait(?:=(\d+))?", request.headers.get("prefer", "").strip())
    return 0.0 if asked is None else min(float(asked.group(1) or _LONGEST_HOLD_S), _LONGEST_HOLD_S)


async def _signed_in_body(request: Request) -> dict[str, Any]:
    """Raises: ReplicateError: no token, or no JSON object."""
    check_sign_in(request)
    try:
        body = await json_body(request)
    except json.JSONDecodeError:
        body = None
    if body is None:
        raise ReplicateError(400, "The body is no JSON object.")
    return body


def _spoilt_file(fault: Fault, content: bytes) -> Response:
    if fault.kind == "file_cut":
        return CutShort(content, _MP4, int(len(content) * fault.number("kept", 0.5)))
    if fault.kind == "file_json":
        return JSONResponse({"detail": "sandbox"})
    if fault.kind == "file_empty":
        return Response(b"", headers=_MP4)
    if fault.kind == "file_redirect":
        return RedirectResponse(str(fault.params["location"]), status_code=302)
    return google_wire.scripted(fault)


async def _refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, ReplicateError):
        raise error
    return error_answer(error)


def replicate_app(world: World, comfy: ComfyEngine, cloud: Cloud) -> ASGIApp:
    routes = ReplicateRoutes(cloud)
    one = "/v1/predictions/{prediction_id}"
    served = [
        *control_routes(world, comfy),
        Route("/v1/models/{owner}/{name}/predictions", routes.create, methods=["POST"]),
        Route("/v1/predictions", routes.create, methods=["POST"]),
        Route(one, routes.get, methods=["GET"]),
        Route(f"{one}/cancel", routes.cancel, methods=["POST"]),
        Route("/v1/account", routes.account, methods=["GET"]),
        Route("/v1/files", routes.upload, methods=["POST"]),
        Route("/v1/files/{file_id}", routes.get_file, methods=["GET"]),
        Route("/xezq/{secret}/output.mp4", routes.deliver, methods=["GET"]),
    ]
    app = Starlette(routes=served, exception_handlers={ReplicateError: _refused})
    return SandboxFrame(app, checks_origin=False)
