"""Out of device memory: the server frees it, and the run has one more try with smaller settings."""

import dataclasses
import time
from pathlib import Path

from tests.runs.asking import ask, ended
from tests.runs.conftest import attach
from tests.runs.kill_point import ATTACHED, KillPoint
from tests.runs.owner_process import killed_owner, opened
from tests.sandbox_servers import play_faults, submits
from tests.store.records import NOON, make_attempt, make_run
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.own_workflows import LiveManifests
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.run import AttemptState, FailureClass, RunStatus
from videogen.runs.next_try import is_smaller_due

OUT_OF_VRAM = {"kind": "out_of_vram", "times": 1}


def test_a_run_that_ran_out_of_memory_is_made_smaller_and_marked(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [OUT_OF_VRAM])

    run = ended(application, ask(application, "wan-1.3b"))

    first, second = store.attempts_of_run(application.database, run.run_id)
    assert (run.status, run.failure_class, run.is_degraded) == (RunStatus.SUCCEEDED, None, True)
    assert (first.degraded, first.failure_class) == (False, FailureClass.OUT_OF_VRAM)
    assert (second.degraded, second.state) == (True, AttemptState.SUCCEEDED)
    assert second.fingerprint["settings"] != first.fingerprint["settings"]
    assert run.is_cold is True  # its memory was freed before
    assert first.cost_usd is not None
    assert second.cost_usd is not None
    assert run.cost_usd == first.cost_usd + second.cost_usd


def test_a_degraded_run_needed_more_memory_than_the_device_has(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [OUT_OF_VRAM])
    total_mib = next(
        status.memory_total_mib
        for status in application.worker.statuses()
        if status.kind == "comfy"
    )

    run = ended(application, ask(application, "wan-1.3b"))

    assert run.peak_is_lower_bound is True
    assert run.peak_vram_mib is not None
    assert total_mib is not None
    assert run.peak_vram_mib >= total_mib
    assert run.is_degraded  # which is judged as out of memory, whatever clip it made


def test_a_run_is_made_smaller_once_and_no_more(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{**OUT_OF_VRAM, "times": 3}])

    run = ended(application, ask(application, "wan-1.3b"))

    assert (run.status, run.failure_class) == (RunStatus.FAILED, FailureClass.OUT_OF_VRAM)
    assert not run.is_degraded
    assert len(store.attempts_of_run(application.database, run.run_id)) == 2


def test_a_workflow_that_cannot_go_smaller_fails_at_once(
    application: Application, sandbox: SandboxProcess
) -> None:
    assert isinstance(application.manifests, LiveManifests)
    manifests = application.manifests.shipped
    assert isinstance(manifests, dict)
    manifests["wan-1.3b"] = dataclasses.replace(manifests["wan-1.3b"], less_memory={})
    play_faults(sandbox, [OUT_OF_VRAM])

    run = ended(application, ask(application, "wan-1.3b"))

    assert (run.status, run.failure_class) == (RunStatus.FAILED, FailureClass.OUT_OF_VRAM)
    assert len(store.attempts_of_run(application.database, run.run_id)) == 1


def test_a_run_that_waits_for_its_smaller_try_is_cancelled_at_once_and_keeps_its_cost(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [OUT_OF_VRAM])
    run = ask(application, "wan-1.3b")
    pause_when_it_has_failed(application, run.run_id)

    cancelled = application.worker.cancel(run.run_id)

    assert cancelled.status is RunStatus.CANCELLED
    [attempt] = store.attempts_of_run(application.database, run.run_id)
    assert attempt.cost_usd is not None
    assert cancelled.cost_usd == attempt.cost_usd


def test_a_kill_between_the_two_tries_leads_to_one_smaller_try(
    tmp_path: Path, sandbox: SandboxProcess
) -> None:
    data_dir = tmp_path / "data"
    play_faults(sandbox, [OUT_OF_VRAM])
    with opened(data_dir) as application:
        run = ask(application, "wan-1.3b")
        attach(application, sandbox)
        pause_when_it_has_failed(application, run.run_id)
    n_before = len(submits(sandbox))
    with opened(data_dir) as application:
        store.lift_hold(application.database, _comfy_name(sandbox))

    killed_owner(data_dir, KillPoint(kind=ATTACHED, delay_s=0.3), sandbox.backends)
    with opened(data_dir) as application:
        application.begin_work()
        attach(application, sandbox)
        final = ended(application, run)
        attempts = store.attempts_of_run(application.database, run.run_id)

    sent = [attempt for attempt in attempts if attempt.submitted_at is not None]
    assert (final.status, final.is_degraded) == (RunStatus.SUCCEEDED, True)
    assert [attempt.degraded for attempt in sent] == [False, True]
    assert len(submits(sandbox)) - n_before == 1


def test_a_smaller_try_that_never_arrived_is_still_due() -> None:
    run = make_run("r1")
    ran_out = make_attempt(
        "a1",
        "r1",
        state=AttemptState.FAILED,
        submitted_at=NOON,
        failure_class=FailureClass.OUT_OF_VRAM,
    )
    about_to_be_sent_at_a_kill = make_attempt(
        "a2", "r1", ordinal=2, state=AttemptState.CANCELLED, submitted_at=NOON, degraded=True
    )

    assert is_smaller_due(run, [ran_out])
    assert is_smaller_due(run, [ran_out, about_to_be_sent_at_a_kill])


def test_a_smaller_try_that_a_gate_refused_for_now_is_still_made_smaller(
    application: Application, sandbox: SandboxProcess
) -> None:
    gate = {"kind": "http_429", "match": {"nth": 2}, "times": 1, "retry_after_s": 1}
    play_faults(sandbox, [OUT_OF_VRAM, gate])

    run = ended(application, ask(application, "wan-1.3b"))

    attempts = store.attempts_of_run(application.database, run.run_id)
    sent = [attempt for attempt in attempts if attempt.submitted_at is not None]
    assert [attempt.degraded for attempt in sent] == [False, True, True]
    assert [attempt.failure_class for attempt in sent[:2]] == [
        FailureClass.OUT_OF_VRAM,
        FailureClass.QUOTA,
    ]
    assert (run.status, run.is_degraded) == (RunStatus.SUCCEEDED, True)


def pause_when_it_has_failed(application: Application, run_id: str) -> None:
    """New runs of its back end wait from now on, so that it stays between its two tries."""
    from videogen.runs import holds
    from videogen.runs.context import utc_now

    backend = next(b for b in application.worker.backends() if b.kind == "comfy")
    deadline = time.monotonic() + 20
    while not store.attempts_of_run(application.database, run_id):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    holds.pause(application.database, backend.name, "tester", "a look inside", utc_now())
    while store.get_run(application.database, run_id).status is not RunStatus.QUEUED:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _comfy_name(sandbox: SandboxProcess) -> str:
    return f"comfy@{sandbox.comfy_url.removeprefix('http://')}"
