"""A server of a test's own words: for answers that the app itself would never give."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, str, bytes]  # status, media type, body


@dataclass(slots=True)
class Told:
    """What it was asked, and what it will answer, one after the other; the last one again."""

    answers: list[Answer]
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def next(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def as_json(status: int, content: object, media_type: str = "application/json") -> Answer:
    return status, media_type, json.dumps(content).encode()


def problem(status: int, code: str, **facts: object) -> Answer:
    told = {"code": code, "detail": "It went wrong.", "hint": "Do better.", **facts}
    return as_json(status, told, "application/problem+json")


@contextmanager
def answering(*answers: Answer) -> Iterator[Told]:
    told = Told(list(answers))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._answer()

        def _answer(self) -> None:
            told.asked.append((self.command, self.path, dict(self.headers)))
            status, media_type, body = told.next()
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
