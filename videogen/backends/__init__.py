"""Clients that speak one protocol each and turn foreign errors into ours."""

from videogen.backends.connecting import connect_comfy, connect_google, sandbox_log
from videogen.backends.contract import Backend

__all__ = ["Backend", "connect_comfy", "connect_google", "sandbox_log"]
