"""The ComfyUI side's faults of files, downloads, memory and versions do what the README says."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.sandbox.decoding import n_audio_streams, video_facts
from tests.sandbox.running import RunningSandbox, running_sandbox, wan_graph

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
