"""The socket: one background thread that wakes waiters and feeds the progress boards."""

import contextlib
import json
import socket
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from videogen.backends.address_rules import AddressRules, port_of
from videogen.backends.comfy.progress import ProgressBoard

MAX_MESSAGE_BYTES = 64 * 1024 * 1024  # previews and `executed` outputs pass websockets' 1 MiB
FIRST_MESSAGE = json.dumps({"type": "feature_flags", "data": {"supports_preview_metadata": True}})
LAST_CLOSE_TIMEOUT_S = 1.0  # nothing opens after it
KEPT_BOARDS = 64
OPEN_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 10.0  # for its own word that it is closed, while it may be loading a model
SHORTEST_BACKOFF_S = 0.25
LONGEST_BACKOFF_S = 30.0
FINAL_MESSAGES = frozenset({"execution_success", "execution_error", "execution_interrupted"})


class Listener:
    """Never the truth: a missed message costs one poll interval and nothing else."""

    def __init__(
        self,
        url_for: Callable[[str], str],
        authorization: str | None = None,
        *,
        rules: AddressRules | None = None,
    ) -> None:
        self._url_for = url_for
        self._rules = rules
        self.client_id = str(uuid.uuid4())
        self._headers = {"Authorization": authorization} if authorization else None
        self._news = threading.Condition()
        self._boards: OrderedDict[str, ProgressBoard] = OrderedDict()
        self._unread: set[str] = set()
        self._thread: threading.Thread | None = None
        self._connection: ClientConnection | None = None
        self._closing = threading.Event()
        self._heard_at_s = time.monotonic()
        self._followed: str | None = None
        self._closed_by_us = False

    def watch(
        self, prompt_id: str, graph: Mapping[str, Any], sampler_node: str | None
    ) -> ProgressBoard:
        """The board of one prompt; the socket opens with the first."""
        with self._news:
            board = self._boards.setdefault(prompt_id, ProgressBoard(graph, sampler_node))
            self._boards.move_to_end(prompt_id)
            while len(self._boards) > KEPT_BOARDS:
                forgotten, _ = self._boards.popitem(last=False)
                self._unread.discard(forgotten)
            self._start()
        return board

    def board(self, prompt_id: str) -> ProgressBoard | None:
        with self._news:
            return self._boards.get(prompt_id)

    def wait(self, prompt_id: str, timeout_s: float) -> None:
        """Sleep until this prompt begins or ends, at most `timeout_s`."""
        with self._news:
            self._news.wait_for(
                lambda: prompt_id in self._unread or self._closing.is_set(), timeout_s
            )
            self._unread.discard(prompt_id)

    def wake(self, prompt_id: str) -> None:
        with self._news:
            self._unread.add(prompt_id)
            self._news.notify_all()

    def follow(self, prompt_id: str, client_id: str | None, *, silent_s: float) -> None:
        """Listen to the running prompt under the id that the server reports it to.

        An earlier process may have sent it. A socket that a twin displaced stays open and hears
        nothing: after `silent_s` it is closed and opened again.
        """
        now_s = time.monotonic()
        if prompt_id != self._followed:
            self._followed = prompt_id
            self._heard_at_s = now_s
        if client_id is not None and client_id != self.client_id:
            self.client_id = client_id
            self._reopen()
        elif now_s - self._heard_at_s > silent_s:
            self._heard_at_s = now_s
            self._reopen()

    def close(self) -> None:
        self._closing.set()
        with self._news:
            self._news.notify_all()
        connection = self._connection
        if connection is not None:
            connection.close_timeout = LAST_CLOSE_TIMEOUT_S
        self._drop()
        if self._thread is not None:
            self._thread.join(timeout=5.0)

    def _start(self) -> None:
        if self._thread is None and not self._closing.is_set():
            self._thread = threading.Thread(target=self._run, name="comfy-socket", daemon=True)
            self._thread.start()

    def _reopen(self) -> None:
        """Aside, as a busy server may take seconds to close; the listening thread opens anew.

        It does so only when the old socket is gone: of two sockets with one client id the server
        forgets the newer one when the older closes.
        """
        self._closed_by_us = True
        threading.Thread(target=self._drop, name="comfy-socket-close", daemon=True).start()

    def _drop(self) -> None:
        connection = self._connection
        if connection is not None:
            with contextlib.suppress(OSError, WebSocketException):
                connection.close()

    def _run(self) -> None:
        backoff_s = SHORTEST_BACKOFF_S
        while not self._closing.is_set():
            opened_at_s = time.monotonic()
            # Whatever the socket does, polling goes on: its errors are nobody's news.
            with contextlib.suppress(OSError, WebSocketException, ValueError):
                self._listen()
            if self._closed_by_us or time.monotonic() - opened_at_s > LONGEST_BACKOFF_S:
                backoff_s = SHORTEST_BACKOFF_S
                self._closed_by_us = False
            self._closing.wait(backoff_s)
            backoff_s = min(LONGEST_BACKOFF_S, backoff_s * 2)

    def _listen(self) -> None:
        client_id = self.client_id
        url = self._url_for(client_id)
        with connect(
            url,
            sock=_open_socket(
                url, self._rules
            ),  # a socket of our own: redirects are then not followed
            additional_headers=self._headers,
            origin=None,  # a loopback server answers 403 to an Origin that differs from its Host
            proxy=None,
            compression=None,
            open_timeout=OPEN_TIMEOUT_S,
            ping_interval=20,
            ping_timeout=120,  # loading a model can hold the server's interpreter
            close_timeout=CLOSE_TIMEOUT_S,
            max_size=MAX_MESSAGE_BYTES,
        ) as connection:
            self._connection = connection
            try:
                if self._closing.is_set() or client_id != self.client_id:
                    return
                connection.send(FIRST_MESSAGE)
                for message in connection:
                    self._heard_at_s = time.monotonic()
                    if isinstance(message, str):  # binary frames are previews
                        self._take(message)
            finally:
                self._connection = None

    def _take(self, text: str) -> None:
        with contextlib.suppress(ValueError, TypeError, AttributeError, KeyError):
            message = json.loads(text)
            self.receive(str(message["type"]), message.get("data") or {})

    def receive(self, kind: str, data: Mapping[str, Any]) -> None:
        """One text message; those of other clients' prompts are passed over."""
        prompt_id = data.get("prompt_id")
        if prompt_id is None and kind == "executing" and data.get("node") is not None:
            prompt_id = self._followed  # the greeting after a reconnect names no prompt
        board = self.board(prompt_id) if isinstance(prompt_id, str) else None
        if board is None or not isinstance(prompt_id, str):
            return
        if kind == "progress":
            _move_bar(board, str(data.get("node")), float(data["value"]), float(data["max"]))
        elif kind == "execution_cached":
            board.skip([str(node) for node in data.get("nodes") or []])
        elif kind == "executing":
            entered = data.get("node")
            board.enter(None if entered is None else str(entered))
        if kind in FINAL_MESSAGES:
            board.enter(None)
            board.is_final = True
        if kind in FINAL_MESSAGES or kind == "execution_start":
            self.wake(prompt_id)


def _open_socket(url: str, rules: AddressRules | None) -> socket.socket:
    host, port = urlsplit(url).hostname or "", port_of(url)
    addresses = rules.reachable(host, port) if rules else [host]
    for address in addresses[:-1]:
        with contextlib.suppress(OSError):
            return socket.create_connection((address, port), OPEN_TIMEOUT_S)
    return socket.create_connection((addresses[-1], port), OPEN_TIMEOUT_S)


def _move_bar(board: ProgressBoard, node: str, value: float, maximum: float) -> None:
    if board.stage is None:  # the socket opened in the middle of this node
        board.enter(node)
    board.bar(node, value, maximum)
