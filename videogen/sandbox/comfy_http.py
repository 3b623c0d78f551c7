"""ComfyUI 0.25.0's HTTP routes, at the root and under /api."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from videogen.sandbox.comfy_engine import ComfyEngine
from videogen.sandbox.comfy_files import ComfyFiles
from videogen.sandbox.comfy_jobs import BadQueryError, list_jobs, one_job
from videogen.sandbox.comfy_socket import FEATURES
from videogen.sandbox.comfy_validation import (
    INVALID_PROMPT_ID,
    NO_PROMPT,
    Validation,
    is_canonical_uuid,
    second_output_refused,
    validate_prompt,
)
from videogen.sandbox.control import control_routes
from videogen.sandbox.faults import COMFY_SUBMIT_KINDS, Fault
from videogen.sandbox.faulty_routes import FaultyRoutes, trouble
from videogen.sandbox.http_frame import HangUp, SandboxFrame, json_body
from videogen.sandbox.world import World

_MIB = 1024 * 1024
# As recorded: ComfyUI's own packages. No core route tells the versions of the custom node packs.
_PACKAGES = [
    {"name": "comfyui-frontend-package", "installed": None, "required": "1.45.15"},
    {"name": "comfyui-workflow-templates", "installed": None, "required": "0.10.0"},
    {"name": "comfyui-embedded-docs", "installed": None, "required": "0.5.4"},
    {"name": "comfy-kitchen", "installed": "0.2.10", "required": "0.2.10"},
    {"name": "comfy-aimdo", "installed": "0.4.10", "required": "0.4.10"},
]
Handler = Callable[[Request], Awaitable[Response]]


def _guarded(handler: Handler) -> Handler:
    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except (TypeError, ValueError, AttributeError):
            return trouble()

    return guarded


def _not_found() -> Response:
    return Response(status_code=404)  # recorded: no body


async def _unknown_route(_: Request, __: Exception) -> Response:
    return _not_found()


async def _wrong_method(_: Request, __: Exception) -> Response:
    return PlainTextResponse("405: Method Not Allowed", status_code=405)


def _refusal(error: dict[str, Any], node_errors: dict[str, Any] | None = None) -> Response:
    return JSONResponse({"error": error, "node_errors": node_errors or {}}, status_code=400)


class ComfyRoutes:
    def __init__(self, engine: ComfyEngine) -> None:
        self._engine = engine

    async def get_prompt(self, _: Request) -> Response:
        return JSONResponse({"exec_info": {"queue_remaining": self._engine.queue_remaining}})

    async def post_prompt(self, request: Request) -> Response:
        body = await json_body(request) or {}
        if "number" in body:
            number = float(body["number"])
        else:
            number = self._engine.next_number(front=bool(body.get("front")))
        if "prompt" not in body:
            return _refusal(NO_PROMPT)
        prompt_id = body.get("prompt_id")
        if prompt_id is not None and not is_canonical_uuid(prompt_id):
            return _refusal(INVALID_PROMPT_ID)
        validation = validate_prompt(body["prompt"], self._engine.catalogue)
        if validation.error is not None:
            return _refusal(validation.error, validation.node_errors)
        subject, _ = self._engine.subject(body["prompt"], validation.outputs)
        faults = self._engine.world.faults.take_all(COMFY_SUBMIT_KINDS, subject)
        return await self._accept(body, validation, number, faults)

    async def _accept(
        self,
        body: dict[str, Any],
        validation: Validation,
        number: float,
        faults: dict[str, Fault],
    ) -> Response:
        if "http_500" in faults:
            return trouble()
        if "drop_before_accept" in faults:
            return HangUp()
        own_id = None if "mint_own_id" in faults else body.get("prompt_id")
        prompt_id = own_id or str(uuid.uuid4())
        extra_data = dict(body.get("extra_data") or {})
        if "client_id" in body:
            extra_data["client_id"] = body["client_id"]
        self._engine.submit(
            prompt_id=prompt_id,
            graph=body["prompt"],
            outputs=validation.outputs,
            extra_data=extra_data,
            number=number,
        )
        if "slow_submit" in faults:
            await asyncio.sleep(faults["slow_submit"].number("delay_s", 5.0))
        if "drop_after_accept" in faults:
            return HangUp()
        node_errors = validation.node_errors
        if "partial_200" in faults:
            node_errors = {**node_errors, **second_output_refused()}
        return JSONResponse({"prompt_id": prompt_id, "number": number, "node_errors": node_errors})

    async def get_queue(self, _: Request) -> Response:
        running = self._engine.running
        return JSONResponse(
            {
                "queue_running": [] if running is None else [running.queue_item()],
                "queue_pending": [job.queue_item() for job in self._engine.pending],
            }
        )

    async def post_queue(self, request: Request) -> Response:
        body = await json_body(request) or {}
        if body.get("clear"):
            self._engine.clear_pending()
        for prompt_id in body.get("delete", []):
            self._engine.delete_pending(prompt_id)
        return Response()

    async def get_history(self, request: Request) -> Response:
        history = self._engine.history
        limit = request.query_params.get("max_items")
        if limit is None:
            return JSONResponse(history)
        kept = list(history)[-int(limit) :] if int(limit) > 0 else []
        return JSONResponse({each: history[each] for each in kept})

    async def get_history_entry(self, request: Request) -> Response:
        prompt_id = request.path_params["prompt_id"]
        entry = self._engine.history.get(prompt_id)
        return JSONResponse({} if entry is None else {prompt_id: entry})

    async def post_history(self, request: Request) -> Response:
        body = await json_body(request) or {}
        if body.get("clear"):
            self._engine.history.clear()
        for prompt_id in body.get("delete", []):
            self._engine.history.pop(prompt_id, None)
        return Response()

    async def interrupt(self, request: Request) -> Response:
        prompt_id: str | None = None
        if await request.body():
            prompt_id = (await json_body(request) or {}).get("prompt_id")
        if self._engine.world.faults.switch("global_interrupt"):
            prompt_id = None  # servers before 2025-09 do not read the body
        self._engine.interrupt(prompt_id)
        return Response()

    async def free(self, request: Request) -> Response:
        body = await json_body(request) or {}
        self._engine.free(
            unload_models=bool(body.get("unload_models")), free_memory=bool(body.get("free_memory"))
        )
        return Response()

    async def object_info(self, request: Request) -> Response:
        return JSONResponse(self._engine.catalogue.object_info(request.path_params.get("name")))

    async def models(self, request: Request) -> Response:
        files = self._engine.catalogue.files_in(request.path_params["folder"])
        return _not_found() if files is None else JSONResponse(files)

    async def features(self, _: Request) -> Response:
        return JSONResponse(FEATURES)

    async def system_stats(self, _: Request) -> Response:
        device = self._engine.world.profiles.device
        total = device.memory_total_mib * _MIB
        free = total - self._engine.vram_used_mib() * _MIB
        return JSONResponse(
            {
                "system": {
                    "os": "linux",
                    "ram_total": 64 * 1024 * _MIB,
                    "ram_free": 40 * 1024 * _MIB,
                    "comfyui_version": self._engine.version,
                    "required_frontend_version": "1.45.15",
                    "installed_templates_version": None,
                    "required_templates_version": "0.10.0",
                    "comfy_package_versions": _PACKAGES,
                    "python_version": "3.11.7 (sandbox)",
                    "pytorch_version": "2.13.0 (sandbox)",
                    "embedded_python": False,
                    "deploy_environment": "local-git",
                    "argv": ["videogen", "sandbox"],
                },
                "devices": [
                    {
                        "name": device.name,
                        "type": "cuda",
                        "index": 0,
                        "vram_total": total,
                        "vram_free": free,
                        "torch_vram_total": total,
                        "torch_vram_free": free,
                    }
                ],
            }
        )

    async def jobs(self, request: Request) -> Response:
        if self._engine.world.faults.switch("no_cancel_route"):
            return _not_found()
        try:
            return JSONResponse(list_jobs(self._engine, request.query_params))
        except BadQueryError as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    async def job(self, request: Request) -> Response:
        if self._engine.world.faults.switch("no_cancel_route"):
            return _not_found()
        job = one_job(self._engine, request.path_params["prompt_id"])
        if job is None:
            return JSONResponse({"error": "Job not found"}, status_code=404)
        return JSONResponse(job)

    async def cancel(self, request: Request) -> Response:
        """Works on newer servers; 0.25.0 answers 405 and servers before /api/jobs 404."""
        faults, prompt_id = self._engine.world.faults, request.path_params["prompt_id"]
        if faults.switch("no_cancel_route"):
            return _not_found()
        if not faults.switch("newer_server"):
            return PlainTextResponse("405: Method Not Allowed", status_code=405)
        if one_job(self._engine, prompt_id) is None:
            return JSONResponse({"error": "Job not found"}, status_code=404)
        self._engine.interrupt(prompt_id)
        self._engine.delete_pending(prompt_id)
        return JSONResponse({"id": prompt_id, "status": "cancelled"})

    async def socket(self, websocket: WebSocket) -> None:
        await self._engine.sockets.serve(websocket, self._engine.greet)

    def shared(self, files: ComfyFiles) -> list[BaseRoute]:
        """The routes that exist both at the root and under /api."""
        table: list[tuple[str, str, Handler]] = [
            ("GET", "/prompt", self.get_prompt),
            ("POST", "/prompt", self.post_prompt),
            ("GET", "/queue", self.get_queue),
            ("POST", "/queue", self.post_queue),
            ("GET", "/history", self.get_history),
            ("POST", "/history", self.post_history),
            ("GET", "/history/{prompt_id}", self.get_history_entry),
            ("POST", "/interrupt", self.interrupt),
            ("POST", "/free", self.free),
            ("GET", "/object_info", self.object_info),
            ("GET", "/object_info/{name}", self.object_info),
            ("GET", "/models/{folder}", self.models),
            ("GET", "/features", self.features),
            ("GET", "/system_stats", self.system_stats),
            ("GET", "/view", files.view),
            ("POST", "/upload/image", files.upload),
        ]
        routes: list[BaseRoute] = [
            Route(path, _guarded(handler), methods=[method]) for method, path, handler in table
        ]
        return [*routes, WebSocketRoute("/ws", self.socket)]

    def only_api(self) -> list[BaseRoute]:
        return [
            Route("/jobs", self.jobs),
            Route("/jobs/{prompt_id}", self.job),
            Route("/jobs/{prompt_id}/cancel", self.cancel, methods=["POST"]),
        ]


def comfy_app(world: World, engine: ComfyEngine) -> ASGIApp:
    routes = ComfyRoutes(engine)
    files = ComfyFiles(engine)
    app = Starlette(
        exception_handlers={404: _unknown_route, 405: _wrong_method},
        routes=[
            *control_routes(world, engine),
            Mount("/api", routes=[*routes.only_api(), *routes.shared(files)]),
            *routes.shared(files),
        ],
    )
    return SandboxFrame(FaultyRoutes(app, engine), checks_origin=True)
