"""Clients that speak one protocol each and turn foreign errors into ours."""

from pydantic import SecretStr

from videogen.backends.comfy import ComfyBackend
from videogen.backends.contract import Backend
from videogen.backends.google import VertexBackend

__all__ = ["Backend", "ComfyBackend", "VertexBackend", "connect_comfy", "connect_google"]


def connect_comfy(url: str) -> ComfyBackend:
    """Opens no connection yet. Raises: InvalidInputError: `url` is no HTTP address."""
    return ComfyBackend(url)


def connect_google(
    *,
    base_url: str | None = None,
    project: str | None = None,
    location: str = "us-central1",
    api_key: SecretStr | None = None,
) -> VertexBackend | None:
    """None when nothing says how to sign in.

    Raises: InvalidInputError: `base_url` is neither Google's nor this machine's.
    """
    if not (base_url or project or api_key):
        return None
    return VertexBackend(base_url=base_url, project=project, location=location, api_key=api_key)
