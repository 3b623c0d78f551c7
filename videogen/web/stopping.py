"""Whether this process is about to end: answers that never end by themselves ask."""

import signal


def is_stopping() -> bool:
    """The lifespan is told only when every answer has ended; the signal handler knows before.

    That handler is a method of the server, which notes there that it should exit.
    """
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return bool(getattr(server, "should_exit", False))
