"""What the server's own socket lacks."""

import os
import socket
import stat


def answer_at_once() -> None:
    """Switch Nagle's delay off for every connection that this process will accept.

    Streamlit binds its socket without naming TCP as the protocol, so asyncio does not do it:
    measured 44 ms for each answer instead of 1. Accepted connections inherit the option.
    """
    for name in os.listdir("/dev/fd"):
        try:
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                _switch_off(os.dup(int(name)))
        except OSError:
            continue  # closed meanwhile, or no TCP socket


def _switch_off(descriptor: int) -> None:
    with socket.socket(fileno=descriptor) as listener:
        if listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
