"""Plays the client's side of a recording and collects every difference from the real server."""

import json
import re
import struct
import time
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.sandbox.running import RunningSandbox
from tests.sandbox.shapes import differences, outline
from tests.sandbox.uploaded import VOICE, png

RECORDED = Path(__file__).with_name("recorded")
_ENOUGH = 6
_PATIENCE_S = 2.0  # a GET is asked again until it agrees, a message waited for
_COUNTER = re.compile(r"_\d{5}(?=[_.-])")
_TEMP = re.compile(r"ComfyUI_temp_[a-z]+_")
_BARS = frozenset({"progress", "progress_state"})


def recording(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text("utf-8"))
    return loaded


def in_order_of_sending(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A request is recorded when its answer is there; it was sent before the messages it caused,
    but not before what the client did before it.
    """
    done_s, keyed = 0.0, []
    for event in events:
        at_s = float(event["t"])
        if event["kind"] == "http":
            is_submit = event["request"]["path"] == "/prompt"
            took_s = event["response"].get("seconds", 0.0) + 0.002 if is_submit else 0.0
            at_s = max(done_s, at_s - took_s)
        if event["kind"] not in ("ws", "ws_binary"):
            done_s = at_s
        keyed.append((at_s, event))
    return [event for _, event in sorted(keyed, key=lambda item: item[0])]


def comparable(value: Any) -> Any:
    """File counters, the server's own numbers and temp names count from where a server stands."""
    if isinstance(value, str):
        return _TEMP.sub("ComfyUI_temp_xxxxx_", _COUNTER.sub("_00000", value))
    if isinstance(value, list):
        queued = len(value) == 5 and isinstance(value[1], str) and isinstance(value[2], dict)
        return [_number(value[0]) if queued and index == 0 else comparable(each)
                for index, each in enumerate(value)]  # fmt: skip
    if isinstance(value, dict):
        return {
            key: _number(each) if key in ("number", "priority") else comparable(each)
            for key, each in value.items()
        }
    return value


def _number(value: Any) -> str:
    return f"{type(value).__name__} {'before' if value < 0 else 'after'} 0"


class Lane:
    """One socket's messages, taken in order; told apart as statuses and the prompt's own."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self._waiting: list[Any] = []

    def take(self, suits: Callable[[Any], bool], patience_s: float = _PATIENCE_S) -> Any:
        """The first message that suits, None if none comes; bytes are binary frames."""
        for index, message in enumerate(self._waiting):
            if suits(message):
                return self._waiting.pop(index)
        deadline = time.monotonic() + patience_s
        while (left_s := deadline - time.monotonic()) > 0:
            try:
                raw = self.socket.recv(timeout=left_s)
            except (TimeoutError, ConnectionClosed):
                return None
            message = raw if isinstance(raw, bytes) else json.loads(raw)
            if suits(message):
                return message
            self._waiting.append(message)
        return None

    def rest(self) -> list[Any]:
        """What came and nobody asked for, bars and previews left out."""
        self.take(lambda _: False, 0.05)
        return [each for each in self._waiting if not is_bar(each)]


def is_bar(message: Any) -> bool:
    return isinstance(message, bytes) or message["type"] in _BARS


class Replay:
    """`strict`: one order for all of a socket's messages, bars included; else statuses and the
    prompt's messages in an order each. `outlined`: bodies by shape, for answers about a past that
    the sandbox does not have. `skipped`: beginnings of requests, or whole parts by their note.
    `keeps_ids`: ids that the real server made are asked for, because its heap sorts by them.
    """

    def __init__(
        self,
        sandbox: RunningSandbox,
        *,
        strict: bool = False,
        outlined: bool = False,
        skipped: Mapping[str, str] | None = None,
        on_note: Mapping[str, Callable[[], object]] | None = None,
        keeps_ids: bool = False,
    ) -> None:
        self._sandbox = sandbox
        self._strict = strict
        self._outlined = outlined
        self._skipped = dict(skipped or {})
        self._on_note = dict(on_note or {})
        self._keeps_ids = keeps_ids
        self._part = ""  # the recorder's last note
        self._ids: dict[str, str] = {}
        self._lanes: dict[str, Lane] = {}
        self._n_opened = 0
        self._events: list[dict[str, Any]] = []
        self.found: list[str] = []
        self.n_compared = 0

    def play(self, name: str) -> list[str]:
        self._events = recording(name)["events"]
        for event in in_order_of_sending(recording(name)["events"]):
            self._play_event(event, f"{name} {event['t']}")
            if len(self.found) >= _ENOUGH:
                break  # the rest only follows from these
        for conn, lane in self._lanes.items():
            if not self._strict:
                self.found += [f"{name}: {conn} also got {each}" for each in lane.rest()]
            lane.socket.close()
        self._lanes.clear()
        return self.found

    def _play_event(self, event: dict[str, Any], at: str) -> None:
        kind = event["kind"]
        if kind == "note":
            self._part = event["text"]
            self._on_note.get(self._part, lambda: None)()
        elif self._part in self._skipped:
            return
        elif kind.startswith("ws"):
            self._play_socket(event, at)
        elif kind == "http":
            self._compare_answer(event, at)

    def _play_socket(self, event: dict[str, Any], at: str) -> None:
        match event["kind"]:
            case "ws_open":
                self._await_queue(event)
                self._n_opened += 1
                url = self._sandbox.socket_url.removesuffix("/ws") + event["url"]
                self._lanes[event["conn"]] = Lane(connect(url, legacy=True))
            case "ws_sent":
                self._lanes[event["conn"]].socket.send(json.dumps(event["message"]))
            case "ws_client_close":
                self._lanes.pop(event["conn"]).socket.close()
            case "ws":
                self._compare_message(event, at)
            case "ws_binary":
                self._compare_frame(event, at)

    def _await_queue(self, event: dict[str, Any]) -> None:
        """A client that came when all was done comes when all is done here too."""
        greeting = next(
            (
                each["message"]["data"]["status"]["exec_info"]
                for each in self._events
                if each["kind"] == "ws" and each["conn"] == event["conn"]
            ),
            None,
        )
        deadline = time.monotonic() + _PATIENCE_S
        while self._n_opened > 0 and greeting is not None and time.monotonic() < deadline:
            if self._sandbox.comfy.get("/prompt").json()["exec_info"] == greeting:
                return
            time.sleep(0.02)

    def _translate(self, value: Any) -> Any:
        text = json.dumps(value)
        for recorded_id, played_id in self._ids.items():
            text = text.replace(recorded_id, played_id)
        return json.loads(text)

    def _suits(self, recorded: Mapping[str, Any]) -> Callable[[Any], bool]:
        if self._strict:
            return lambda message: not isinstance(message, bytes)
        is_status = recorded["type"] == "status"
        return lambda message: not is_bar(message) and (message["type"] == "status") is is_status

    def _compare_message(self, event: dict[str, Any], at: str) -> None:
        lane = self._lanes.get(event["conn"])
        if lane is None:
            return  # the client had closed it; the recorder read on
        played = lane.take(self._suits(event["message"]))
        self.n_compared += 1
        if played is None:
            self.found.append(f"{at}: nothing came instead of {event['message']}")
            return
        recorded = self._translate(event["message"])
        if recorded["type"] == "progress_state" and "nodes" in played.get("data", {}):
            # Node ids are keys here, not a list.
            recorded["data"]["by_node"] = recorded["data"].pop("nodes")
            played["data"]["by_node"] = played["data"].pop("nodes")
        self.found += differences(comparable(recorded), comparable(played), at)

    def _compare_frame(self, event: dict[str, Any], at: str) -> None:
        """The facts around a preview; the picture is another one."""
        frame = event["frame"]
        played = self._lanes[event["conn"]].take(lambda message: isinstance(message, bytes))
        self.n_compared += 1
        if played is None:
            self.found.append(f"{at}: no preview came")
            return
        kind, second = struct.unpack(">II", played[:8])
        self.found += differences(frame["event_type"], kind, f"{at} type")
        if kind == 4:
            facts = json.loads(played[8 : 8 + second])
            self.found += differences(self._translate(frame["metadata"]), facts, f"{at} facts")
            second, played = 1, played[second:]
        self.found += differences((1, b"\xff\xd8"), (second, played[8:10]), f"{at} picture")

    def _compare_answer(self, event: dict[str, Any], at: str) -> None:
        request, recorded = event["request"], event["response"]
        where = f"{request['method']} {request['path']}"
        if any(where.startswith(prefix) for prefix in self._skipped):
            return
        self.n_compared += 1
        deadline = time.monotonic() + _PATIENCE_S
        first: list[str] = []
        while True:
            played = self._send(self._with_id(request, recorded["body"]), recorded["body"])
            self._learn_id(request, recorded["body"], played)
            found = self._differ(recorded, played, f"{at} {where}")
            first = first or found
            if not found:
                return
            if request["method"] != "GET" or time.monotonic() > deadline:
                self.found += first
                return
            time.sleep(0.02)

    def _send(self, request: dict[str, Any], answer: Any) -> httpx.Response:
        # Other bytes under one name were answered with another name; the bytes were not kept.
        bright = zlib.crc32(str(answer).encode()) % 256
        picture = png(bright, 255 - bright)
        files = {
            field: (file["filename"], VOICE if file["filename"].endswith(".wav") else picture)
            for field, file in (request.get("files") or {}).items()
        }
        headers = {
            name: value.replace("127.0.0.1:8188", self._sandbox.comfy.base_url.netloc.decode())
            for name, value in (request.get("headers") or {}).items()
        }
        return self._sandbox.comfy.request(
            request["method"],
            _TEMP.sub("ComfyUI_temp_sandb_", self._translate(request["path"])),
            json=self._translate(request["json"]) if "json" in request else None,
            content=request.get("body"),
            data=request.get("form"),
            files=files or None,
            headers=headers,
        )

    def _with_id(self, request: dict[str, Any], body: Any) -> dict[str, Any]:
        if not self._keeps_ids or request["path"] != "/prompt" or "prompt_id" not in body:
            return request
        return {**request, "json": {**request["json"], "prompt_id": body["prompt_id"]}}

    def _learn_id(self, request: dict[str, Any], body: Any, played: httpx.Response) -> None:
        is_submit = request["method"] == "POST" and isinstance(body, dict) and "prompt_id" in body
        if is_submit and played.status_code == 200:
            self._ids[body["prompt_id"]] = played.json()["prompt_id"]

    def _differ(self, recorded: dict[str, Any], played: httpx.Response, at: str) -> list[str]:
        found = differences(recorded["status"], played.status_code, f"{at} status")
        kind = recorded["headers"].get("Content-Type", "").split(";")[0]
        body = recorded["body"]
        if kind and body:
            ours = played.headers.get("Content-Type", "").split(";")[0]
            found += differences(kind, ours, f"{at} type")
        if isinstance(body, dict) and body.get("binary"):
            return found + _differ_files(recorded, played, at)
        if not isinstance(body, dict | list):
            return found + differences(body, played.text, at)
        ours = _json(played)
        if self._outlined:
            return found + differences(outline(body), outline(ours), at)
        return found + differences(comparable(self._translate(body)), comparable(ours), at)


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text


def _differ_files(recorded: dict[str, Any], played: httpx.Response, at: str) -> list[str]:
    """Headers, and the first bytes as far as they tell the kind of file."""
    names = {"Etag", "Last-Modified", "Accept-Ranges", "Content-Disposition", "Content-Range"}
    wanted = names & recorded["headers"].keys()
    found = [f"{at}: no header {name}" for name in wanted if name not in played.headers]
    head = bytes.fromhex(recorded["body"]["head_hex"])
    signature = slice(4, 8) if head[4:8] == b"ftyp" else slice(0, 4)
    if head[signature] != played.content[signature]:
        found.append(f"{at}: starts with {played.content[:8]!r}, not {head[:8]!r}")
    return found
