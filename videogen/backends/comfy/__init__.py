"""ComfyUI over HTTP and its socket; the truth is HTTP, the socket only wakes and shows progress."""

from videogen.backends.comfy.client import ComfyBackend

__all__ = ["ComfyBackend"]
