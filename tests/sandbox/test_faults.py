"""Each scripted fault does what the README says."""

import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.sandbox.decoding import decode_lumas, open_clip
from tests.sandbox.running import RunningSandbox, check_graph, running_sandbox, wan_graph
from videogen.sandbox.fault_book import FaultBook
from videogen.sandbox.faults import KINDS, Fault, Subject, load_faults


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox("--time-scale", "1000", "--no-failures") as running:
        yield running


@pytest.fixture(autouse=True)
def clean_server(sandbox: RunningSandbox) -> None:
    sandbox.script()
    sandbox.comfy.post("/_sandbox/restart").raise_for_status()


def _view(sandbox: RunningSandbox, entry: dict[str, Any]) -> httpx.Response:
    file = next(iter(entry["outputs"].values()))["gifs"][0]
    where = {key: file[key] for key in ("filename", "subfolder", "type")}
    return sandbox.comfy.get("/view", params=where)


def _gone(sandbox: RunningSandbox, prompt_id: str) -> bool:
    """In neither queue list nor the history, asked in that order."""
    queue = sandbox.comfy.get("/queue").json()
    listed = [item[1] for items in queue.values() for item in items]
    return prompt_id not in listed and not sandbox.comfy.get(f"/history/{prompt_id}").json()


def _wait_until_gone(sandbox: RunningSandbox, prompt_id: str) -> None:
    deadline = time.monotonic() + 10
    while not _gone(sandbox, prompt_id):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_out_of_vram_is_an_execution_error_of_torch(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "out_of_vram", "times": 1})
    prompt_id = sandbox.submit(wan_graph())

    entry = sandbox.history(prompt_id)

    kind, error = entry["status"]["messages"][-1]
    assert kind == "execution_error"
    assert error["exception_type"] == "torch.OutOfMemoryError"
    assert "ran out of memory on your GPU" in error["exception_message"]
    trace = sandbox.comfy.get(f"/_sandbox/gpu/{prompt_id}").json()
    assert trace["peak_mib"] > 24000
    assert sandbox.logged(prompt_id)["outcome"] == "failed"
    assert sandbox.history(sandbox.submit(wan_graph(seed=2)))["status"]["completed"]


def test_a_refused_submit_leaves_nothing_behind(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "http_500", "times": 1})

    answer = sandbox.comfy.post("/prompt", json={"prompt": wan_graph()})

    assert answer.status_code == 500
    assert sandbox.comfy.get("/prompt").json()["exec_info"]["queue_remaining"] == 0


@pytest.mark.parametrize(
    ("kind", "is_accepted"), [("drop_before_accept", False), ("drop_after_accept", True)]
)
def test_a_dropped_submit_is_known_to_the_server_only_if_it_was_accepted(
    sandbox: RunningSandbox, kind: str, is_accepted: bool
) -> None:
    sandbox.script({"kind": kind, "times": 1})
    prompt_id = str(uuid.uuid4())

    with pytest.raises(httpx.TransportError):
        sandbox.comfy.post("/prompt", json={"prompt": wan_graph(), "prompt_id": prompt_id})

    submits = sandbox.comfy.get("/_sandbox/log").json()["submits"]
    assert (prompt_id in [submit["id"] for submit in submits]) is is_accepted
    if is_accepted:
        assert sandbox.history(prompt_id)["status"]["completed"]


def test_a_lost_job_is_nowhere_and_the_next_one_runs(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "lose_job", "times": 1})
    prompt_id = sandbox.submit(wan_graph())

    _wait_until_gone(sandbox, prompt_id)

    assert sandbox.logged(prompt_id)["outcome"] == "lost"
    assert sandbox.history(sandbox.submit(wan_graph(seed=2)))["status"]["completed"]


def test_a_restart_in_the_middle_of_a_run_loses_it_without_a_word(
    sandbox: RunningSandbox,
) -> None:
    sandbox.script({"kind": "restart", "times": 1})
    prompt_id = sandbox.submit(wan_graph(seed=2))

    _wait_until_gone(sandbox, prompt_id)

    assert sandbox.logged(prompt_id)["outcome"] == "lost"
    assert sandbox.history(sandbox.submit(wan_graph(seed=3)))["status"]["completed"]


def test_a_restart_forgets_queue_and_history_but_serves_old_files(
    sandbox: RunningSandbox,
) -> None:
    done = sandbox.history(sandbox.submit(wan_graph()))
    sandbox.script({"kind": "stall"})
    running, waiting = sandbox.submit(wan_graph(seed=2)), sandbox.submit(wan_graph(seed=3))

    sandbox.comfy.post("/_sandbox/restart").raise_for_status()

    assert _gone(sandbox, running)
    assert _gone(sandbox, waiting)
    assert sandbox.comfy.get("/history").json() == {}
    assert _view(sandbox, done).status_code == 200
    assert {sandbox.logged(each)["outcome"] for each in (running, waiting)} == {"lost"}
    answer = sandbox.comfy.post("/prompt", json={"prompt": check_graph()})
    assert answer.json()["number"] == 0


def test_a_stalled_job_goes_on_after_its_seconds(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "stall", "seconds": 400, "at_fraction": 0.5})

    entry = sandbox.history(sandbox.submit(wan_graph()))

    messages = entry["status"]["messages"]
    assert messages[-1][0] == "execution_success"
    assert messages[-1][1]["timestamp"] - messages[0][1]["timestamp"] > 400


def _all_kinds(socket: ClientConnection) -> list[str]:
    """The types of everything that comes until nothing comes for 0.3 s."""
    kinds: list[str] = []
    while True:
        try:
            kinds.append(json.loads(socket.recv(timeout=0.3))["type"])
        except TimeoutError:
            return kinds


def test_a_deaf_socket_stays_open_and_gets_nothing_more(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "deaf_socket"})
    client_id = uuid.uuid4().hex

    with connect(f"{sandbox.socket_url}?clientId={client_id}") as socket:
        sandbox.history(sandbox.submit(wan_graph(), client_id=client_id))
        kinds = _all_kinds(socket)

    assert "execution_success" not in kinds


def test_a_truncated_view_breaks_off_and_the_next_is_whole(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "truncate_view", "times": 1})
    entry = sandbox.history(sandbox.submit(wan_graph()))

    with pytest.raises(httpx.RemoteProtocolError):
        _view(sandbox, entry)

    assert _view(sandbox, entry).content[4:8] == b"ftyp"


def test_a_slow_view_takes_its_time(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "slow_view", "delay_s": 0.4})
    entry = sandbox.history(sandbox.submit(wan_graph()))
    began = time.monotonic()

    _view(sandbox, entry)

    assert time.monotonic() - began > 0.35


def test_a_bad_video_cannot_be_opened(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "bad_video"})
    entry = sandbox.history(sandbox.submit(wan_graph()))

    with pytest.raises(av.error.FFmpegError):
        open_clip(_view(sandbox, entry).content)


def test_a_frozen_video_does_not_move(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "frozen_video"})
    entry = sandbox.history(sandbox.submit(wan_graph()))

    lumas = decode_lumas(_view(sandbox, entry).content)

    assert np.abs(np.diff(lumas, axis=0)).mean() < 0.5


def test_a_run_without_output_succeeds_with_nothing(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "no_output"})

    entry = sandbox.history(sandbox.submit(wan_graph()))

    assert entry["status"]["status_str"] == "success"
    assert entry["outputs"] == {}


def test_a_bad_script_is_refused_and_the_old_one_stays(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "stall", "times": 0})

    answer = sandbox.comfy.post("/_sandbox/faults", json=[{"kind": "earthquake"}])

    assert answer.status_code == 400
    assert "earthquake" in answer.json()["error"]
    assert [each["kind"] for each in sandbox.google.get("/_sandbox/faults").json()] == ["stall"]


_SUBJECT = Subject(profile="wan-1.3b", prompt="a red panda", model="Wan2_1-T2V-1_3B.safetensors")


def test_a_fault_strikes_only_what_it_matches() -> None:
    assert Fault(kind="stall", match={"condition": "wan-1.3b"}).suits(_SUBJECT)
    assert Fault(kind="stall", match={"prompt_contains": "panda", "model": "1_3B"}).suits(_SUBJECT)
    assert not Fault(kind="stall", match={"profile": "wan-14b"}).suits(_SUBJECT)
    assert not Fault(kind="stall", match={"prompt_contains": "whale"}).suits(_SUBJECT)


def test_nth_counts_submits_and_times_counts_strikes() -> None:
    second = FaultBook([Fault(kind="stall", match={"nth": 2})])
    twice = FaultBook([Fault(kind="stall", times=2)])

    assert [second.take(("stall",), _SUBJECT) is not None for _ in range(4)] == [
        False,
        True,
        False,
        False,
    ]
    assert [twice.take(("stall",), _SUBJECT) is not None for _ in range(3)] == [True, True, False]


def test_faults_can_be_read_from_toml_and_json(tmp_path: Path) -> None:
    toml, plain = tmp_path / "faults.toml", tmp_path / "faults.json"
    toml.write_text('[[faults]]\nkind = "stall"\ntimes = 1\nparams = { at_fraction = 0.3 }\n')
    plain.write_text('[{"kind": "stall", "times": 1, "at_fraction": 0.3}]')

    assert load_faults(toml) == load_faults(plain)


def test_the_readme_lists_every_kind() -> None:
    readme = Path(load_faults.__code__.co_filename).with_name("README.md").read_text("utf-8")

    assert [kind for kind in sorted(KINDS) if f"`{kind}`" not in readme] == []
