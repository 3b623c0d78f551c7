"""What every answer of the sandbox has in common: its mark, the origin rule, a way to hang up."""

from typing import Any, cast
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SANDBOX_HEADER = "X-Videogen-Sandbox"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_TRANSPORT_KEY = "videogen.sandbox.transport"


class HangUp(Response):
    """Closes the connection without a word, as a crash or a pulled cable does."""

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,  # noqa: ARG002  # ASGI's signature
    ) -> None:
        transport = scope.get(_TRANSPORT_KEY)
        if transport is not None:
            transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


class CutShort(Response):
    """Announces the whole length, sends a part, hangs up."""

    def __init__(self, content: bytes, headers: dict[str, str], kept: int) -> None:
        super().__init__(content, headers=headers)
        self._kept = kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        part = bytes(self.body)[: self._kept]
        await send({"type": "http.response.body", "body": part, "more_body": True})
        transport = scope.get(_TRANSPORT_KEY)
        if transport is not None:
            transport.close()
        while (await receive())["type"] != "http.disconnect":
            pass


class SandboxFrame:
    """Outermost layer of both servers."""

    def __init__(self, app: ASGIApp, *, checks_origin: bool) -> None:
        self._app = app
        self._checks_origin = checks_origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return

        async def marked_send(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                MutableHeaders(scope=message)[SANDBOX_HEADER] = "1"
            await send(message)

        if self._checks_origin and _is_foreign(Headers(scope=scope)):
            await _refuse(scope, receive, marked_send)
            return
        # Uvicorn gives no way to drop a connection; the object behind `send` holds the transport.
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        await self._app({**scope, _TRANSPORT_KEY: transport}, receive, marked_send)


def _is_foreign(headers: Headers) -> bool:
    origin, host = headers.get("origin"), headers.get("host", "")
    if origin is None or urlsplit(f"//{host}").hostname not in _LOOPBACK:
        return False
    return urlsplit(origin).netloc.lower() != host.lower()


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await Response(status_code=403)(scope, receive, send)


async def json_body(request: Request) -> dict[str, Any] | None:
    """The body as an object; None if it is JSON but no object.

    Raises: ValueError: not JSON.
    """
    body = await request.json()
    return cast("dict[str, Any]", body) if isinstance(body, dict) else None
