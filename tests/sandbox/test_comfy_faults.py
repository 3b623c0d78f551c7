"""The ComfyUI side's faults of requests, files, servers and memory do what the README says."""

import json
import time
import uuid
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from tests.sandbox.decoding import n_audio_streams, video_facts
from tests.sandbox.running import RunningSandbox, check_graph, running_sandbox, wan_graph

_MIB = 1024 * 1024


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox("--time-scale", "1000", "--no-failures") as running:
        yield running


@pytest.fixture(autouse=True)
def clean_server(sandbox: RunningSandbox) -> None:
    sandbox.script()
    sandbox.comfy.post("/_sandbox/restart").raise_for_status()


def _files(entry: dict[str, Any]) -> list[dict[str, Any]]:
    output = next(iter(entry["outputs"].values()))
    return next(each for each in output.values() if isinstance(each[0], dict))


def _where(file: dict[str, Any]) -> dict[str, str]:
    return {key: file[key] for key in ("filename", "subfolder", "type")}


def _made(sandbox: RunningSandbox, *faults: dict[str, Any]) -> dict[str, str]:
    """The file of a job that ran before the faults were scripted."""
    where = _where(_files(sandbox.history(sandbox.submit(wan_graph())))[0])
    sandbox.script(*faults)
    return where


def _used_mib(sandbox: RunningSandbox) -> int:
    device = sandbox.comfy.get("/system_stats").json()["devices"][0]
    return int(device["vram_total"] - device["vram_free"]) // _MIB


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


# --- files


def test_a_full_disk_fails_the_save_node(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "disk_full"})

    entry = sandbox.history(sandbox.submit(wan_graph()))

    error = entry["status"]["messages"][-1][1]
    assert (error["node_type"], error["exception_type"]) == ("VHS_VideoCombine", "OSError")
    assert "No space left on device" in error["exception_message"]


def _content(sandbox: RunningSandbox, *faults: dict[str, Any]) -> bytes:
    sandbox.script(*faults)
    where = _where(_files(sandbox.history(sandbox.submit(wan_graph())))[0])
    return sandbox.comfy.get("/view", params=where).content


def test_a_truncated_file_is_served_whole_and_cannot_be_opened(sandbox: RunningSandbox) -> None:
    whole = _content(sandbox)
    sandbox.comfy.post("/_sandbox/restart")

    cut = _content(sandbox, {"kind": "truncated_file", "kept": 0.4})

    assert cut == whole[: len(cut)]
    assert len(cut) == int(len(whole) * 0.4)


def test_a_corrupt_file_has_its_length_and_other_bytes_in_its_middle(
    sandbox: RunningSandbox,
) -> None:
    whole = _content(sandbox)
    sandbox.comfy.post("/_sandbox/restart")

    corrupt = _content(sandbox, {"kind": "corrupt_file"})

    third = len(whole) // 3
    assert len(corrupt) == len(whole)
    assert (corrupt[:third], corrupt[2 * third :]) == (whole[:third], whole[2 * third :])
    assert set(corrupt[third : 2 * third]) == {0xA5}


@pytest.mark.parametrize("lists_both", [False, True])
def test_sound_leaves_a_silent_twin_beside_the_listed_file(
    sandbox: RunningSandbox, *, lists_both: bool
) -> None:
    sandbox.script({"kind": "audio_twin", "lists_both": lists_both})

    files = _files(sandbox.history(sandbox.submit(wan_graph())))

    names = [file["filename"] for file in files]
    silent = names[-1].replace("-audio", "")
    assert names == ([silent] if lists_both else []) + [silent.replace(".mp4", "-audio.mp4")]
    where = _where(files[-1])
    sound = sandbox.comfy.get("/view", params=where).content
    mute = sandbox.comfy.get("/view", params=where | {"filename": silent}).content
    assert (n_audio_streams(sound), n_audio_streams(mute)) == (1, 0)
    assert video_facts(mute) == video_facts(sound) == (96, 64, 16.0, 17)


@pytest.mark.parametrize("key", ["images", "gifs", "video", "videos", "audio"])
def test_a_file_may_be_listed_under_any_key(sandbox: RunningSandbox, key: str) -> None:
    sandbox.script({"kind": "output_key", "key": key})

    entry = sandbox.history(sandbox.submit(wan_graph()))

    assert list(entry["outputs"]["30"]) == [key]
    assert sandbox.comfy.get("/view", params=_where(_files(entry)[0])).status_code == 200


def test_a_temporary_output_dies_with_the_server(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "temp_output"})
    where = _where(_files(sandbox.history(sandbox.submit(wan_graph())))[0])
    before = sandbox.comfy.get("/view", params=where).status_code

    sandbox.comfy.post("/_sandbox/restart")

    assert (where["type"], before) == ("temp", 200)
    assert sandbox.comfy.get("/view", params=where).status_code == 404


def _first_part(sandbox: RunningSandbox, where: dict[str, str]) -> tuple[bytes, str]:
    """What came before the connection broke, and the ETag of it."""
    part = b""
    with sandbox.comfy.stream("GET", "/view", params=where) as answer:
        etag = answer.headers["ETag"]
        try:
            for chunk in answer.iter_bytes():
                part += chunk
        except httpx.RemoteProtocolError:
            return part, etag
    raise AssertionError("the answer did not break off")


def test_a_broken_download_goes_on_with_a_range_of_the_same_file(sandbox: RunningSandbox) -> None:
    where = _made(sandbox, {"kind": "truncate_view", "times": 1, "kept": 0.3})

    part, etag = _first_part(sandbox, where)
    headers = {"Range": f"bytes={len(part)}-"}
    rest = sandbox.comfy.get("/view", params=where, headers=headers)

    assert (rest.status_code, rest.headers["ETag"]) == (206, etag)
    assert part + rest.content == sandbox.comfy.get("/view", params=where).content


def test_a_file_that_changes_in_between_has_another_etag(sandbox: RunningSandbox) -> None:
    where = _made(sandbox, {"kind": "etag_change", "times": 1})

    part, etag = _first_part(sandbox, where)
    now = sandbox.comfy.get("/view", params=where)

    assert now.headers["ETag"] != etag
    assert now.content[: len(part)] != part
    assert video_facts(now.content) == (96, 64, 16.0, 17)


def test_a_view_without_a_length_is_whole(sandbox: RunningSandbox) -> None:
    where = _made(sandbox, {"kind": "view_no_length"})

    answer = sandbox.comfy.get("/view", params=where)

    assert "Content-Length" not in answer.headers
    assert video_facts(answer.content) == (96, 64, 16.0, 17)


# --- memory and versions


def test_a_leak_grows_the_idle_card_job_by_job_until_it_is_freed(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "memory_leak", "mib": 100})
    idle_mib = _used_mib(sandbox)
    used_mib = []
    for seed in range(3):
        sandbox.history(sandbox.submit(wan_graph(seed=seed)))
        used_mib.append(_used_mib(sandbox))

    sandbox.comfy.post("/free", json={"unload_models": True, "free_memory": True})

    assert [b - a for a, b in pairwise(used_mib)] == [100, 100]
    assert _used_mib(sandbox) == idle_mib


def test_an_update_at_the_third_job_changes_version_speed_and_memory(
    sandbox: RunningSandbox,
) -> None:
    sandbox.script({"kind": "update", "match": {"nth": 3}, "time_factor": 4, "memory_factor": 1.5})
    traces, versions = [], []
    for seed in range(4):
        prompt_id = sandbox.submit(wan_graph(seed=seed))
        sandbox.history(prompt_id)
        traces.append(sandbox.comfy.get(f"/_sandbox/gpu/{prompt_id}").json())
        versions.append(sandbox.comfy.get("/system_stats").json()["system"]["comfyui_version"])

    assert versions == ["0.25.0", "0.25.0", "0.26.0", "0.26.0"]
    assert traces[2]["peak_mib"] > 1.3 * traces[1]["peak_mib"]
    assert traces[3]["samples"][-1][0] > 3 * traces[1]["samples"][-1][0]


def test_out_of_vram_can_spare_jobs_below_a_peak(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "out_of_vram", "over_mib": 6000})
    small, big = wan_graph(), wan_graph()
    big["37"]["inputs"] |= {"width": 832, "height": 480, "num_frames": 81}

    kinds = [
        sandbox.history(sandbox.submit(graph))["status"]["messages"][-1][0]
        for graph in (small, big)
    ]

    assert kinds == ["execution_success", "execution_error"]
