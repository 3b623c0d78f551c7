"""From what an operator configures to back ends; Google's SDK is loaded only when it is used."""

from typing import Any

import httpx
from pydantic import SecretStr

from videogen.backends.comfy import ComfyBackend
from videogen.backends.contract import Backend


def connect_comfy(base_url: str) -> ComfyBackend:
    """Nothing is asked yet. Raises: InvalidInputError: `base_url` is no HTTP address."""
    return ComfyBackend(base_url)


def connect_google(
    *,
    base_url: str | None = None,
    project: str | None = None,
    location: str = "us-central1",
    api_key: SecretStr | None = None,
) -> Backend | None:
    """None when neither a project nor a key is configured."""
    if project is None and api_key is None:
        return None
    from videogen.backends.google import VertexBackend

    return VertexBackend(base_url=base_url, project=project, location=location, api_key=api_key)


def sandbox_log(base_url: str) -> list[dict[str, Any]]:
    """Every submit that the sandbox behind this address has seen, by id."""
    reply = httpx.get(f"{base_url}/_sandbox/log", timeout=10.0)
    submits: list[dict[str, Any]] = reply.raise_for_status().json()["submits"]
    return submits
