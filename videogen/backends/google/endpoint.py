"""Where calls go and with which credentials: a key never travels but to Google."""

import functools
import ipaddress
import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from videogen.domain.condition import BackendKind
from videogen.errors import BackendUnavailableError, InvalidInputError

GOOGLE = "googleapis.com"
VERTEX_HOST = f"aiplatform.{GOOGLE}"  # a region's stands before it, with a hyphen
GEMINI_HOST = f"generativelanguage.{GOOGLE}"
NO_KEY = "sandbox"  # what a server on this machine gets in place of a key
KEY_HEADER = "x-goog-api-key"
INFO_TIMEOUT_S = 5.0


@functools.cache
def trust() -> ssl.SSLContext:
    """Reading the certificates takes 20 ms, and the light asks every few seconds."""
    return httpx.create_ssl_context()


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    kind: BackendKind
    base_url: str
    is_google: bool
    project: str | None = None
    location: str | None = None
    api_key: SecretStr | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return f"{self.kind.value}@{urlsplit(self.base_url).netloc}"

    @property
    def can_sign_in(self) -> bool:
        return not self.is_google or self.project is not None or self.api_key is not None

    def key_headers(self, url: str) -> dict[str, str]:
        """What may be sent to this address; nothing but to Google or to the sandbox itself."""
        if not self.is_google:
            is_ours = urlsplit(url)[:2] == urlsplit(self.base_url)[:2]
            return {KEY_HEADER: NO_KEY} if is_ours else {}
        if self.api_key is None or not is_googles(url):
            return {}
        return {KEY_HEADER: self.api_key.get_secret_value()}

    def sandbox_info(self) -> dict[str, Any] | None:
        """What the sandbox says of itself; Google's own hosts are never asked.

        Raises: BackendUnavailableError: nothing answers at an address on this machine.
        """
        if self.is_google:
            return None
        try:
            answer = httpx.get(
                f"{self.base_url}/_sandbox/info",
                timeout=INFO_TIMEOUT_S,
                trust_env=False,
                verify=trust(),
            )
            info = answer.json() if answer.status_code == 200 else None
        except httpx.HTTPError as error:
            raise BackendUnavailableError(self.name, detail=type(error).__name__) from None
        except ValueError:
            return None
        return info if isinstance(info, dict) and info.get("sandbox") is True else None


def vertex_endpoint(
    *,
    base_url: str | None,
    project: str | None,
    location: str,
    api_key: SecretStr | None,
) -> Endpoint:
    """Raises: InvalidInputError: an address that is neither Google's nor this machine's."""
    url, is_google = _checked(base_url or _vertex_url(project, location))
    if is_google and _host(url) == GEMINI_HOST:  # one setting names the address of both APIs
        url = _vertex_url(project, location)
    if not is_google:
        return Endpoint(kind=BackendKind.VERTEX, base_url=url, is_google=False)
    if project:  # signed in by Application Default Credentials
        return Endpoint(
            kind=BackendKind.VERTEX,
            base_url=url,
            is_google=True,
            project=project,
            location=location,
        )
    return Endpoint(kind=BackendKind.VERTEX, base_url=url, is_google=True, api_key=_filled(api_key))


def interactions_endpoint(*, base_url: str | None, api_key: SecretStr | None) -> Endpoint:
    """Raises: InvalidInputError: an address that is neither Google's nor this machine's."""
    url, is_google = _checked(base_url or f"https://{GEMINI_HOST}")
    if is_google and _host(url).endswith(VERTEX_HOST):  # likewise
        url = f"https://{GEMINI_HOST}"
    key = _filled(api_key) if is_google else None
    return Endpoint(kind=BackendKind.INTERACTIONS, base_url=url, is_google=is_google, api_key=key)


def is_googles(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return (
        parts.scheme == "https"
        and (host == GOOGLE or host.endswith(f".{GOOGLE}"))
        and "@" not in parts.netloc
    )


def _filled(key: SecretStr | None) -> SecretStr | None:
    return key if key is not None and key.get_secret_value().strip() else None


def _checked(base_url: str) -> tuple[str, bool]:
    """The address without its path, and whether it is Google's."""
    try:
        parts = urlsplit(base_url.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise _refusal(None) from None
    if is_googles(base_url.strip()):
        return f"https://{host}", True
    if parts.scheme not in ("http", "https") or not _is_loopback(host) or "@" in parts.netloc:
        raise _refusal(f"{parts.scheme}://{host}")
    return f"{parts.scheme}://{parts.netloc}", False


def _vertex_url(project: str | None, location: str) -> str:
    if not project or location == "global":
        return f"https://{VERTEX_HOST}"
    return f"https://{location}-{VERTEX_HOST}"


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refusal(shown: str | None) -> InvalidInputError:
    return InvalidInputError(
        "google_url_not_allowed", field="VIDEOGEN_GOOGLE_BASE_URL", value=shown
    )
