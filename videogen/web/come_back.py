"""Whoever opens a link and has to sign in first comes back to that page, not to the first one."""

from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SIGN_IN, CALLBACK = "/auth/login", "/oauth2callback"  # Streamlit's own
SIGNED_IN = "_streamlit_user="
COOKIE = "videogen_came_from"
KEPT_S = 600
LONGEST = 1000


class ComeBack:
    """Keeps the page beside the browser's question, and leads there with the provider's answer.

    Only a path of our own is ever kept: an answer that led elsewhere would be a stranger's lure.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path") if scope["type"] == "http" else None
        if path == SIGN_IN:
            send = _keeping(own_page(Headers(scope=scope)), send)
        elif path == CALLBACK:
            send = _leading(own_path(unquote(Request(scope).cookies.get(COOKIE, ""))), send)
        await self._app(scope, receive, send)


def own_page(headers: Headers) -> str | None:
    """The page of ours that asked to sign in; None: another site, or nothing that says so."""
    try:
        came_from = urlsplit(headers.get("referer", ""))
    except ValueError:
        return None
    if not came_from.netloc or came_from.netloc != headers.get("host"):
        return None
    return own_path(f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path)


def own_path(text: str) -> str | None:
    """A path that no browser can read as an address of another server."""
    is_plain = text.isascii() and text.isprintable() and "\\" not in text
    is_path = text.startswith("/") and not text.startswith(("//", "/auth/", CALLBACK))
    return text if is_plain and is_path and 1 < len(text) <= LONGEST else None


def _keeping(page: str | None, send: Send) -> Send:
    async def keep(message: Message) -> None:
        if page is not None and message["type"] == "http.response.start":
            kept = f"{COOKIE}={quote(page, safe='')}; Max-Age={KEPT_S}"
            headers = MutableHeaders(scope=message)
            headers.append("set-cookie", f"{kept}; Path={CALLBACK}; HttpOnly; SameSite=Lax")
        await send(message)

    return keep


def _leading(page: str | None, send: Send) -> Send:
    async def lead(message: Message) -> None:
        if page is not None and message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            cookies = headers.getlist("set-cookie")
            if any(one.startswith(SIGNED_IN) for one in cookies) and "location" in headers:
                headers["location"] = page
            headers.append("set-cookie", f"{COOKIE}=; Max-Age=0; Path={CALLBACK}; HttpOnly")
        await send(message)

    return lead
