"""Faults of single requests, before a route sees them: silence, refusals, a server that is down."""

import asyncio
import time

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from videogen.sandbox.comfy_engine import ComfyEngine
from videogen.sandbox.faults import COMFY_ROUTE_KINDS, Fault, Subject
from videogen.sandbox.http_frame import HangUp

_LOOK_S = 0.05  # how often a silent request looks whether the silence is over


def trouble() -> Response:
    """What aiohttp answers when a handler raises."""
    text = "500 Internal Server Error\n\nServer got itself in trouble"
    return PlainTextResponse(text, status_code=500)


def _refusal(fault: Fault) -> Response:
    if fault.kind != "http_429":
        return trouble()
    wait_s = fault.params.get("retry_after_s")
    headers = {} if wait_s is None else {"Retry-After": str(wait_s)}
    return PlainTextResponse("429: Too Many Requests", status_code=429, headers=headers)


class FaultyRoutes:
    """Between the frame and the routes; the sandbox's own routes always answer."""

    def __init__(self, app: ASGIApp, engine: ComfyEngine) -> None:
        self._app = app
        self._engine = engine
        self._silence: Fault | None = None
        self._silent_until = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        if path.startswith("/_sandbox"):
            await self._app(scope, receive, send)
            return
        answer = await self._trouble(path.removeprefix("/api"))
        if answer is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1011})

    async def _trouble(self, route: str) -> Response | None:
        if self._engine.is_down:
            return HangUp()
        subject = self._subject(route)
        if self._silence is None:
            fault = self._engine.world.faults.take(COMFY_ROUTE_KINDS, subject)
            if fault is not None and fault.kind != "silence":
                return _refusal(fault)
            if fault is not None:
                self._silence = fault
                self._silent_until = time.monotonic() + fault.number("seconds", 30.0)
        if self._silence is not None and route.startswith(self._silence.routes):
            await self._wait(self._silence)
        return None

    def _subject(self, route: str) -> Subject:
        job = self._engine.job(route.rsplit("/", 1)[-1])
        return Subject(route=route) if job is None else job.subject(route)

    async def _wait(self, silence: Fault) -> None:
        while time.monotonic() < self._silent_until and self._engine.world.faults.holds(silence):  # noqa: ASYNC110  # no event: time and script decide
            await asyncio.sleep(_LOOK_S)  # the script may be replaced meanwhile
        self._silence = None
