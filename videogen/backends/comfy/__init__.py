"""ComfyUI over HTTP and its socket; the truth is HTTP, the socket only wakes and shows progress."""

from videogen.backends.comfy.client import ComfyBackend
from videogen.backends.comfy.object_info import MissingParts

__all__ = ["ComfyBackend", "MissingParts"]
