"""From what an operator configures to back ends; no connection is opened yet."""

from typing import Any

import httpx
from pydantic import SecretStr

from videogen.backends.address_rules import AddressRules
from videogen.backends.comfy import ComfyBackend
from videogen.backends.comfy.address import comfy_address
from videogen.backends.google import InteractionsBackend, VertexBackend
from videogen.backends.replicate import ReplicateBackend
from videogen.errors import InvalidInputError


def connect_comfy(base_url: str, rules: AddressRules | None = None) -> ComfyBackend:
    """`rules` for an address that somebody entered; None: the operator's own, who may mean any.

    Raises: InvalidInputError: `base_url` is no HTTP address.
    """
    return ComfyBackend(base_url, rules=rules)


def shown_address(url: str) -> str:
    """Without a password. Raises: InvalidInputError: no HTTP address."""
    return comfy_address(url).base_url


def storable_address(url: str) -> str:
    """The address as a row may hold it.

    Raises: InvalidInputError: no HTTP address, or one with a password: rows hold no secrets.
    """
    address = comfy_address(url)
    if address.credentials is not None:
        raise InvalidInputError("url_with_password", field="comfy_url", value=address.base_url)
    return address.base_url


def server_name(url: str) -> str:
    """What a back end at this address is called; nothing is opened for it."""
    return comfy_address(url).name


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


def connect_interactions(
    *, base_url: str | None = None, api_key: SecretStr | None = None
) -> InteractionsBackend | None:
    """None without a key and without a sandbox on this machine.

    Raises: InvalidInputError: `base_url` is neither Google's nor this machine's.
    """
    backend = InteractionsBackend(base_url=base_url, api_key=api_key)
    return backend if backend.can_sign_in else None


def connect_replicate(
    *, base_url: str | None = None, token: SecretStr | None = None
) -> ReplicateBackend | None:
    """None without a token and without a sandbox on this machine.

    Raises: InvalidInputError: `base_url` is neither Replicate's nor this machine's.
    """
    backend = ReplicateBackend(base_url=base_url, token=token)
    return backend if backend.can_sign_in else None


def sandbox_log(base_url: str) -> list[dict[str, Any]]:
    """Every submit that the sandbox behind this address has seen, by id."""
    reply = httpx.get(f"{base_url}/_sandbox/log", timeout=10.0)
    submits: list[dict[str, Any]] = reply.raise_for_status().json()["submits"]
    return submits
