"""Clients that speak one protocol each and turn foreign errors into ours."""

from videogen.backends.address_rules import AddressRules
from videogen.backends.comfy import ComfyBackend
from videogen.backends.connecting import (
    connect_comfy,
    connect_google,
    connect_interactions,
    connect_replicate,
    sandbox_log,
    server_name,
    shown_address,
    storable_address,
)
from videogen.backends.contract import Backend, KeepsModels
from videogen.backends.google import InteractionsBackend, VertexBackend
from videogen.backends.replicate import ReplicateBackend

__all__ = [
    "AddressRules",
    "Backend",
    "ComfyBackend",
    "InteractionsBackend",
    "KeepsModels",
    "ReplicateBackend",
    "VertexBackend",
    "connect_comfy",
    "connect_google",
    "connect_interactions",
    "connect_replicate",
    "sandbox_log",
    "server_name",
    "shown_address",
    "storable_address",
]
