"""Where the app listens and under which names, and what must be set before it may."""

import ipaddress
import socket
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from videogen.errors import InvalidInputError
from videogen.settings import Settings

LOCAL_NAMES = ("127.0.0.1", "localhost", "::1")
OPEN_SENTENCE = "anyone who can reach this server is an administrator"
ANY_NAME = "*"  # as Streamlit writes it


def check(settings: Settings) -> None:
    """Before anything is opened. Raises: InvalidInputError: names the variable to set."""
    if settings.public_url is not None and not _is_origin(settings.public_url):
        raise InvalidInputError(
            "public_url", field="VIDEOGEN_PUBLIC_URL", value=settings.public_url
        )
    _check_sign_in(settings)
    if settings.has_sign_in or is_loopback(settings.listen) or is_open(settings):
        return
    raise InvalidInputError(
        "listen_without_sign_in",
        field="VIDEOGEN_LISTEN",
        value=settings.listen,
        sentence=OPEN_SENTENCE,
    )


def streamlit_options(settings: Settings) -> dict[str, Any]:
    """The server's own settings that follow from ours."""
    public = urlsplit(settings.public_url or "").hostname
    anywhere = not settings.has_sign_in and is_open(settings)
    return {
        "server.port": settings.port,
        "server.address": settings.listen,
        "server.allowedHosts": [ANY_NAME] if anywhere else [*LOCAL_NAMES, *filter(None, [public])],
        "server.corsAllowedOrigins": [settings.public_url] if settings.public_url else [],
        "browser.serverAddress": public or LOCAL_NAMES[0],
    }


def is_own_name(host: str | None, settings: Settings) -> bool:
    """A browser that was sent to this server may call it so; a name that was rebound may not.

    Where everybody may come in, an address of numbers does too: no foreign page has it as its own.
    """
    if host is None:
        return False
    if host in LOCAL_NAMES or host == urlsplit(settings.public_url or "").hostname:
        return True
    if settings.has_sign_in or not is_open(settings):
        return False
    return _is_address(host) or host.lower() in _machine_names()


def is_open(settings: Settings) -> bool:
    """Said in so many words that there is neither sign-in nor a limit to this machine."""
    return settings.open_without_sign_in == OPEN_SENTENCE


def is_loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _check_sign_in(settings: Settings) -> None:
    needed = {
        "VIDEOGEN_OIDC_METADATA_URL": settings.oidc_metadata_url,
        "VIDEOGEN_OIDC_CLIENT_ID": settings.oidc_client_id,
        "VIDEOGEN_OIDC_CLIENT_SECRET": settings.oidc_client_secret,
        "VIDEOGEN_PUBLIC_URL": settings.public_url,
    }
    missing = [name for name, value in needed.items() if not value]
    # A public address alone asks for no sign-in.
    if missing and len(missing) < len(needed) and missing != list(needed)[:3]:
        raise InvalidInputError("sign_in_setting", field=missing[0], missing=", ".join(missing))


def _is_origin(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_port = parts.port is not None or not parts.netloc.endswith(":")
    except ValueError:
        return False
    bare = parts.path in {"", "/"} and not parts.query and not parts.fragment
    has_user = parts.username is not None
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and bare
        and has_port
        and not has_user
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def _machine_names() -> frozenset[str]:
    name = socket.gethostname().lower()
    return frozenset({name, name.split(".")[0]})
