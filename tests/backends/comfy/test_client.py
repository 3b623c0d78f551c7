"""The client against the sandbox's ComfyUI, with things going wrong."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.backends.odd_server import Answer, OddServer
from tests.backends.recordings import recording
from tests.backends.requests import (
    comfy_request,
    token,
    until_final,
    until_state,
)
from tests.sandbox.running import RunningSandbox
from videogen.backends import ComfyBackend
from videogen.domain.generation import BackendLight, GenerationState
from videogen.domain.run import FailureClass, Origin
from videogen.errors import (
    BackendUnavailableError,
    DownloadFailedError,
    ModelMissingError,
    NotComfyError,
    RequestRefusedError,
    ServerTooOldError,
    SignInError,
)

NO_FAILURES = {"kind": "no_failures"}
STATS = recording("system_stats")["body"]


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
    assert comfy.missing(request.workflow).models == ("gone_too.safetensors", "gone.safetensors")
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


def _odd_backend(odd: OddServer) -> ComfyBackend:
    return ComfyBackend(odd.url, lookup_pause_s=0.01)


def test_a_web_page_is_no_comfyui(odd: OddServer) -> None:
    odd.otherwise = Answer("<html>Welcome</html>", 200, "text/html")
    backend = _odd_backend(odd)

    status = backend.status()

    assert (status.light, status.reason) == (BackendLight.DOWN, "not_comfyui")
    with pytest.raises(NotComfyError):
        backend.preflight(comfy_request())
    backend.close()


def test_some_other_json_is_no_comfyui(odd: OddServer) -> None:
    odd.otherwise = Answer({"status": "ok"})
    backend = _odd_backend(odd)

    assert backend.status().reason == "not_comfyui"
    with pytest.raises(NotComfyError):
        backend.poll(token())
    backend.close()


def test_a_real_servers_stats_make_a_live_light(odd: OddServer) -> None:
    odd.answers = {
        "/system_stats": Answer(STATS),
        "/queue": Answer({"queue_running": [], "queue_pending": []}),
    }
    backend = _odd_backend(odd)

    status = backend.status()

    assert (status.light, status.origin) == (BackendLight.UP, Origin.LIVE)
    assert status.version == "0.25.0"
    assert status.device == "cpu"
    assert status.memory_total_mib is None  # a CPU's memory is not device memory
    assert status.fingerprint["pytorch"] == "2.13.0+cpu"
    assert backend.memory_reading() is None
    backend.close()


def test_an_old_server_is_named_as_too_old(odd: OddServer) -> None:
    old = STATS | {"system": STATS["system"] | {"comfyui_version": "0.3.44"}}
    odd.answers = {"/system_stats": Answer(old)}
    backend = _odd_backend(odd)

    assert backend.status().reason == "server_too_old"
    with pytest.raises(ServerTooOldError):
        backend.preflight(comfy_request())
    backend.close()


def _accepting(odd: OddServer, reply: object, status: int = 200) -> None:
    odd.answers = {
        "/object_info/": Answer({name: {"input": {}} for name in _classes()}),
        "/prompt": Answer(reply, status),
        "/queue": Answer({"queue_running": [], "queue_pending": []}),
        "/history": Answer({}),
    }


def _classes() -> tuple[str, ...]:
    return ("EmptyImage", "CreateVideo", "SaveVideo")


def test_a_server_that_mints_its_own_id_is_too_old_and_its_prompt_is_deleted(
    odd: OddServer,
) -> None:
    _accepting(odd, {"prompt_id": "its-own", "number": 1, "node_errors": {}})
    backend = _odd_backend(odd)

    with pytest.raises(ServerTooOldError):
        backend.submit(comfy_request(), token())

    assert any(seen.path == "/queue" and "its-own" in seen.body for seen in odd.seen)
    backend.close()


def test_half_accepted_is_refused_and_deleted(odd: OddServer) -> None:
    prompt_id = token()
    bad = {"class_type": "SaveImage", "errors": [{"message": "Required input is missing"}]}
    _accepting(odd, {"prompt_id": prompt_id, "number": 1, "node_errors": {"9": bad}})
    backend = _odd_backend(odd)

    with pytest.raises(RequestRefusedError) as caught:
        backend.submit(comfy_request(), prompt_id)

    assert "SaveImage (node 9)" in str(caught.value.detail)
    assert any(seen.path == "/queue" and prompt_id in seen.body for seen in odd.seen)
    backend.close()


def test_nothing_that_would_hit_other_users_is_ever_sent(odd: OddServer) -> None:
    prompt_id = token()
    _accepting(odd, {"prompt_id": prompt_id, "number": 1, "node_errors": {}})
    odd.answers["/queue"] = Answer({"queue_running": [[0, prompt_id, {}]], "queue_pending": []})
    backend = _odd_backend(odd)

    backend.submit(comfy_request(), prompt_id)
    backend.cancel(prompt_id)

    posts = [seen for seen in odd.seen if seen.method == "POST"]
    interrupts = [seen for seen in posts if seen.path == "/interrupt"]
    assert [seen.body for seen in interrupts] == [f'{{"prompt_id":"{prompt_id}"}}']
    assert not any("clear" in seen.body or '"number"' in seen.body for seen in posts)
    assert not any("origin" in {name.lower() for name in seen.headers} for seen in odd.seen)
    backend.close()


@pytest.mark.parametrize("status", [0, 502])
def test_a_post_that_is_lost_twice_is_unavailable(odd: OddServer, status: int) -> None:
    _accepting(odd, "bad gateway", status)
    backend = _odd_backend(odd)

    with pytest.raises(BackendUnavailableError):
        backend.submit(comfy_request(), token())

    assert sum(seen.path == "/prompt" for seen in odd.seen) == 2
    backend.close()


def test_a_refused_sign_in_has_its_own_error(odd: OddServer) -> None:
    odd.otherwise = Answer("who are you", 401, "text/plain")
    backend = _odd_backend(odd)

    assert backend.status().reason == "sign_in"
    with pytest.raises(SignInError):
        backend.poll(token())
    backend.close()


def test_a_queue_that_only_waits_darkens_the_light(
    odd: OddServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videogen.backends.comfy.system.WEDGED_AFTER_S", 0.0)
    prompt_id = token()
    odd.answers = {
        "/system_stats": Answer(STATS),
        "/queue": Answer({"queue_running": [], "queue_pending": [[1, prompt_id, {}]]}),
    }
    backend = _odd_backend(odd)

    backend.status()
    again = backend.status()

    assert (again.light, again.reason) == (BackendLight.DOWN, "server_wedged")
    assert backend.poll(prompt_id).stage == "server_wedged"
    backend.close()


def test_closing_ends_a_wait(comfy: ComfyBackend) -> None:
    began = time.monotonic()
    close: Callable[[], None] = comfy.close
    close()

    comfy.wait("anything", 30.0)

    assert time.monotonic() - began < 10.0
