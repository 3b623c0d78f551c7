"""The client against the sandbox's ComfyUI, with things going wrong."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.backends.requests import (
    comfy_request,
    token,
    until_final,
    until_state,
)
from tests.sandbox.running import RunningSandbox
from videogen.backends import ComfyBackend
from videogen.domain.generation import GenerationState
from videogen.domain.run import FailureClass, Origin
from videogen.errors import (
    DownloadFailedError,
    ModelMissingError,
    RequestRefusedError,
)

NO_FAILURES = {"kind": "no_failures"}


def _arrived(sandbox: RunningSandbox, prompt_id: str) -> int:
    submits = sandbox.comfy.get("/_sandbox/log").json()["submits"]
    return sum(submit["id"] == prompt_id for submit in submits)


@pytest.mark.parametrize("kind", ["drop_before_accept", "drop_after_accept", "http_500"])
def test_a_post_whose_answer_is_lost_runs_exactly_once(
    sandbox: RunningSandbox, comfy: ComfyBackend, kind: str
) -> None:
    sandbox.script(NO_FAILURES, {"kind": kind, "times": 1})
    prompt_id = token()

    comfy.submit(comfy_request(seed=time.monotonic_ns() % 2**32), prompt_id)
    seen = until_final(comfy, prompt_id)

    assert seen.state is GenerationState.SUCCEEDED
    assert _arrived(sandbox, prompt_id) == 1


def test_a_model_run_reports_progress_stages_and_its_device_trace(comfy: ComfyBackend) -> None:
    prompt_id = comfy.submit(comfy_request("wan-1.3b", seed=77), token())
    shown: list[float] = []
    stages: set[str | None] = set()
    while (seen := comfy.poll(prompt_id)).state in (
        GenerationState.PENDING,
        GenerationState.RUNNING,
    ):
        shown.append(seen.progress or 0.0)
        stages.add(seen.stage)
        time.sleep(0.01)

    trace = comfy.device_trace(prompt_id)

    assert seen.state is GenerationState.SUCCEEDED
    assert shown == sorted(shown)
    assert any(0.0 < value < 1.0 for value in shown)
    assert "WanVideoSampler" in stages
    assert "WanVideoSampler" in seen.stages
    assert seen.phases["executing"] > 0
    assert trace is not None
    assert trace.source == "sandbox"
    assert not trace.is_lower_bound
    assert trace.peak_vram_mib is not None
    assert trace.peak_vram_mib > 5000


def test_the_same_graph_and_seed_again_is_flagged_as_cached(comfy: ComfyBackend) -> None:
    seed = time.monotonic_ns() % 2**32
    until_final(comfy, comfy.submit(comfy_request(seed=seed), token()))

    again = until_final(comfy, comfy.submit(comfy_request(seed=seed), token()))
    other = until_final(comfy, comfy.submit(comfy_request(seed=seed - 1), token()))

    assert again.is_cached
    assert not other.is_cached


def test_a_wait_is_ended_by_the_socket_long_before_its_timeout(comfy: ComfyBackend) -> None:
    prompt_id = comfy.submit(comfy_request("wan-1.3b", seed=78), token())
    began = time.monotonic()

    while comfy.poll(prompt_id).state is not GenerationState.SUCCEEDED:
        comfy.wait(prompt_id, 20.0)

    assert time.monotonic() - began < 15.0


def test_a_deaf_socket_costs_nothing_but_poll_intervals(
    sandbox: RunningSandbox, comfy: ComfyBackend
) -> None:
    sandbox.script(NO_FAILURES, {"kind": "deaf_socket"})

    seen = until_final(comfy, comfy.submit(comfy_request("wan-1.3b", seed=79), token()))

    assert seen.state is GenerationState.SUCCEEDED


def test_a_new_process_hears_the_progress_of_what_an_earlier_one_began(
    sandbox: RunningSandbox, comfy: ComfyBackend
) -> None:
    earlier = ComfyBackend(str(sandbox.comfy.base_url))
    prompt_id = earlier.submit(comfy_request("animatediff", seed=90), token())
    until_state(earlier, prompt_id, GenerationState.RUNNING)
    earlier.close()

    seen = [comfy.poll(prompt_id)]
    while seen[-1].state is GenerationState.RUNNING:
        time.sleep(0.02)
        seen.append(comfy.poll(prompt_id))

    assert seen[-1].state is GenerationState.SUCCEEDED
    assert any(each.progress for each in seen[:-1])
    assert "KSampler" in {each.stage for each in seen}


@pytest.mark.parametrize(
    ("kind", "failure_class"),
    [
        ("out_of_vram", FailureClass.OUT_OF_VRAM),
        ("execution_error", FailureClass.EXECUTION_ERROR),
        ("no_output", FailureClass.EXECUTION_ERROR),
    ],
)
def test_a_failing_prompt_ends_with_its_class(
    sandbox: RunningSandbox, comfy: ComfyBackend, kind: str, failure_class: FailureClass
) -> None:
    sandbox.script(NO_FAILURES, {"kind": kind})

    seen = until_final(comfy, comfy.submit(comfy_request("wan-1.3b", seed=80), token()))

    assert seen.state is GenerationState.FAILED
    assert seen.failure_class is failure_class
    assert seen.failure_detail


def test_a_lost_prompt_goes_missing_and_is_never_done(
    sandbox: RunningSandbox, comfy: ComfyBackend
) -> None:
    sandbox.script(NO_FAILURES, {"kind": "lose_job"})

    prompt_id = comfy.submit(comfy_request("wan-1.3b", seed=81), token())

    until_state(comfy, prompt_id, GenerationState.MISSING)


def test_cancelling_a_running_prompt_leaves_the_others_alone(
    sandbox: RunningSandbox, comfy: ComfyBackend
) -> None:
    sandbox.script(NO_FAILURES, {"kind": "stall", "times": 1})
    running = comfy.submit(comfy_request("wan-1.3b", seed=82), token())
    waiting = comfy.submit(comfy_request("wan-1.3b", seed=83), token())
    bystander = comfy.submit(comfy_request(seed=84), token())
    until_state(comfy, running, GenerationState.RUNNING)

    comfy.cancel(waiting)
    comfy.cancel(running)

    assert comfy.poll(waiting).state is GenerationState.CANCELLED
    assert until_final(comfy, running).state is GenerationState.CANCELLED
    assert until_final(comfy, bystander).state is GenerationState.SUCCEEDED


def test_a_broken_download_is_resumed(
    sandbox: RunningSandbox, comfy: ComfyBackend, tmp_path: Path
) -> None:
    prompt_id = comfy.submit(comfy_request("wan-1.3b", seed=85), token())
    until_final(comfy, prompt_id)
    comfy.fetch(prompt_id, tmp_path / "whole.mp4")
    sandbox.script(NO_FAILURES, {"kind": "truncate_view", "times": 1})

    comfy.fetch(prompt_id, tmp_path / "resumed.mp4")

    whole = (tmp_path / "whole.mp4").read_bytes()
    assert (tmp_path / "resumed.mp4").read_bytes() == whole
    assert len(list(tmp_path.iterdir())) == 2


def test_a_download_that_always_breaks_leaves_no_file(
    sandbox: RunningSandbox, comfy: ComfyBackend, tmp_path: Path
) -> None:
    prompt_id = comfy.submit(comfy_request("wan-1.3b", seed=86), token())
    until_final(comfy, prompt_id)
    sandbox.script(NO_FAILURES, {"kind": "view_404"})

    with pytest.raises(DownloadFailedError):
        comfy.fetch(prompt_id, tmp_path / "clip.mp4")

    assert list(tmp_path.iterdir()) == []


def test_status_tells_version_device_memory_and_fingerprint(comfy: ComfyBackend) -> None:
    status = comfy.status()

    assert status.origin is Origin.SANDBOX
    assert status.version is not None
    assert status.memory_total_mib == 24463
    assert {"comfyui", "python", "pytorch", "device"} <= set(status.fingerprint)
    assert comfy.memory_reading() is not None


def test_every_missing_model_is_named_before_anything_is_sent(
    sandbox: RunningSandbox, comfy: ComfyBackend
) -> None:
    request = comfy_request("wan-1.3b")
    assert request.workflow is not None
    inputs = request.workflow.graph["22"]["inputs"]
    inputs["model"] = "gone.safetensors"
    request.workflow.graph["38"]["inputs"]["model_name"] = "gone_too.safetensors"
    prompt_id = token()

    with pytest.raises(ModelMissingError) as caught:
        comfy.submit(request, prompt_id)

    assert caught.value.facts["files"] == "gone_too.safetensors, gone.safetensors"
    assert comfy.missing(request).models == ("gone_too.safetensors", "gone.safetensors")
    assert _arrived(sandbox, prompt_id) == 0


def test_a_value_that_the_server_refuses_is_a_refusal_with_its_node(comfy: ComfyBackend) -> None:
    request = comfy_request()
    assert request.workflow is not None
    request.workflow.graph["1"]["inputs"]["width"] = 99_999_999

    with pytest.raises(RequestRefusedError) as caught:
        comfy.submit(request, token())

    assert "EmptyImage (node 1)" in str(caught.value.detail)


@pytest.mark.parametrize("value", ["a \ud800 kite", float("nan")])
def test_a_graph_that_is_no_json_is_refused(comfy: ComfyBackend, value: object) -> None:
    request = comfy_request()
    assert request.workflow is not None
    request.workflow.graph["3"]["inputs"]["filename_prefix"] = value

    with pytest.raises(RequestRefusedError):
        comfy.submit(request, token())


def test_closing_ends_a_wait(comfy: ComfyBackend) -> None:
    began = time.monotonic()
    close: Callable[[], None] = comfy.close
    close()

    comfy.wait("anything", 30.0)

    assert time.monotonic() - began < 10.0


def test_one_gpu_takes_one_run_and_no_quota_spaces_its_submits(comfy: ComfyBackend) -> None:
    assert (comfy.n_lanes, comfy.submit_interval_s) == (1, 0.0)
