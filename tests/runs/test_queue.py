"""Cancelling, requeueing and waiting for a back end."""

import time

import pytest

from tests.runs.asking import ask, ended
from tests.runs.conftest import attach
from tests.sandbox_servers import play_faults, submits
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.run import RunStatus
from videogen.errors import InvalidInputError
from videogen.runs import queue
from videogen.runs.context import utc_now


def test_a_queued_run_is_cancelled_at_once(idle_application: Application) -> None:
    run = ask(idle_application, "wan-1.3b")

    cancelled = idle_application.worker.cancel(run.run_id)

    assert cancelled.status is RunStatus.CANCELLED


def test_a_running_run_is_cancelled_on_its_server_and_the_next_one_goes_on(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "stall", "times": 1}])
    stalled, following = ask(application, "wan-1.3b"), ask(application, "server_check", seed=5)
    _until_running(application, stalled.run_id)

    application.worker.cancel(stalled.run_id)

    assert ended(application, stalled).status is RunStatus.CANCELLED
    assert ended(application, following).status is RunStatus.SUCCEEDED


def test_a_cancelled_cloud_run_costs_what_the_vendor_will_bill(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "never_done", "times": 1}])
    run = ask(application, "veo-3.1-lite")
    _until_running(application, run.run_id)

    application.worker.cancel(run.run_id)

    final = ended(application, run)
    assert final.status is RunStatus.CANCELLED
    assert float(final.cost_usd or 0) == pytest.approx(0.40)  # Veo knows no cancel


def test_a_requeued_run_is_a_new_run_and_the_old_one_stays(application: Application) -> None:
    old = ended(application, ask(application, "server_check", seed=11))

    new = queue.requeue(application.database, old.run_id, "somebody", utc_now())

    assert new.requeued_from == old.run_id
    assert new.run_id != old.run_id
    assert store.get_run(application.database, old.run_id) == old
    assert (new.condition_id, new.prompt_id, new.seed) == (
        old.condition_id,
        old.prompt_id,
        old.seed,
    )


def test_a_run_that_has_not_ended_cannot_be_requeued(idle_application: Application) -> None:
    run = ask(idle_application, "wan-1.3b")

    with pytest.raises(InvalidInputError) as refused:
        queue.requeue(idle_application.database, run.run_id, "somebody", utc_now())

    assert refused.value.field == "run_id"


def test_runs_wait_in_the_queue_until_their_back_end_is_there(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    run = ask(idle_application, "server_check", seed=21)
    time.sleep(0.3)
    assert store.get_run(idle_application.database, run.run_id).status is RunStatus.QUEUED

    attach(idle_application, sandbox)

    assert ended(idle_application, run).status is RunStatus.SUCCEEDED
    assert submits(sandbox)[-1]["profile"] == "server_check"


def _until_running(application: Application, run_id: str) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        attempts = store.attempts_of_run(application.database, run_id)
        if attempts and attempts[-1].state.value == "running":
            return
        time.sleep(0.02)
    raise TimeoutError("the run did not start")
