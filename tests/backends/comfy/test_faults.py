"""The client against what goes wrong on a real server, as the sandbox plays it."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest

from tests.backends.requests import comfy_request, token, until_final, until_state
from tests.sandbox.running import RunningSandbox
from videogen.backends import ComfyBackend
from videogen.domain.generation import BackendLight, GenerationState, Observation
from videogen.domain.run import FailureClass
from videogen.errors import (
    BackendError,
    BackendUnavailableError,
    DownloadFailedError,
    QuotaError,
    RequestRefusedError,
    ServerTooOldError,
    ServerWedgedError,
)

SEEDS = iter(range(700_000, 800_000))


@pytest.fixture
def faulty(sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    """A sandbox that forgets afterwards what a test did to it."""
    yield sandbox
    sandbox.script({"kind": "no_failures"})
    sandbox.comfy.post("/_sandbox/restart").raise_for_status()


def _script(sandbox: RunningSandbox, kind: str, **params: Any) -> None:
    sandbox.script({"kind": "no_failures"}, {"kind": kind, **params})


def _made(comfy: ComfyBackend, name: str = "wan-1.3b") -> tuple[str, Observation]:
    external_id = comfy.submit(comfy_request(name, seed=next(SEEDS)), token())
    return external_id, until_final(comfy, external_id)


def _arrivals(sandbox: RunningSandbox, prompt_id: str) -> int:
    submits = sandbox.comfy.get("/_sandbox/log").json()["submits"]
    return sum(submit["id"] == prompt_id for submit in submits)


def _first_error(comfy: ComfyBackend, external_id: str) -> BackendError | None:
    """What polling raises before there is a final word, or with it."""
    deadline = time.monotonic() + 20.0
    while time.monotonic() < deadline:
        try:
            if comfy.poll(external_id).state is GenerationState.SUCCEEDED:
                return None
        except BackendError as error:
            return error
        time.sleep(0.01)
    raise TimeoutError(external_id)


def test_an_answer_that_comes_too_late_is_looked_for_and_not_posted_again(
    faulty: RunningSandbox,
) -> None:
    _script(faulty, "slow_submit", times=1, delay_s=1.0)
    comfy = ComfyBackend(str(faulty.comfy.base_url), lookup_pause_s=0.05, answer_timeout_s=0.3)
    prompt_id = token()

    comfy.submit(comfy_request(seed=next(SEEDS)), prompt_id)
    seen = until_final(comfy, prompt_id)
    comfy.close()

    assert seen.state is GenerationState.SUCCEEDED
    assert _arrivals(faulty, prompt_id) == 1


def test_a_server_that_mints_its_own_ids_is_refused_and_left_as_it_was(
    faulty: RunningSandbox, comfy: ComfyBackend
) -> None:
    _script(faulty, "mint_own_id", times=1)

    with pytest.raises(ServerTooOldError):
        comfy.submit(comfy_request("wan-1.3b", seed=next(SEEDS)), token())

    queue = faulty.comfy.get("/queue").json()
    assert queue["queue_pending"] == []


def test_a_workflow_that_was_taken_in_part_is_refused(
    faulty: RunningSandbox, comfy: ComfyBackend
) -> None:
    _script(faulty, "partial_200", times=1)

    with pytest.raises(RequestRefusedError):
        comfy.submit(comfy_request("wan-1.3b", seed=next(SEEDS)), token())


def test_a_history_that_is_written_late_is_waited_for(
    faulty: RunningSandbox, comfy: ComfyBackend
) -> None:
    _script(faulty, "slow_history", delay_s=0.6)
    external_id = comfy.submit(comfy_request("wan-1.3b", seed=next(SEEDS)), token())
    states = set()
    deadline = time.monotonic() + 20.0
    while time.monotonic() < deadline:
        states.add(comfy.poll(external_id).state)
        if GenerationState.SUCCEEDED in states:
            break
        time.sleep(0.02)

    assert GenerationState.SUCCEEDED in states
    assert not states & {GenerationState.MISSING, GenerationState.FAILED}


def test_a_restart_loses_the_prompt_and_never_finishes_it(
    faulty: RunningSandbox, comfy: ComfyBackend
) -> None:
    _script(faulty, "restart", at_fraction=0.5, times=1)

    external_id = comfy.submit(comfy_request("wan-1.3b", seed=next(SEEDS)), token())
    until_state(comfy, external_id, GenerationState.MISSING)

    assert comfy.poll(external_id).state is GenerationState.MISSING
    with pytest.raises(DownloadFailedError):
        comfy.fetch(external_id, Path("never.mp4"))


def test_a_dead_worker_is_seen_and_named_though_every_route_answers(
    faulty: RunningSandbox, comfy: ComfyBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videogen.backends.comfy.system.WEDGED_AFTER_S", 0.1)
    _script(faulty, "wedge", times=1)
    external_id = comfy.submit(comfy_request(seed=next(SEEDS)), token())
    comfy.submit(comfy_request(seed=next(SEEDS)), token())

    error = _first_error(comfy, external_id)
    status = comfy.status()

    assert isinstance(error, ServerWedgedError)
    assert "restart ComfyUI" in str(error)
    assert (status.light, status.reason) == (BackendLight.DOWN, "server_wedged")


@pytest.mark.parametrize("key", ["video", "videos", "audio", "images", "gifs"])
def test_the_clip_is_found_under_whatever_key_it_is_listed(
    faulty: RunningSandbox, comfy: ComfyBackend, tmp_path: Path, key: str
) -> None:
    _script(faulty, "output_key", key=key)

    external_id, seen = _made(comfy, "server_check")
    comfy.fetch(external_id, tmp_path / "clip.mp4")

    assert seen.state is GenerationState.SUCCEEDED
    assert (tmp_path / "clip.mp4").read_bytes()[4:8] == b"ftyp"


@pytest.mark.parametrize("lists_both", [False, True])
def test_of_two_twins_the_one_with_sound_is_fetched(
    faulty: RunningSandbox, comfy: ComfyBackend, tmp_path: Path, *, lists_both: bool
) -> None:
    _script(faulty, "audio_twin", lists_both=lists_both)

    external_id, _ = _made(comfy)
    comfy.fetch(external_id, tmp_path / "clip.mp4")

    with av.open(str(tmp_path / "clip.mp4")) as container:
        assert len(container.streams.audio) == 1


def test_a_temporary_file_is_no_clip(faulty: RunningSandbox, comfy: ComfyBackend) -> None:
    _script(faulty, "temp_output")

    _, seen = _made(comfy)

    assert seen.state is GenerationState.FAILED
    assert seen.failure_detail == "success, but no video file among the outputs"


def test_a_full_disk_on_the_server_has_its_own_class(
    faulty: RunningSandbox, comfy: ComfyBackend
) -> None:
    _script(faulty, "disk_full")

    _, seen = _made(comfy)

    assert seen.failure_class is FailureClass.DISK_FULL


@pytest.mark.parametrize("kind", ["truncate_view", "view_no_length", "etag_change", "slow_view"])
def test_a_transfer_that_stumbles_still_gives_a_whole_clip(
    faulty: RunningSandbox, comfy: ComfyBackend, tmp_path: Path, kind: str
) -> None:
    external_id, _ = _made(comfy)
    _script(faulty, kind, times=1, delay_s=0.2)

    comfy.fetch(external_id, tmp_path / "clip.mp4")

    with av.open(str(tmp_path / "clip.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) > 1


@pytest.mark.parametrize("route", ["/history", "/queue"])
def test_a_500_while_it_runs_is_an_outage_and_no_verdict(
    faulty: RunningSandbox, comfy: ComfyBackend, route: str
) -> None:
    external_id = comfy.submit(comfy_request("wan-1.3b", seed=next(SEEDS)), token())
    _script(faulty, f"{route.strip('/')}_500", times=1)

    error = _first_error(comfy, external_id)

    assert isinstance(error, BackendUnavailableError)
    assert until_final(comfy, external_id).state is GenerationState.SUCCEEDED


def test_a_limit_on_submits_says_how_long_to_wait(
    faulty: RunningSandbox, comfy: ComfyBackend
) -> None:
    _script(faulty, "http_429", times=1, retry_after_s=3)

    with pytest.raises(QuotaError) as caught:
        comfy.submit(comfy_request(seed=next(SEEDS)), token())

    assert caught.value.facts["retry_after_s"] == 3.0


def test_a_silent_server_is_an_outage(faulty: RunningSandbox) -> None:
    comfy = ComfyBackend(str(faulty.comfy.base_url), answer_timeout_s=0.2)
    external_id = comfy.submit(comfy_request(seed=next(SEEDS)), token())
    until_final(comfy, external_id)
    _script(faulty, "silence", times=1, seconds=0.8)

    with pytest.raises(BackendUnavailableError):
        comfy.poll(external_id)
    time.sleep(0.8)
    after = comfy.poll(external_id)
    comfy.close()

    assert after.state is GenerationState.SUCCEEDED


@pytest.mark.parametrize("kind", ["previews", "foreign_traffic"])
def test_previews_and_others_prompts_disturb_no_progress(
    faulty: RunningSandbox, comfy: ComfyBackend, kind: str
) -> None:
    _script(faulty, kind, every_s=0.01)
    external_id = comfy.submit(comfy_request("wan-1.3b", seed=next(SEEDS)), token())
    shown: list[float] = []
    while (seen := comfy.poll(external_id)).state is not GenerationState.SUCCEEDED:
        shown.append(seen.progress or 0.0)
        time.sleep(0.01)

    assert shown == sorted(shown)
    assert any(0.0 < value < 1.0 for value in shown)


@pytest.mark.parametrize("switch", ["newer_server", "no_cancel_route", "no_failures"])
def test_a_cancel_ends_ours_and_nobody_elses_on_newer_and_older_servers(
    faulty: RunningSandbox, comfy: ComfyBackend, switch: str
) -> None:
    faulty.script(
        {"kind": "no_failures"}, {"kind": switch}, {"kind": "stall", "times": 1, "at_fraction": 0.5}
    )
    running = comfy.submit(comfy_request("wan-1.3b", seed=next(SEEDS)), token())
    waiting = comfy.submit(comfy_request("wan-1.3b", seed=next(SEEDS)), token())
    bystander = comfy.submit(comfy_request(seed=next(SEEDS)), token())
    until_state(comfy, running, GenerationState.RUNNING)

    comfy.cancel(waiting)
    comfy.cancel(running)

    assert until_final(comfy, waiting).state is GenerationState.CANCELLED
    assert until_final(comfy, running).state is GenerationState.CANCELLED
    assert until_final(comfy, bystander).state is GenerationState.SUCCEEDED


def test_a_cancel_that_races_with_the_start_leaves_nothing_running(
    faulty: RunningSandbox, comfy: ComfyBackend
) -> None:
    _script(faulty, "stall", at_fraction=0.9)
    for _ in range(5):
        external_id = comfy.submit(comfy_request("wan-1.3b", seed=next(SEEDS)), token())
        threading.Event().wait(0.01)
        comfy.cancel(external_id)
        assert until_final(comfy, external_id).state is GenerationState.CANCELLED

    queue = faulty.comfy.get("/queue").json()
    assert (queue["queue_running"], queue["queue_pending"]) == ([], [])


def test_a_deaf_socket_is_opened_anew_while_the_queue_says_running(
    faulty: RunningSandbox, comfy: ComfyBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videogen.backends.comfy.client.DEAF_AFTER_S", 0.4)
    _script(faulty, "deaf_socket", times=1)
    external_id = comfy.submit(comfy_request("animatediff", seed=next(SEEDS)), token())
    shown: list[float] = []
    while (seen := comfy.poll(external_id)).state is not GenerationState.SUCCEEDED:
        shown.append(seen.progress or 0.0)
        time.sleep(0.05)

    assert max(shown) > 0.0
    assert shown == sorted(shown)


def test_a_clip_is_still_fetched_after_a_restart_forgot_its_prompt(
    faulty: RunningSandbox, comfy: ComfyBackend, tmp_path: Path
) -> None:
    external_id, _ = _made(comfy)
    faulty.comfy.post("/_sandbox/restart", params={"down_s": 0.5}).raise_for_status()

    comfy.fetch(external_id, tmp_path / "clip.mp4")

    assert (tmp_path / "clip.mp4").read_bytes()[4:8] == b"ftyp"
