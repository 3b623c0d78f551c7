"""What a browser may do with our answers: where it may load from, send to and show them.

Why the page's policy is as it is stands in docs/security.md.
"""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from videogen import bootstrap
from videogen.settings import Settings

API_PREFIX = "/api/"
# No foreign frame around our buttons, and no address of a session in a foreign log.
ALWAYS = {
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), "
        "geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), "
        "payment=(), serial=(), usb=(), xr-spatial-tracking=()"
    ),
}
# An answer for programs is no document: opened in a browser it may do nothing at all.
API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PAGE_POLICY: Mapping[str, str] = {
    "default-src": "'self'",
    "script-src": "'self' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "frame-src": "'self'",
    "frame-ancestors": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
A_YEAR_S = 31_536_000
BEFORE_START = Settings.model_construct()


class SafeHeaders:
    """Around everything, so that a refusal and a crash carry them too."""

    def __init__(self, app: ASGIApp, inline_scripts: tuple[str, ...] = ()) -> None:
        self._app = app
        self._inline_scripts = inline_scripts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                headers = MutableHeaders(scope=message)
                safe = safe_headers(scope["path"], _settings(), self._inline_scripts)
                for name, value in safe.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_safely)


def _settings() -> Settings:
    try:
        return bootstrap.running().settings
    except RuntimeError:
        return BEFORE_START


def safe_headers(
    path: str, settings: Settings, inline_scripts: tuple[str, ...] = ()
) -> Mapping[str, str]:
    """For an answer of this path; what a route has set itself stands.

    `inline_scripts` are the only ones that a page may hold, by their hash.
    """
    if path.startswith(API_PREFIX):
        policy = API_POLICY
    else:
        policy = _page_policy(settings.oidc_metadata_url, inline_scripts)
    headers = {**ALWAYS, "Content-Security-Policy": policy}
    if (settings.public_url or "").startswith("https:"):
        # Only this name, and only where TLS is: a neighbour of the domain may not have it.
        headers["Strict-Transport-Security"] = f"max-age={A_YEAR_S}"
    return headers


@cache
def _page_policy(oidc_metadata_url: str | None, inline_scripts: tuple[str, ...]) -> str:
    sources = dict(PAGE_POLICY)
    hashes = [f"'sha256-{_hash(script)}'" for script in inline_scripts]
    sources["script-src"] = " ".join([sources["script-src"], *hashes])
    if oidc_metadata_url:
        provider = urlsplit(oidc_metadata_url)
        sources["form-action"] += f" {provider.scheme}://{provider.netloc}"
    return "; ".join(f"{name} {allowed}" for name, allowed in sources.items())


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
