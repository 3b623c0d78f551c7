"""Whether this process is about to end, and how long it waits for those who still read."""

import signal
from typing import Any

GOODBYE_S = 1.5


def is_stopping() -> bool:
    """Asked by answers that never end by themselves.

    The lifespan is told only when every answer has ended; the signal handler knows before.
    """
    return bool(getattr(_server(), "should_exit", False))


def part_soon() -> None:
    """A paused video is an answer half read: without a limit the server would wait for its end."""
    server = _server()
    if server is not None:
        server.config.timeout_graceful_shutdown = GOODBYE_S


def _server() -> Any:
    """The signal handler is a method of the server, which notes there that it should exit."""
    found = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return found if hasattr(found, "should_exit") else None
