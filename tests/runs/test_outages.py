"""A back end that goes away, a disk that refuses, a server that lacks a model."""

import time
from pathlib import Path

import pytest

from tests.runs.asking import ask, ended
from tests.runs.conftest import attach
from tests.runs.live_looking import claimed_live, context_of, vertex
from tests.sandbox_servers import sandbox_servers
from videogen import store
from videogen.backends import connect_comfy
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess, start_sandbox
from videogen.domain.run import AttemptState, FailureClass, Run, RunStatus
from videogen.runs import stranded
from videogen.runs.context import utc_now
from videogen.runs.execute import begin
from videogen.runs.journal import Journal


def test_an_outage_between_runs_fails_none_of_the_queued_ones(
    idle_application: Application, tmp_path: Path
) -> None:
    sandbox = start_sandbox(tmp_path / "own", time_scale=1000.0)
    attach(idle_application, sandbox)
    first = ended(idle_application, ask(idle_application, "server_check", seed=1))
    sandbox.end()

    waiting = [ask(idle_application, "server_check", seed=seed) for seed in range(2, 7)]
    idle_application.worker.wake()
    time.sleep(1.5)
    statuses = {store.get_run(idle_application.database, r.run_id).status for r in waiting}
    again = start_sandbox(tmp_path / "own", time_scale=1000.0, like=sandbox)
    try:
        finals = [ended(idle_application, run) for run in waiting]
    finally:
        again.end()

    assert first.status is RunStatus.SUCCEEDED
    assert RunStatus.FAILED not in statuses
    assert {run.status for run in finals} == {RunStatus.SUCCEEDED}


def test_a_folder_that_cannot_be_written_fails_the_run_and_not_the_lane(
    application: Application,
) -> None:
    application.clips_folder.mkdir(parents=True, exist_ok=True)
    incoming = application.clips_folder / "incoming"
    incoming.write_text("in the way", encoding="utf-8")
    blocked = ended(application, ask(application, "server_check", seed=41))
    incoming.unlink()

    following = ended(application, ask(application, "server_check", seed=42))

    assert blocked.status is RunStatus.FAILED
    assert blocked.failure_class in (FailureClass.EXECUTION_ERROR, FailureClass.DOWNLOAD_FAILED)
    assert following.status is RunStatus.SUCCEEDED


def test_a_cancelled_run_whose_back_end_is_gone_does_not_wait_for_it(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    run = ask(idle_application, "server_check", seed=51)
    _intended_on(idle_application, sandbox, run)

    cancelled = idle_application.worker.cancel(run.run_id)

    assert cancelled.status is RunStatus.CANCELLED


def test_a_run_that_was_never_sent_leaves_a_server_that_is_gone_for_another(
    idle_application: Application, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    with sandbox_servers(tmp_path / "gone") as gone:
        run = ask(idle_application, "server_check", seed=52)
        _intended_on(idle_application, gone, run)

    attach(idle_application, sandbox)
    final = ended(idle_application, run)

    attempts = store.attempts_of_run(idle_application.database, run.run_id)
    assert final.status is RunStatus.SUCCEEDED
    assert len({attempt.backend for attempt in attempts}) == 2


def test_a_run_that_a_dead_server_had_accepted_fails_after_the_patience(
    idle_application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videogen.runs.worker.REFRESH_S", 0.2)
    with sandbox_servers(tmp_path / "gone") as gone:
        run = ask(idle_application, "server_check", seed=53)
        journal = _intended_on(idle_application, gone, run)
        journal.move(AttemptState.SUBMITTED, submitted_at=utc_now())

    attach(idle_application, gone)
    final = ended(idle_application, run)

    assert (final.status, final.failure_class) == (RunStatus.FAILED, FailureClass.SERVER_DOWN)


def test_a_run_on_a_server_that_nobody_attaches_any_more_ends_after_the_patience(
    idle_application: Application, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videogen.runs.worker.REFRESH_S", 0.1)
    run = ask(idle_application, "server_check", seed=55)
    journal = _intended_on(idle_application, sandbox, run)
    journal.move(AttemptState.SUBMITTED, submitted_at=utc_now())

    idle_application.begin_work()
    time.sleep(0.5)
    early = store.get_run(idle_application.database, run.run_id)
    final = ended(idle_application, run)

    assert early.status is RunStatus.RUNNING
    assert (final.status, final.failure_class) == (RunStatus.FAILED, FailureClass.SERVER_DOWN)


def test_a_paid_call_that_a_vendor_makes_stays_while_its_back_end_is_attached_nowhere(
    idle_application: Application, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videogen.runs.worker.REFRESH_S", 0.1)
    with vertex(sandbox) as (backend, status):
        journal = claimed_live(idle_application, status, backend)
    journal.move(AttemptState.SUBMITTED, submitted_at=utc_now(), external_id="operations/1")

    idle_application.begin_work()
    time.sleep(3.0)

    run = store.get_run(idle_application.database, journal.run.run_id)
    assert run.status is RunStatus.RUNNING


def _intended_on(application: Application, sandbox: SandboxProcess, run: Run) -> Journal:
    backend = connect_comfy(sandbox.comfy_url)
    claimed = store.claim_next_run(application.database, [run.condition_id], utc_now())
    assert claimed is not None
    journal = begin(context_of(application), backend, backend.status(), claimed)
    backend.close()
    return journal


def test_what_one_lane_put_back_and_another_took_is_not_put_back_again(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    run = ask(idle_application, "server_check", seed=54)
    stale = _intended_on(idle_application, sandbox, run)
    context = context_of(idle_application)
    roster = idle_application.worker._roster
    stranded.put_back_unsent(context, roster, {run.run_id})
    taken = _intended_on(idle_application, sandbox, run)

    stranded._put_back(context, None, stale.run, stale.attempt)

    assert store.get_run(idle_application.database, run.run_id).status is RunStatus.RUNNING
    assert taken.attempt in store.attempts_of_run(idle_application.database, run.run_id)
