"""What clients of a ComfyUI server rely on, over real HTTP and sockets."""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.sandbox.decoding import video_facts
from tests.sandbox.running import RunningSandbox, check_graph, running_sandbox, wan_graph
from tests.sandbox.uploaded import png


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox("--time-scale", "400", "--no-failures") as running:
        yield running


@pytest.fixture(autouse=True)
def clean_server(sandbox: RunningSandbox) -> None:
    sandbox.script()
    sandbox.comfy.post("/_sandbox/restart").raise_for_status()


def _played_ms(entry: dict[str, Any]) -> int:
    messages = entry["status"]["messages"]
    return int(messages[-1][1]["timestamp"] - messages[0][1]["timestamp"])


def _file(entry: dict[str, Any]) -> dict[str, str]:
    output = next(iter(entry["outputs"].values()))
    found = (output.get("images") or output["gifs"])[0]
    return {key: found[key] for key in ("filename", "subfolder", "type")}


def test_a_wan_workflow_gives_the_clip_its_graph_describes(sandbox: RunningSandbox) -> None:
    entry = sandbox.history(sandbox.submit(wan_graph()))

    content = sandbox.comfy.get("/view", params=_file(entry)).content
    assert video_facts(content) == (96, 64, 16.0, 17)


def test_the_first_run_of_a_model_is_colder_than_the_next(sandbox: RunningSandbox) -> None:
    cold = sandbox.history(sandbox.submit(wan_graph(seed=1)))
    warm = sandbox.history(sandbox.submit(wan_graph(seed=2)))

    # 40 simulated seconds at 400 to one are 100 ms.
    assert _played_ms(cold) - _played_ms(warm) > 80


def test_the_check_graph_takes_two_simulated_seconds() -> None:
    with running_sandbox("--time-scale", "10") as slow:
        entry = slow.history(slow.submit(check_graph()))

    assert _played_ms(entry) == pytest.approx(200, rel=0.15)


def test_the_same_graph_again_is_cached_and_gives_the_old_file(sandbox: RunningSandbox) -> None:
    first = sandbox.history(sandbox.submit(wan_graph()))
    again = sandbox.history(sandbox.submit(wan_graph()))
    other_seed = sandbox.history(sandbox.submit(wan_graph(seed=9)))

    assert _file(again) == _file(first)
    assert set(again["status"]["messages"][1][1]["nodes"]) == set(wan_graph())
    assert _file(other_seed) != _file(first)


def test_the_gpu_trace_follows_load_plateau_and_decode(sandbox: RunningSandbox) -> None:
    prompt_id = sandbox.submit(wan_graph())
    sandbox.history(prompt_id)

    trace = sandbox.comfy.get(f"/_sandbox/gpu/{prompt_id}").json()

    samples = trace["samples"]
    assert len(samples) <= 200
    assert samples[0][1] == trace["baseline_mib"]
    assert trace["peak_mib"] == max(row[1] for row in samples)
    assert 4400 < trace["peak_mib"] < 5400
    assert [at for at, *_ in samples] == sorted(at for at, *_ in samples)


def test_a_clip_that_is_too_big_for_the_card_runs_out_of_memory(sandbox: RunningSandbox) -> None:
    graph = wan_graph(model="14B_fp8_e4m3fn_scaled_KJ")
    graph["37"]["inputs"] |= {"width": 1280, "height": 720, "num_frames": 81}

    entry = sandbox.history(sandbox.submit(graph))

    error = entry["status"]["messages"][-1][1]
    assert error["exception_type"] == "torch.OutOfMemoryError"
    assert error["node_type"] in {"WanVideoSampler", "WanVideoDecode"}


def test_system_stats_show_less_free_memory_while_a_job_runs(sandbox: RunningSandbox) -> None:
    idle = sandbox.comfy.get("/system_stats").json()["devices"][0]
    prompt_id = sandbox.submit(wan_graph(model="14B_fp8_e4m3fn_scaled_KJ"))

    frees = []
    while not sandbox.comfy.get(f"/history/{prompt_id}").json():
        frees.append(sandbox.comfy.get("/system_stats").json()["devices"][0]["vram_free"])

    assert sandbox.comfy.get("/system_stats").json()["system"]["comfyui_version"] == "0.25.0"
    assert min(frees) < idle["vram_free"] - 10_000 * 1024**2


def test_jobs_wait_for_the_one_gpu_and_a_pending_one_can_be_deleted(
    sandbox: RunningSandbox,
) -> None:
    running, waiting = sandbox.submit(wan_graph(seed=1)), sandbox.submit(wan_graph(seed=2))
    queue = sandbox.comfy.get("/queue").json()
    sandbox.comfy.post("/queue", json={"delete": [waiting]})
    entry = sandbox.history(running)

    assert [item[1] for item in queue["queue_running"]] == [running]
    assert [item[1] for item in queue["queue_pending"]] == [waiting]
    assert entry["status"]["status_str"] == "success"
    assert sandbox.comfy.get(f"/history/{waiting}").json() == {}
    assert sandbox.comfy.get(f"/api/jobs/{waiting}").status_code == 404
    assert sandbox.logged(waiting)["outcome"] == "cancelled"


def test_an_interrupt_stops_only_the_prompt_it_names(sandbox: RunningSandbox) -> None:
    sandbox.script({"kind": "stall"})
    prompt_id = sandbox.submit(wan_graph())
    sandbox.comfy.post("/interrupt", json={"prompt_id": str(uuid.uuid4())})
    time.sleep(0.2)
    before = sandbox.comfy.get(f"/api/jobs/{prompt_id}").json()["status"]
    sandbox.comfy.post("/interrupt", json={"prompt_id": prompt_id})

    entry = sandbox.history(prompt_id)

    assert before == "in_progress"
    assert entry["status"]["status_str"] == "error"
    assert entry["status"]["messages"][-1][0] == "execution_interrupted"
    assert sandbox.comfy.get(f"/api/jobs/{prompt_id}").json()["status"] == "cancelled"
    assert sandbox.logged(prompt_id)["outcome"] == "cancelled"


def test_the_same_prompt_id_twice_runs_twice(sandbox: RunningSandbox) -> None:
    prompt_id = str(uuid.uuid4())
    for seed in (1, 2):
        body = {"prompt": wan_graph(seed=seed), "prompt_id": prompt_id}
        assert sandbox.comfy.post("/prompt", json=body).json()["number"] == seed - 1
    while sandbox.comfy.get("/prompt").json()["exec_info"]["queue_remaining"]:
        time.sleep(0.02)

    submits = sandbox.comfy.get("/_sandbox/log").json()["submits"]

    assert [s["outcome"] for s in submits if s["id"] == prompt_id] == ["succeeded", "succeeded"]


@pytest.mark.parametrize("bad", ["abc", "D86FF3CC-7509-4F3A-B3BD-30D889E7CA92", 7, ""])
def test_a_prompt_id_must_be_a_canonical_uuid(sandbox: RunningSandbox, bad: object) -> None:
    answer = sandbox.comfy.post("/prompt", json={"prompt": check_graph(), "prompt_id": bad})

    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_prompt_id"


def test_ranges_of_a_file_can_be_fetched(sandbox: RunningSandbox) -> None:
    where = _file(sandbox.history(sandbox.submit(check_graph(colour=7))))
    whole = sandbox.comfy.get("/view", params=where).content

    middle = sandbox.comfy.get("/view", params=where, headers={"Range": "bytes=10-19"})
    tail = sandbox.comfy.get(
        "/api/view", params=where, headers={"Range": f"bytes={len(whole) - 5}-"}
    )
    beyond = sandbox.comfy.get("/view", params=where, headers={"Range": "bytes=99999999-"})
    head = sandbox.comfy.head("/view", params=where)

    assert (middle.status_code, middle.content) == (206, whole[10:20])
    assert middle.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert tail.content == whole[-5:]
    assert beyond.status_code == 416
    assert (int(head.headers["Content-Length"]), head.content) == (len(whole), b"")


def test_an_upload_under_a_taken_name_is_renamed(sandbox: RunningSandbox) -> None:
    name = f"start {uuid.uuid4().hex}.png"

    def upload(content: bytes, **fields: str) -> Any:
        files = {"image": (name, content)}
        return sandbox.comfy.post("/upload/image", files=files, data=fields)

    stem, one, two = name.removesuffix(".png"), png(0, 255), png(255, 0)
    assert upload(one).json() == {"name": name, "subfolder": "", "type": "input"}
    assert upload(one).json()["name"] == name
    assert upload(two).json()["name"] == f"{stem} (1).png"
    assert upload(two, overwrite="true").json()["name"] == name
    assert upload(two, subfolder="jobs/abc").json()["subfolder"] == "jobs/abc"
    assert upload(two, subfolder="../../x").status_code == 400
    graph = {
        "1": {"class_type": "LoadImage", "inputs": {"image": name}},
        "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
    }
    entry = sandbox.history(sandbox.submit(graph))
    assert entry["outputs"]["2"]["images"][0]["type"] == "temp"


def test_a_foreign_origin_is_forbidden(sandbox: RunningSandbox) -> None:
    own = f"http://127.0.0.1:{sandbox.comfy.base_url.port}"

    assert sandbox.comfy.get("/queue", headers={"Origin": "http://evil.example"}).status_code == 403
    assert sandbox.comfy.get("/queue", headers={"Origin": own}).status_code == 200
    with pytest.raises(InvalidStatus):
        connect(sandbox.socket_url, origin=Origin("http://evil.example"), legacy=True)


def test_object_info_names_the_classes_and_is_empty_for_an_unknown_one(
    sandbox: RunningSandbox,
) -> None:
    models = sandbox.comfy.get("/object_info/WanVideoModelLoader").json()

    names = models["WanVideoModelLoader"]["input"]["required"]["model"][0]
    assert "Wan2_1-T2V-1_3B_fp16.safetensors" in names
    assert sandbox.comfy.get("/object_info/Nope").json() == {}
    assert len(sandbox.comfy.get("/api/object_info").json()) == 110


def test_every_answer_says_that_it_is_a_sandbox(sandbox: RunningSandbox) -> None:
    for client in (sandbox.comfy, sandbox.google):
        info = client.get("/_sandbox/info")
        assert info.json()["sandbox"] is True
        assert info.json()["time_scale"] == 400
        assert client.get("/nowhere").headers["X-Videogen-Sandbox"] == "1"


def test_a_socket_that_comes_back_is_told_the_running_node_without_its_prompt(
    sandbox: RunningSandbox,
) -> None:
    sandbox.script({"kind": "stall"})
    client_id = uuid.uuid4().hex
    prompt_id = sandbox.submit(wan_graph(), client_id=client_id)
    time.sleep(0.3)

    with connect(f"{sandbox.socket_url}?clientId={client_id}") as socket:
        status, executing = (json.loads(socket.recv(timeout=5)) for _ in range(2))

    sandbox.comfy.post("/interrupt", json={"prompt_id": prompt_id})
    assert status["data"]["sid"] == client_id
    assert executing["type"] == "executing"
    assert "prompt_id" not in executing["data"]


def test_a_graph_that_goes_in_a_circle_is_refused_and_the_server_lives(
    sandbox: RunningSandbox,
) -> None:
    graph = check_graph()
    graph["1"] = {
        "class_type": "ImageBatch",
        "inputs": {"image1": ["4", 0], "image2": ["4", 0]},
    }
    graph["4"] = {
        "class_type": "ImageBatch",
        "inputs": {"image1": ["1", 0], "image2": ["1", 0]},
    }

    assert sandbox.comfy.post("/prompt", json={"prompt": graph}).status_code == 500
    assert sandbox.history(sandbox.submit(check_graph(colour=3)))["status"]["completed"]


def test_a_clip_that_cannot_be_drawn_fails_its_node(sandbox: RunningSandbox) -> None:
    entry = sandbox.history(sandbox.submit(check_graph(width=16384, height=1, batch_size=2)))

    assert entry["status"]["status_str"] in {"success", "error"}
    assert sandbox.history(sandbox.submit(check_graph(colour=4)))["status"]["completed"]


def test_free_forgets_results_and_models(sandbox: RunningSandbox) -> None:
    first = sandbox.history(sandbox.submit(wan_graph()))
    body = {"unload_models": True, "free_memory": True}
    assert sandbox.comfy.post("/free", json=body).status_code == 200
    assert sandbox.comfy.post("/free").status_code == 500

    again = sandbox.history(sandbox.submit(wan_graph()))

    assert _file(again) != _file(first)
