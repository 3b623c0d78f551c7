"""Who may talk to us: only this machine's names, and no page of a foreign origin."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from videogen.web.problems import HostRefusedError, OriginRefusedError, problem_response

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
# No foreign frame around our buttons, and no address of a session in a foreign log.
SAFE_HEADERS = {
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class LocalOnly:
    """Refuses DNS rebinding by Host, and foreign pages by Origin.

    A browser sends Origin with every websocket handshake and every state-changing request; a
    program may send none. The port of Host is not compared with ours, so that a tunnel works:
    a page of another port is foreign all the same, because its Origin is not the Host.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not _is_local(headers.getlist("host")):
            problem = problem_response(HostRefusedError(field="Host"), headers)
        elif _changes_state(scope) and not _is_same_origin(headers):
            problem = problem_response(OriginRefusedError(field="Origin"), headers)
        else:
            await self._app(scope, receive, _with_safe_headers(send))
            return
        # A refused handshake answers 403 through the same response (ASGI denial response).
        await problem(scope, receive, send)


def _with_safe_headers(send: Send) -> Send:
    async def send_safely(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SAFE_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_safely


def _changes_state(scope: Scope) -> bool:
    return scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS


def _is_local(hosts: list[str]) -> bool:
    return len(hosts) == 1 and _host_and_port(f"//{hosts[0]}")[0] in LOCAL_HOSTS


def _is_same_origin(headers: Headers) -> bool:
    if headers.get("sec-fetch-site") == "cross-site":
        return False
    origins = headers.getlist("origin")
    if not origins:
        return True
    host = _host_and_port(f"//{headers['host']}")
    return len(origins) == 1 and _host_and_port(origins[0]) == host


def _host_and_port(url: str) -> tuple[str | None, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None, None
    if parts.username is not None or parts.path not in {"", "/"} or parts.query:
        return None, None
    default = 443 if parts.scheme == "https" else 80
    return parts.hostname, port or default
