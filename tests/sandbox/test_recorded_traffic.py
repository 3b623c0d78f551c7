"""Sends what was sent to a real ComfyUI and compares what comes back."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.sandbox.running import RunningSandbox, running_sandbox
from tests.sandbox.shapes import differences

_RECORDED = Path(__file__).with_name("recorded")
# Node 2 of the recorded failures was a node made for the recording; ours is told to fail instead.
_TEST_NODE = "ProbeRaise"
_STAND_IN = {
    "class_type": "ImageScale",
    "inputs": {
        "image": ["1", 0],
        "upscale_method": "bilinear",
        "width": 64,
        "height": 64,
        "crop": "disabled",
    },
}


def _stand_in(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get("class_type") == _TEST_NODE:
            return _STAND_IN
        return {key: _stand_in(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_stand_in(each) for each in value]
    return "ImageScale" if value == _TEST_NODE else value


class Replay:
    """Plays the client's side of one recording and collects the differences."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self._sandbox = sandbox
        self._ids: dict[str, str] = {}  # prompt ids of the recording -> of this run
        self._sockets: dict[str, ClientConnection] = {}
        self.found: list[str] = []

    def play(self, name: str) -> list[str]:
        recording = json.loads((_RECORDED / f"{name}.json").read_text(encoding="utf-8"))
        for event in _stand_in(recording["events"]):
            at = f"{name} {event['t']}"
            match event["kind"]:
                case "ws_open":
                    url = self._sandbox.socket_url.removesuffix("/ws") + event["url"]
                    self._sockets[event["conn"]] = connect(url, legacy=True)
                case "ws_sent":
                    self._sockets[event["conn"]].send(json.dumps(event["message"]))
                case "ws":
                    self._compare_message(event, at)
                case "http":
                    self._compare_answer(event, at)
        for socket in self._sockets.values():
            socket.close()
        self._sockets.clear()
        return self.found

    def _translate(self, value: Any) -> Any:
        text = json.dumps(value)
        for recorded_id, played_id in self._ids.items():
            text = text.replace(recorded_id, played_id)
        return json.loads(text)

    def _compare_message(self, event: dict[str, Any], at: str) -> None:
        try:
            played = json.loads(self._sockets[event["conn"]].recv(timeout=5))
        except TimeoutError:
            self.found.append(f"{at}: nothing came instead of {event['message']}")
            return
        recorded = self._translate(event["message"])
        if recorded["type"] == "progress_state":
            # Node ids are keys here, not a list.
            recorded["data"]["by_node"] = recorded["data"].pop("nodes")
            played["data"]["by_node"] = played["data"].pop("nodes", None)
        self.found += differences(recorded, played, at)

    def _compare_answer(self, event: dict[str, Any], at: str) -> None:
        request, recorded = event["request"], event["response"]
        path = self._translate(request["path"])
        if path.startswith("/history/"):
            self._wait_until_idle()
        content = request.get("body")
        played = self._sandbox.comfy.request(
            request["method"],
            path,
            json=self._translate(request["json"]) if "json" in request else None,
            content=content,
            headers=request.get("headers"),
        )
        body = recorded["body"]
        if isinstance(body, dict) and "prompt_id" in body and request["method"] == "POST":
            self._ids[body["prompt_id"]] = played.json()["prompt_id"]
        self.found += _compare(self._translate(recorded), played, f"{at} {path}")

    def _wait_until_idle(self) -> None:
        client = self._sandbox.comfy
        deadline = time.monotonic() + 10
        while client.get("/prompt").json()["exec_info"]["queue_remaining"]:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def _compare(recorded: dict[str, Any], played: httpx.Response, at: str) -> list[str]:
    found = differences(recorded["status"], played.status_code, f"{at} status")
    kind = recorded["headers"].get("Content-Type", "").split(";")[0]
    if kind:
        found += differences(
            kind, played.headers.get("Content-Type", "").split(";")[0], f"{at} type"
        )
    body = recorded["body"]
    if isinstance(body, dict) and body.get("binary"):
        names = {"Etag", "Last-Modified", "Accept-Ranges", "Content-Disposition", "Content-Range"}
        for name in names & recorded["headers"].keys():
            found += [] if name in played.headers else [f"{at}: no header {name}"]
        is_video = played.content[4:8] == b"ftyp"
        return found + ([] if is_video else [f"{at}: no mp4"])
    if isinstance(body, dict | list):
        return found + differences(body, played.json(), at)
    return found + differences(body, played.text, at)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox("--time-scale", "100", "--no-failures") as running:
        yield running


def test_the_sandbox_answers_the_recorded_requests_as_the_real_server_did(
    sandbox: RunningSandbox,
) -> None:
    replay = Replay(sandbox)
    replay.play("a_core_mp4")
    replay.play("b_cached")
    replay.play("c_validation_errors")
    sandbox.script(
        _failing("2", "RuntimeError", "boom\n", nth=1),
        _failing("2", "torch.OutOfMemoryError", _recorded_oom(), nth=2),
        _failing("1", "safetensors._safetensors_rust.SafetensorError", _HEADER, nth=3),
        _failing("2", "ValueError", "late\n", nth=4),
    )

    found = replay.play("d_execution_error")

    assert not found, "\n".join(found)


_HEADER = "Error while deserializing header: header too small\n"


def _failing(node_id: str, kind: str, message: str, nth: int) -> dict[str, Any]:
    params = {"node_id": node_id, "exception_type": kind, "exception_message": message}
    return {"kind": "execution_error", "match": {"nth": nth}, "params": params}


def _recorded_oom() -> str:
    events = json.loads((_RECORDED / "d_execution_error.json").read_text("utf-8"))["events"]
    errors = [
        event["message"]["data"]
        for event in events
        if event["kind"] == "ws" and event["message"]["type"] == "execution_error"
    ]
    return next(str(e["exception_message"]) for e in errors if "OutOfMemory" in e["exception_type"])


def test_the_comparison_notices_a_missing_key_a_wrong_type_and_a_wrong_value() -> None:
    recorded = {"a": 1, "b": ["x"], "status": {"status_str": "success"}, "timestamp": 7}

    assert differences(recorded, recorded | {"timestamp": 9}) == []
    assert differences(recorded, {key: recorded[key] for key in ("a", "b", "status")})
    assert differences(recorded, recorded | {"a": "1"})
    assert differences(recorded, recorded | {"b": []})
    assert differences(recorded, recorded | {"status": {"status_str": "error"}})
    assert differences(recorded, recorded | {"extra": None})
    assert differences(recorded, recorded | {"timestamp": "now"})
