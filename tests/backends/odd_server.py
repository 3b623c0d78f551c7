"""A server that answers what a test tells it to, over real HTTP."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Answer(NamedTuple):
    body: object = ""  # bytes and texts go out as they are, anything else as JSON
    status: int = 200
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    promised_bytes: int | None = None  # a Content-Length that the body does not keep


class Seen(NamedTuple):
    method: str
    path: str
    headers: Mapping[str, str]
    body: str


@dataclass
class OddServer:
    url: str
    answers: dict[str, Answer | list[Answer]] = field(default_factory=dict)
    otherwise: Answer = field(default=Answer("nothing here", 404, "text/plain"))
    seen: list[Seen] = field(default_factory=list)

    def answer(self, path: str) -> Answer:
        """By the path's beginning; a list is used up but for its last."""
        for begin, answer in self.answers.items():
            if path.startswith(begin):
                if isinstance(answer, list):
                    return answer.pop(0) if len(answer) > 1 else answer[0]
                return answer
        return self.otherwise


def _content(body: object) -> bytes:
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body)).encode()


@contextmanager
def odd_server() -> Iterator[OddServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode(
                errors="replace"
            )
            served.seen.append(Seen(self.command, self.path, dict(self.headers.items()), body))
            answer = served.answer(self.path)
            if answer.status == 0:  # hang up without a word
                self.close_connection = True
                return
            content = _content(answer.body)
            promised = answer.promised_bytes or len(content)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(promised))
            for name, value in answer.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            self.close_connection = promised != len(content)

        def do_GET(self) -> None:
            self._serve()

        do_HEAD = do_GET  # noqa: N815 the library's name; such answers have no bodies

        def do_POST(self) -> None:
            self._serve()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served = OddServer(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
