"""What the sign-in provider said of a person, as Streamlit's signed cookie keeps it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import streamlit as st
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from videogen import bootstrap
from videogen.bootstrap.cookie_secret import cookie_secret
from videogen.settings import Settings
from videogen.ui import loaders

CALLBACK = "/oauth2callback"  # Streamlit's own

Claims = Mapping[str, Any]


class Asked(Protocol):
    """What is read of a request."""

    @property
    def cookies(self) -> Mapping[str, str]: ...


def secrets(settings: Settings) -> dict[str, Any] | None:
    """What Streamlit's sign-in is set up by; None: nobody signs in here.

    Raises: InvalidInputError: the cookie's secret is damaged. DataFolderUnusableError.
    """
    secret = _secret(settings.data_dir)
    if not settings.has_sign_in or settings.oidc_client_secret is None:
        return None
    return {
        "auth": {
            "redirect_uri": f"{_origin(settings)}{CALLBACK}",
            "cookie_secret": secret,
            "client_id": settings.oidc_client_id or "",
            "client_secret": settings.oidc_client_secret.get_secret_value(),
            "server_metadata_url": settings.oidc_metadata_url or "",
        }
    }


def said() -> Claims | None:
    """Of whoever is at this page, as its connection began; None: nobody has signed in."""
    claims: Claims = st.user.to_dict()
    return claims if claims.get("is_logged_in") is True else None


def claims() -> Claims | None:
    """As long as the sign-in lasts."""
    known = said()
    if known is None or not loaders.application().people.is_current(known, loaders.now()):
        return None
    return known


def claims_of(request: Asked) -> Claims | None:
    """The same from a request's cookie, for addresses that are no pages; None: nobody signed in."""
    application = bootstrap.running()
    if not application.settings.has_sign_in:
        return None
    known = _in_cookie(request.cookies, application.settings)
    if known is None or not application.people.is_current(known, datetime.now(UTC)):
        return None
    return known


def _in_cookie(cookies: Mapping[str, str], settings: Settings) -> Claims | None:
    """As Streamlit itself reads it for a page: its signature, its parts, whose app it is for."""
    secret = _secret(settings.data_dir)

    def part(name: str) -> bytes | None:
        raw = cookies.get(name)
        return decode_signed_value(secret, name, raw.encode("latin-1", "ignore")) if raw else None

    try:
        whole = get_cookie_with_chunks(part, USER_COOKIE_NAME)
        payload = json.loads(whole) if whole else None
    except ValueError:
        return None
    if not isinstance(payload, dict) or payload.get("origin") != _origin(settings):
        return None
    return payload if payload.get("is_logged_in") is True else None


@lru_cache(maxsize=8)
def _secret(data_dir: Path) -> str:
    """Read once: Streamlit holds the same until the app stops."""
    return cookie_secret(data_dir)


def _origin(settings: Settings) -> str:
    parts = urlsplit(settings.public_url or "")
    return f"{parts.scheme}://{parts.netloc}"
