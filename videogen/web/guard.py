"""Who may talk to us: only under this server's own names, and no page of a foreign origin."""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from videogen import bootstrap
from videogen.settings import Settings
from videogen.web.api import PREFIX
from videogen.web.api.problems import NoSuchAddressError, problem
from videogen.web.listening import is_open, is_own_name
from videogen.web.problems import (
    HostRefusedError,
    OriginRefusedError,
    StrangerRefusedError,
    WebError,
    accepted_language,
    problem_response,
)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
DEFAULT_PORTS = {"https": 443, "wss": 443}
# Streamlit's own figures, to whoever asks: how many are here, and what our loaders are called.
SHUT = frozenset({"/_stcore/metrics"})
BEFORE_START = Settings.model_construct()  # this machine only

Address = tuple[str | None, int | None]


class OwnNamesOnly:
    """Refuses DNS rebinding by Host, foreign pages by Origin, other machines without sign-in.

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
        settings = _settings()
        headers = Headers(scope=scope)
        refusal = _refusal(scope, headers, settings)
        if refusal is None:
            is_secure = (settings.public_url or "").startswith("https:")
            await self._app(scope, receive, _with_secure_cookies(send) if is_secure else send)
            return
        # A refused handshake answers 403 through the same response (ASGI denial response).
        await _told(refusal, scope, headers)(scope, receive, send)


def _told(refusal: WebError, scope: Scope, headers: Headers) -> Response:
    """In the form that whoever asks the API reads, or a page's player."""
    if not scope["path"].startswith(f"{PREFIX}/"):
        return problem_response(refusal, headers)
    return problem([refusal], accepted_language(headers.get("accept-language", "")))


def _settings() -> Settings:
    try:
        return bootstrap.running().settings
    except RuntimeError:
        return BEFORE_START


def _refusal(scope: Scope, headers: Headers, settings: Settings) -> WebError | None:
    if scope["path"].rstrip("/") in SHUT:
        return NoSuchAddressError(field="path", value=scope["path"])
    hosts = headers.getlist("host")
    if len(hosts) != 1 or not is_own_name(_host_and_port(f"//{hosts[0]}")[0], settings):
        return HostRefusedError(field="Host")
    if not (settings.has_sign_in or is_open(settings)) and _is_stranger(scope):
        return StrangerRefusedError()
    if _changes_state(scope) and not _is_own_origin(scope, headers, settings):
        return OriginRefusedError(field="Origin")
    if _is_asked_by_foreign_page(scope, headers):
        return OriginRefusedError(field="Sec-Fetch-Site")
    return None


def _with_secure_cookies(send: Send) -> Send:
    async def send_secure(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [_over_tls_only(one) for one in message["headers"]]
        await send(message)

    return send_secure


def _over_tls_only(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Streamlit leaves `Secure` out of its cookies; where people come by HTTPS it belongs there."""
    name, value = header
    if name.lower() != b"set-cookie" or b"; secure" in value.lower():
        return header
    return name, value + b"; Secure"


def _is_stranger(scope: Scope) -> bool:
    """Another machine, whatever it calls us: a socket that was opened wider than we asked for."""
    try:
        return not ipaddress.ip_address((scope.get("client") or ("", 0))[0]).is_loopback
    except ValueError:
        return False  # no network at all


def _is_asked_by_foreign_page(scope: Scope, headers: Headers) -> bool:
    """It could not read a report, and it could have a hundred made. A link is no such thing."""
    is_foreign = headers.get("sec-fetch-site") == "cross-site"
    is_link = headers.get("sec-fetch-mode") == "navigate"
    return scope["path"].startswith(f"{PREFIX}/") and is_foreign and not is_link


def _changes_state(scope: Scope) -> bool:
    return scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS


def _is_own_origin(scope: Scope, headers: Headers, settings: Settings) -> bool:
    if headers.get("sec-fetch-site") == "cross-site":
        return False
    origins = headers.getlist("origin")
    if not origins:
        return True
    if len(origins) > 1:
        return False
    came_from = _host_and_port(origins[0])
    asked = _host_and_port(f"//{headers['host']}", scope.get("scheme"))
    if came_from == asked and came_from[0] is not None:
        return True
    # A proxy that ends TLS need not say so: Host has no port then, and the origin is HTTPS.
    public = _host_and_port(settings.public_url) if settings.public_url else None
    return public is not None and came_from == public and asked[0] == public[0]


def _host_and_port(url: str, scheme: str | None = None) -> Address:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None, None
    if parts.username is not None or parts.path not in {"", "/"} or parts.query:
        return None, None
    return parts.hostname, port or DEFAULT_PORTS.get(parts.scheme or scheme or "", 80)
