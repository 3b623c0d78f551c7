"""The ComfyUI side's faults of the queue, of requests and of older servers."""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from tests.sandbox.running import RunningSandbox, check_graph, running_sandbox, wan_graph


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox("--time-scale", "1000", "--no-failures") as running:
        yield running


@pytest.fixture(autouse=True)
def clean_server(sandbox: RunningSandbox) -> None:
    sandbox.script()
    sandbox.comfy.post("/_sandbox/restart").raise_for_status()


# --- the queue and its worker


def _wait_for_a_dead_worker(sandbox: RunningSandbox) -> dict[str, Any]:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        queue: dict[str, Any] = sandbox.comfy.get("/queue").json()
        if queue["queue_pending"] and not queue["queue_running"]:
            return queue
        time.sleep(0.02)
    raise TimeoutError("the worker still works")


def test_a_wedged_server_answers_everything_and_runs_nothing_until_a_restart(
    sandbox: RunningSandbox,
) -> None:
    sandbox.script({"kind": "wedge", "times": 1})
    first, second = sandbox.submit(wan_graph(seed=1)), sandbox.submit(wan_graph(seed=2))

    queue = _wait_for_a_dead_worker(sandbox)

    assert {item[1] for item in queue["queue_pending"]} == {first, second}
    assert sandbox.comfy.get("/system_stats").status_code == 200
    assert sandbox.comfy.get(f"/api/jobs/{second}").json()["status"] == "pending"
    sandbox.comfy.post("/_sandbox/restart")
    assert sandbox.history(sandbox.submit(wan_graph(seed=3)))["status"]["completed"]


def test_the_same_number_and_id_twice_kill_the_worker(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "stall", "seconds": 200, "times": 1})
    sandbox.submit(wan_graph())
    twice = str(uuid.UUID(int=2, version=4))
    ids = (str(uuid.UUID(int=1, version=4)), twice, twice)

    answers = [
        sandbox.comfy.post(
            "/prompt", json={"prompt": check_graph(), "prompt_id": each, "number": 5}
        )
        for each in ids
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len(_wait_for_a_dead_worker(sandbox)["queue_pending"]) >= 1


def test_a_slow_history_comes_after_the_success_message(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "slow_history", "delay_s": 0.5})
    client_id = uuid.uuid4().hex

    with connect(f"{sandbox.socket_url}?clientId={client_id}") as socket:
        prompt_id = sandbox.submit(check_graph(), client_id=client_id)
        while json.loads(socket.recv(timeout=5))["type"] != "execution_success":
            pass
        at_success = sandbox.comfy.get(f"/history/{prompt_id}").json()

    assert at_success == {}
    assert sandbox.history(prompt_id)["status"]["completed"]


def test_a_forgetting_restart_waits_for_others_and_loses_them_all(
    sandbox: RunningSandbox,
) -> None:
    sandbox.script({"kind": "restart_forgetting", "waiting": 2, "down_s": 0.3, "times": 1})
    running = sandbox.submit(wan_graph(seed=1))
    time.sleep(0.3)
    before = sandbox.comfy.get(f"/api/jobs/{running}").json()["status"]

    waiting = [sandbox.submit(wan_graph(seed=seed)) for seed in (2, 3)]
    time.sleep(0.2)
    with pytest.raises(httpx.TransportError):
        sandbox.comfy.get("/queue")
    time.sleep(0.4)

    assert before == "in_progress"
    assert {sandbox.logged(each)["outcome"] for each in (running, *waiting)} == {"lost"}
    assert sandbox.comfy.get("/queue").json() == {"queue_running": [], "queue_pending": []}


# --- single requests


@pytest.mark.parametrize(
    ("kind", "struck", "spared"),
    [("history_500", "/history", "/queue"), ("queue_500", "/queue", "/history")],
)
def test_one_route_raises_and_the_others_answer(
    sandbox: RunningSandbox, kind: str, struck: str, spared: str
) -> None:
    sandbox.script({"kind": kind, "times": 2})

    answers = [sandbox.comfy.get(each) for each in (struck, spared, f"/api{struck}", struck)]

    assert [answer.status_code for answer in answers] == [500, 200, 500, 200]
    assert "got itself in trouble" in answers[0].text


def test_too_many_requests_say_when_to_come_back(sandbox: RunningSandbox) -> None:
    sandbox.script(
        {"kind": "http_429", "retry_after_s": 7, "times": 1},
        {"kind": "http_429", "match": {"route": ["/view", "/features"]}},
    )

    refused = sandbox.comfy.post("/prompt", json={"prompt": check_graph()})

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "7")
    assert sandbox.comfy.get("/features").status_code == 429
    assert sandbox.comfy.post("/prompt", json={"prompt": check_graph()}).status_code == 200


def test_a_silent_server_takes_connections_and_answers_after_its_seconds(
    sandbox: RunningSandbox,
) -> None:
    sandbox.script({"kind": "silence", "seconds": 0.6, "times": 1})
    began = time.monotonic()

    with pytest.raises(httpx.ReadTimeout):
        sandbox.comfy.get("/queue", timeout=0.2)
    answer = sandbox.comfy.get("/history")

    assert answer.status_code == 200
    assert 0.5 < time.monotonic() - began < 3
    assert sandbox.comfy.get("/queue", timeout=0.4).status_code == 200


def test_silence_on_one_route_leaves_the_others_and_ends_with_the_script(
    sandbox: RunningSandbox,
) -> None:
    sandbox.script({"kind": "silence", "seconds": 60, "match": {"route": "/history"}})

    with pytest.raises(httpx.ReadTimeout):
        sandbox.comfy.get("/history", timeout=0.2)
    assert sandbox.comfy.get("/queue", timeout=2).status_code == 200
    sandbox.script()

    assert sandbox.comfy.get("/history", timeout=2).status_code == 200


# --- submits


def test_a_slow_submit_is_accepted_before_the_client_gives_up(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "slow_submit", "delay_s": 5, "times": 1})
    prompt_id = str(uuid.uuid4())
    body = {"prompt": check_graph(), "prompt_id": prompt_id}

    with pytest.raises(httpx.ReadTimeout):
        sandbox.comfy.post("/prompt", json=body, timeout=0.3)

    assert sandbox.history(prompt_id)["status"]["completed"]


def test_an_older_server_answers_its_own_id(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "mint_own_id"})
    ours = str(uuid.uuid4())

    answer = sandbox.comfy.post("/prompt", json={"prompt": check_graph(), "prompt_id": ours}).json()

    assert answer["prompt_id"] != ours
    assert sandbox.history(answer["prompt_id"])["status"]["completed"]
    assert sandbox.comfy.get(f"/history/{ours}").json() == {}


def test_a_200_may_carry_node_errors_while_the_good_output_runs(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "partial_200"})

    answer = sandbox.comfy.post("/prompt", json={"prompt": check_graph()})

    assert answer.status_code == 200
    errors = next(iter(answer.json()["node_errors"].values()))
    assert errors["errors"][0]["type"] == "required_input_missing"
    assert sandbox.history(answer.json()["prompt_id"])["status"]["completed"]


# --- servers of other times


def test_cancelling_works_on_a_newer_server_only(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "stall"})
    prompt_id, waiting = sandbox.submit(wan_graph(seed=1)), sandbox.submit(wan_graph(seed=2))
    today = sandbox.comfy.post(f"/api/jobs/{prompt_id}/cancel")
    sandbox.script({"kind": "newer_server", "version": "0.27.1"})

    answers = [sandbox.comfy.post(f"/api/jobs/{each}/cancel") for each in (waiting, prompt_id)]

    assert (today.status_code, today.text) == (405, "405: Method Not Allowed")
    assert [answer.status_code for answer in answers] == [200, 200]
    assert sandbox.history(prompt_id)["status"]["messages"][-1][0] == "execution_interrupted"
    assert sandbox.logged(waiting)["outcome"] == "cancelled"
    assert sandbox.comfy.post(f"/api/jobs/{uuid.uuid4()}/cancel").status_code == 404
    assert sandbox.comfy.get("/system_stats").json()["system"]["comfyui_version"] == "0.27.1"


def test_a_server_before_the_jobs_route_knows_neither_jobs_nor_cancel(
    sandbox: RunningSandbox,
) -> None:
    sandbox.script({"kind": "no_cancel_route"})
    prompt_id = sandbox.submit(check_graph())

    assert sandbox.comfy.get("/api/jobs").status_code == 404
    assert sandbox.comfy.get(f"/api/jobs/{prompt_id}").status_code == 404
    assert sandbox.comfy.post(f"/api/jobs/{prompt_id}/cancel").status_code == 404
    assert sandbox.comfy.get("/api/queue").status_code == 200


def test_an_old_interrupt_stops_whoever_runs(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "stall"}, {"kind": "global_interrupt"})
    prompt_id = sandbox.submit(wan_graph())
    time.sleep(0.1)

    sandbox.comfy.post("/interrupt", json={"prompt_id": str(uuid.uuid4())})

    assert sandbox.history(prompt_id)["status"]["messages"][-1][0] == "execution_interrupted"


def test_foreign_traffic_reaches_every_socket_and_no_queue(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "foreign_traffic", "every_s": 0.02})

    with connect(f"{sandbox.socket_url}?clientId={uuid.uuid4().hex}") as socket:
        frames = [socket.recv(timeout=5) for _ in range(12)]

    told = [json.loads(each) for each in frames if isinstance(each, str)]
    assert {"progress", "progress_state"} <= {each["type"] for each in told}
    assert any(isinstance(each, bytes) and each[:4] == b"\0\0\0\1" for each in frames)
    assert sandbox.comfy.get("/prompt").json()["exec_info"]["queue_remaining"] == 0


@pytest.mark.parametrize("asks_for_facts", [True, False])
def test_previews_come_with_facts_only_if_the_client_asked(
    sandbox: RunningSandbox, *, asks_for_facts: bool
) -> None:
    sandbox.script({"kind": "previews"})
    client_id, kinds = uuid.uuid4().hex, set()

    with connect(f"{sandbox.socket_url}?clientId={client_id}") as socket:
        if asks_for_facts:
            flags = {"type": "feature_flags", "data": {"supports_preview_metadata": True}}
            socket.send(json.dumps(flags))
            while json.loads(socket.recv(timeout=5))["type"] != "feature_flags":
                pass
        prompt_id = sandbox.submit(wan_graph(), client_id=client_id)
        while True:
            frame = socket.recv(timeout=5)
            if isinstance(frame, bytes):
                kinds.add(frame[3])
            elif json.loads(frame)["type"] == "execution_success":
                break

    assert kinds == ({4} if asks_for_facts else {1})
    assert sandbox.history(prompt_id)["status"]["completed"]
