"""Cancelling, requeueing and waiting for a back end."""

import dataclasses
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.runs.asking import ask, ended
from tests.runs.conftest import QUICK, attach
from tests.sandbox_servers import play_faults, submits
from tests.soak.told_live import live_backends
from tests.store.records import (
    make_attempt,
    make_campaign,
    make_reservation,
    make_run,
    minutes,
)
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.bootstrap.waiting import eta_of_run
from videogen.domain.run import AttemptState, FailureClass, Origin, RunStatus
from videogen.errors import InvalidInputError, NotFoundError
from videogen.runs import queue
from videogen.runs.context import utc_now
from videogen.runs.eta import QueueEta
from videogen.runs.uncertain import Resolution, resolve
from videogen.settings import Settings
from videogen.texts import error_message


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


def test_a_cancelled_omni_run_waits_for_the_vendors_word_and_guesses_no_bill(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "never_done", "times": 1}])
    run = ask(application, "gemini-omni")
    _until_running(application, run.run_id)

    application.worker.cancel(run.run_id)

    final = ended(application, run)
    [attempt] = store.attempts_of_run(application.database, run.run_id)
    [told] = [one for one in submits(sandbox) if one["id"] == attempt.external_id]
    assert final.status is RunStatus.CANCELLED
    assert final.cost_usd is None  # the answer counts no tokens: unknown, not nothing
    assert told["outcome"] == "cancelled"


def test_a_vendor_that_never_says_whether_it_cancelled_is_not_waited_for_for_ever(
    tmp_path: Path, sandbox: SandboxProcess
) -> None:
    settings = Settings(data_dir=tmp_path / "data", comfy_urls=())
    patience = dataclasses.replace(QUICK, cancel_s=0.3)
    application = Application.build(settings, patience=patience)
    attach(application, sandbox)
    try:
        play_faults(sandbox, [{"kind": "never_done", "times": 1}])
        run = ask(application, "gemini-omni")
        _until_running(application, run.run_id)
        play_faults(sandbox, [{"kind": "poll_status"}])

        application.worker.cancel(run.run_id)

        final = ended(application, run)
    finally:
        application.close()
    assert (final.status, final.cost_usd) == (RunStatus.CANCELLED, None)


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


def test_a_run_that_was_asked_for_again_is_not_asked_for_a_second_time(
    idle_application: Application,
) -> None:
    database = idle_application.database
    old = make_run(status=RunStatus.FAILED)
    store.save(database, old)
    new = queue.requeue(database, old.run_id, "somebody", utc_now())

    with pytest.raises(InvalidInputError) as refused:
        queue.requeue(database, old.run_id, "somebody", utc_now())

    assert refused.value.problem == "run_requeued_already"
    assert new.run_id in error_message(refused.value, "en")
    assert new.run_id in error_message(refused.value, "th")


def test_an_uncertain_run_is_not_asked_for_again_before_somebody_resolves_it(
    idle_application: Application,
) -> None:
    run = make_run(status=RunStatus.UNCERTAIN)
    store.save(idle_application.database, run)

    with pytest.raises(InvalidInputError) as refused:
        queue.requeue(idle_application.database, run.run_id, "somebody", utc_now())

    assert refused.value.problem == "run_uncertain"


@pytest.mark.parametrize("status", [RunStatus.LOST, RunStatus.CANCELLED])
def test_a_run_whose_bill_is_open_is_settled_before_it_is_asked_for_again(
    idle_application: Application, status: RunStatus
) -> None:
    database = idle_application.database
    store.save(database, make_run("r1", status=status), make_attempt("a1", "r1"))
    store.reserve(database, make_reservation("a1", "3.20"), Decimal(50))

    with pytest.raises(InvalidInputError) as refused:
        queue.requeue(database, "r1", "somebody", utc_now())
    resolve(
        database,
        "r1",
        Resolution.BILLED,
        billed_usd=Decimal("3.20"),
        who="mali",
        why="the bill lists it",
        now=utc_now(),
    )

    assert refused.value.problem == "run_bill_open"
    assert queue.requeue(database, "r1", "somebody", utc_now()).requeued_from == "r1"


def test_a_requeued_routed_run_is_routed_anew(idle_application: Application) -> None:
    old = make_run(
        status=RunStatus.FAILED,
        routed_to="wan@1",
        route={"reason": "cheapest", "chain": [], "tried": ["veo@1", "wan@1"]},
        is_degraded=True,
    )
    store.save(idle_application.database, old)

    new = queue.requeue(idle_application.database, old.run_id, "somebody", utc_now())

    assert (new.routed_to, dict(new.route), new.is_degraded) == (None, {}, False)


ENDED: dict[str, dict[str, Any]] = {
    "failed": {"status": RunStatus.FAILED, "failure_class": FailureClass.OUT_OF_VRAM},
    "stalled": {"status": RunStatus.FAILED, "failure_class": FailureClass.STALLED},
    "lost": {"status": RunStatus.LOST, "failure_class": FailureClass.LOST},
    "cancelled": {"status": RunStatus.CANCELLED},
    "uncertain": {"status": RunStatus.UNCERTAIN, "failure_class": FailureClass.UNCERTAIN},
    "settled": {"status": RunStatus.FAILED, "failure_class": FailureClass.UNCERTAIN},
    "succeeded": {"status": RunStatus.SUCCEEDED},
    "queued": {"status": RunStatus.QUEUED},
    "running": {"status": RunStatus.RUNNING},
    "elsewhere": {"status": RunStatus.FAILED, "campaign_id": "c2"},
}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["failed", "stalled", "lost", "cancelled", "elsewhere"]),
        ({"campaign_id": "c1"}, ["failed", "stalled", "lost", "cancelled"]),
        ({"failure_class": FailureClass.STALLED}, ["stalled"]),
        ({"failure_class": FailureClass.UNCERTAIN}, []),
        ({"campaign_id": "c2", "failure_class": FailureClass.STALLED}, []),
    ],
)
def test_all_that_failed_is_asked_for_again_once_in_its_old_order(
    idle_application: Application, wanted: dict[str, Any], expected: list[str]
) -> None:
    database = idle_application.database
    store.save(database, make_campaign("c1"), make_campaign("c2"))
    for place, (run_id, changes) in enumerate(ENDED.items()):
        store.save(database, make_run(run_id, queued_at=minutes(place), **changes))

    new = queue.requeue_failed(database, owner="mali", now=utc_now(), **wanted)
    again = queue.requeue_failed(database, owner="mali", now=utc_now(), **wanted)

    assert [run.requeued_from for run in new] == expected
    assert again == []
    assert {run.owner for run in new} <= {"mali"}
    stored = store.find_runs(database, status=RunStatus.QUEUED, owner="mali")
    assert [run.requeued_from for run in reversed(stored)] == expected


def test_what_failed_again_can_be_asked_for_again(idle_application: Application) -> None:
    database = idle_application.database
    store.save(database, make_run("first", status=RunStatus.FAILED))
    (second,) = queue.requeue_failed(database, owner="mali", now=utc_now())
    store.save(database, dataclasses.replace(second, status=RunStatus.FAILED))

    (third,) = queue.requeue_failed(database, owner="mali", now=utc_now())

    assert third.requeued_from == second.run_id


def test_an_unknown_campaign_is_named(idle_application: Application) -> None:
    with pytest.raises(NotFoundError):
        queue.requeue_failed(
            idle_application.database, campaign_id="nowhere", owner="mali", now=utc_now()
        )


def test_a_start_gives_back_money_that_is_held_for_a_call_never_sent(
    idle_application: Application,
) -> None:
    database = idle_application.database
    run = make_run("r1", status=RunStatus.RUNNING)
    store.save(database, run, make_attempt("a1", "r1", state=AttemptState.CANCELLED))
    store.reserve(database, make_reservation("a1", "0.40"), Decimal(1))

    queue.release_unstarted(database, utc_now())

    assert store.get_run(database, "r1").status is RunStatus.QUEUED
    assert store.open_reservations(database) == []


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


def test_a_waiting_run_is_told_when_it_starts_from_what_was_measured(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    database = idle_application.database
    run = ask(idle_application, "server_check", origin=Origin.LIVE)
    for i in range(3):
        store.save(
            database,
            make_run(
                f"measured-{i}",
                condition_id=run.condition_id,
                origin=Origin.LIVE,
                status=RunStatus.SUCCEEDED,
                wall_time_s=100.0 + i,
                is_cold=False,
            ),
        )
    unattached = eta_of_run(idle_application, run.run_id, utc_now())
    assert unattached == QueueEta(position=1, starts_in=None, ends_in=None)
    play_faults(sandbox, [{"kind": "stall", "times": 1}])
    for backend in live_backends(sandbox):
        idle_application.worker.attach(backend)
    _until_running(idle_application, run.run_id)
    behind = ask(idle_application, "server_check", seed=8, origin=Origin.LIVE)

    eta = eta_of_run(idle_application, behind.run_id, utc_now())

    idle_application.worker.cancel(run.run_id)
    ended(idle_application, run)
    assert eta is not None
    assert eta.position == 1
    assert eta.starts_in is not None
    assert eta.ends_in is not None
    assert eta.ends_in.high_s <= 204
    assert eta_of_run(idle_application, run.run_id, utc_now()) is None


def test_in_the_sandbox_only_the_place_is_told(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "stall", "times": 1}])
    attach(idle_application, sandbox)
    first = ask(idle_application, "server_check")
    _until_running(idle_application, first.run_id)
    behind = ask(idle_application, "server_check", seed=8)

    eta = eta_of_run(idle_application, behind.run_id, utc_now())

    idle_application.worker.cancel(first.run_id)
    ended(idle_application, first)
    assert eta == QueueEta(position=1, starts_in=None, ends_in=None)
