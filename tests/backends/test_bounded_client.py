"""Answers that do not end, over real HTTP."""

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from videogen.backends import bounded_client
from videogen.backends.bounded_client import BoundedClient

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
Play = Callable[[socket.socket], None]


@contextlib.contextmanager
def _playing(play: Play) -> Iterator[str]:
    """One connection is answered by `play`; whoever hangs up ends it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                connection, _ = server.accept()
                with connection:
                    connection.recv(65536)
                    play(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(timeout=5)


def _without_end(connection: socket.socket) -> None:
    connection.sendall(HEAD)
    while True:
        connection.sendall(b"x" * 100_000)


def _trickling(connection: socket.socket) -> None:
    connection.sendall(HEAD)
    while True:
        connection.sendall(b"x")
        time.sleep(0.02)


def _packed(connection: socket.socket) -> None:
    body = gzip.compress(b"x" * 10_000_000)
    head = HEAD.replace(b"Connection", b"Content-Encoding: gzip\r\nConnection")
    connection.sendall(head + body)


def test_a_packed_answer_is_unpacked_once() -> None:
    def small(connection: socket.socket) -> None:
        head = HEAD.replace(b"Connection", b"Content-Encoding: gzip\r\nConnection")
        connection.sendall(head + gzip.compress(b'{"a": 1}'))

    with _playing(small) as url, BoundedClient() as http:
        answer = http.get(url)

    assert (answer.status_code, answer.json()) == (200, {"a": 1})


@pytest.mark.parametrize(
    ("play", "error"),
    [
        (_without_end, httpx.ReadError),
        (_packed, httpx.ReadError),
        (_trickling, httpx.ReadTimeout),
    ],
)
def test_an_answer_ends_in_bytes_and_in_seconds(
    monkeypatch: pytest.MonkeyPatch, play: Play, error: type[httpx.HTTPError]
) -> None:
    monkeypatch.setattr(bounded_client, "MAX_ANSWER_BYTES", 1_000_000)
    monkeypatch.setattr(bounded_client, "LEAST_S", 0.1)

    with _playing(play) as url, BoundedClient(timeout=0.2) as http, pytest.raises(error):
        http.get(url)
