"""Answers leave at once: no waiting for the other side's acknowledgement."""

import socket

from videogen.web.sockets import answer_at_once


def test_connections_accepted_from_a_plain_socket_have_no_nagle_delay() -> None:
    with socket.socket(socket.AF_INET) as listener:  # as Streamlit makes it: no protocol named
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        answer_at_once()

        with socket.create_connection(listener.getsockname()) as client:
            accepted, _ = listener.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
                assert client.getpeername() == listener.getsockname()
