"""A server's address, with its credentials kept apart from everything that is shown."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

import httpx

from videogen.errors import InvalidInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class ComfyAddress:
    base_url: str  # without credentials
    credentials: tuple[str, str] | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return f"comfy@{urlsplit(self.base_url).netloc}{urlsplit(self.base_url).path}"

    def socket_url(self, client_id: str) -> str:
        return f"ws{self.base_url.removeprefix('http')}/ws?clientId={client_id}"


def comfy_address(url: str) -> ComfyAddress:
    """The address in `url`; raises InvalidInputError when it cannot be an HTTP server's."""
    if not url.strip():
        raise _refusal("url_empty", url)
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise _refusal("url_unreadable", None) from None
    shown = _without_credentials(parts, port)
    if parts.scheme not in ("http", "https"):
        raise _refusal("url_not_http", shown)
    if not parts.hostname or any(letter.isspace() for letter in parts.netloc):
        raise _refusal("url_without_host", shown)
    if parts.query or parts.fragment:
        raise _refusal("url_with_query", shown)
    if not _can_be_asked_for(shown, parts.hostname):
        raise _refusal("url_unreadable", None)
    credentials = None
    if parts.username or parts.password:
        credentials = (unquote(parts.username or ""), unquote(parts.password or ""))
    return ComfyAddress(base_url=shown, credentials=credentials)


def _can_be_asked_for(url: str, host: str) -> bool:
    """Whether name resolution and HTTP can make sense of it; they raise far from here."""
    try:
        host.encode("idna")
        return bool(httpx.URL(url).host)
    except (httpx.InvalidURL, ValueError):  # UnicodeError and IDNAError are ValueErrors
        return False


def _without_credentials(parts: SplitResult, port: int | None) -> str:
    if not parts.netloc:  # no "//" in it: what was typed, without what may stand before an @
        typed = f"{parts.scheme}:{parts.path}" if parts.scheme else parts.path
        return typed.rpartition("@")[2]
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    netloc = f"{host}:{port}" if port is not None else host
    return f"{parts.scheme}://{netloc}{parts.path.rstrip('/')}"


def _refusal(problem: str, shown: str | None) -> InvalidInputError:
    return InvalidInputError(problem, field="comfy_url", value=shown)
