"""A server whose websocket says what a test tells it to; its plain GETs answer JSON."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve


@dataclass
class OddSocket:
    url: str = ""
    answers: dict[str, object] = field(default_factory=dict)  # a list is used up but for its last
    requests: list[Request] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    connections: list[ServerConnection] = field(default_factory=list)

    def url_for(self, client_id: str) -> str:
        return f"ws{self.url.removeprefix('http')}/ws?clientId={client_id}"

    def say(self, kind: str, **data: Any) -> None:
        self.connections[-1].send(json.dumps({"type": kind, "data": data}))

    def until(self, is_so: Callable[[], bool], timeout_s: float = 10.0) -> None:
        deadline = time.monotonic() + timeout_s
        while not is_so():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.events} {self.heard}")
            time.sleep(0.005)

    def until_opened(self, times: int = 1) -> None:
        self.until(lambda: self.events.count("opened") >= times and len(self.heard) >= times)

    def answer(self, request: Request) -> Response | None:
        """None lets the websocket open."""
        if request.path.startswith("/ws"):
            self.requests.append(request)
            return None
        content = b"{}"
        for begin, body in self.answers.items():
            if request.path.startswith(begin):
                content = json.dumps(_next(body)).encode()
        length = ("Content-Length", str(len(content)))
        headers = Headers([("Content-Type", "application/json"), ("Connection", "close"), length])
        return Response(200, "OK", headers, content)


def _next(body: object) -> object:
    if not isinstance(body, list):
        return body
    return body.pop(0) if len(body) > 1 else body[0]


@contextmanager
def odd_socket() -> Iterator[OddSocket]:
    odd = OddSocket()

    def hold(connection: ServerConnection) -> None:
        odd.connections.append(connection)
        odd.events.append("opened")
        with suppress(ConnectionClosed):
            odd.heard.extend(str(message) for message in connection)
        odd.events.append("closed")

    with serve(
        hold, "127.0.0.1", 0, process_request=lambda _, request: odd.answer(request)
    ) as server:
        odd.url = f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield odd
        for connection in odd.connections:
            connection.close()
    thread.join(timeout=5)
