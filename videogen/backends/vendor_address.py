"""Where a vendor's calls go: to the vendor under TLS, or to a sandbox on this machine."""

import functools
import ipaddress
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from videogen.backends.bounded_client import BoundedClient
from videogen.errors import BackendUnavailableError, InvalidInputError

INFO_TIMEOUT_S = 5.0
MAX_SCALE = 1e9


@functools.cache
def trust() -> ssl.SSLContext:
    """Reading the certificates takes 20 ms, and the light asks every few seconds."""
    return httpx.create_ssl_context()


def is_under(url: str, domain: str) -> bool:
    """Whether this address is the domain's or a host's in it, under TLS."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and (host == domain or host.endswith(f".{domain}"))
        and "@" not in parts.netloc
    )


def checked_base(base_url: str, domain: str, *, problem: str, field: str) -> tuple[str, bool]:
    """The address without its path, and whether it is the vendor's.

    Raises: InvalidInputError: neither the vendor's nor this machine's.
    """
    try:
        parts = urlsplit(base_url.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise InvalidInputError(problem, field=field) from None
    if is_under(base_url.strip(), domain):
        return f"https://{host}", True
    if parts.scheme not in ("http", "https") or not _is_loopback(host) or "@" in parts.netloc:
        raise InvalidInputError(problem, field=field, value=f"{parts.scheme}://{host}")
    return f"{parts.scheme}://{parts.netloc}", False


def ask_sandbox(base_url: str, name: str) -> dict[str, Any] | None:
    """What the sandbox there says of itself; None: something else answers.

    Raises: BackendUnavailableError: nothing answers at an address on this machine.
    """
    try:
        with BoundedClient(timeout=INFO_TIMEOUT_S, trust_env=False, verify=trust()) as http:
            answer = http.get(f"{base_url}/_sandbox/info")
        info = answer.json() if answer.status_code == 200 else None
    except httpx.HTTPError as error:
        raise BackendUnavailableError(name, detail=type(error).__name__) from None
    except (ValueError, RecursionError):
        return None
    is_sandbox = isinstance(info, dict) and info.get("sandbox") is True and _has_scale(info)
    return info if is_sandbox else None


def _has_scale(info: Mapping[str, Any]) -> bool:
    """Times are divided by it."""
    scale = info.get("time_scale")
    is_number = isinstance(scale, int | float) and not isinstance(scale, bool)
    return scale is None or (is_number and 0 <= scale <= MAX_SCALE)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
