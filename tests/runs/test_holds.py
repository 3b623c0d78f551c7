"""Back ends that take no new runs: paused, tripped by failures in a row, or refused by quota."""

import dataclasses
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from tests.runs.asking import ask, ended
from tests.runs.conftest import QUICK, attach
from tests.sandbox_servers import play_faults, submits
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.run import FailureClass, Run, RunStatus
from videogen.domain.server import BackendHold, HoldKind
from videogen.runs import holds
from videogen.runs.context import utc_now
from videogen.settings import Settings

T = TypeVar("T")
RESTLESS = dataclasses.replace(QUICK, tripped_s=0.6, tripped_max_s=2.0, quota_s=0.3)
NO_MORE_TODAY = {
    "error": {
        "code": 429,
        "status": "RESOURCE_EXHAUSTED",
        "message": "no more today",
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.QuotaFailure",
                "violations": [{"quotaId": "GenerateVideosRequestsPerDayPerProject"}],
            },
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37s"},
        ],
    }
}
BROKEN = {"kind": "execution_error"}


@pytest.fixture
def restless(tmp_path: Path, sandbox: SandboxProcess) -> Iterator[Application]:
    """Rests and quotas of parts of a second."""
    settings = Settings(data_dir=tmp_path / "data", comfy_urls=())
    application = Application.build(settings, patience=RESTLESS)
    attach(application, sandbox)
    yield application
    application.close()


def test_a_paused_back_end_takes_nothing_new_and_its_running_run_goes_on(
    application: Application, sandbox: SandboxProcess
) -> None:
    running = ask(application, "wan-1.3b")
    _until(lambda: _status(application, running) is RunStatus.RUNNING)
    name = _comfy(application)
    holds.pause(application.database, name, "op", "new driver", utc_now())
    waiting = ask(application, "server_check", seed=61)

    ended_running = ended(application, running)
    time.sleep(0.5)
    still = _status(application, waiting)
    holds.resume(application.database, name, "op", utc_now())

    assert ended_running.status is RunStatus.SUCCEEDED
    assert still is RunStatus.QUEUED
    assert ended(application, waiting).status is RunStatus.SUCCEEDED
    assert store.holds(application.database) == []
    kinds = [event.kind for event in store.events_of(application.database, name)]
    assert kinds == ["backend.paused", "backend.resumed"]


def test_three_failures_of_the_server_in_a_row_make_it_rest_and_one_good_run_closes_that(
    restless: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{**BROKEN, "times": 3}])
    runs = [ask(restless, "server_check", seed=100 + n) for n in range(6)]

    [hold] = _until(lambda: store.holds(restless.database))
    failed = [run for run in runs if _status(restless, run) is RunStatus.FAILED]
    finals = [ended(restless, run) for run in runs]

    assert (hold.kind, hold.reason) == (HoldKind.TRIPPED, "execution_error")
    assert len(failed) == 3  # the others waited
    assert sum(run.status is RunStatus.SUCCEEDED for run in finals) == 3
    _until(lambda: not store.holds(restless.database))


def test_a_failed_trial_makes_it_rest_twice_as_long(
    restless: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{**BROKEN, "times": 4}])
    runs = [ask(restless, "server_check", seed=200 + n) for n in range(5)]

    first = _until(lambda: store.holds(restless.database))[0]
    second = _until(lambda: _other(store.holds(restless.database), first))
    finals = [ended(restless, run) for run in runs]

    assert _rest_s(first) == pytest.approx(0.6)
    assert _rest_s(second) == pytest.approx(1.2)
    assert [run.status for run in finals].count(RunStatus.FAILED) == 4


def test_failures_that_are_not_the_servers_never_trip_it(
    restless: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "rai_filtered", "times": 4}])
    runs = [ask(restless, "veo-3.1-lite", is_short=True) for _ in range(5)]

    finals = [ended(restless, run) for run in runs]

    assert [run.status for run in finals].count(RunStatus.FAILED) == 4
    assert store.holds(restless.database) == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"kind": "drop_after_accept"}, FailureClass.UNCERTAIN),
        ({"kind": "http_status", "status": 503}, FailureClass.UNCERTAIN),
        ({"kind": "http_status", "status": 401}, FailureClass.SIGN_IN),
    ],
)
def test_a_vendor_that_answers_no_call_holds_the_queue_after_three(
    application: Application,
    sandbox: SandboxProcess,
    fault: dict[str, object],
    reason: FailureClass,
) -> None:
    play_faults(sandbox, [fault])
    runs = [ask(application, "veo-3.1-lite", is_short=True) for _ in range(9)]
    application.worker.wake()

    hold = _until(lambda: store.holds(application.database))[0]
    _until(lambda: not store.running_run_ids(application.database))

    current = [store.get_run(application.database, run.run_id) for run in runs]
    failed = [run for run in current if run.status is not RunStatus.QUEUED]
    assert (hold.kind, hold.reason) == (HoldKind.TRIPPED, reason.value)
    assert {run.failure_class for run in failed} == {reason}
    # Three in a row, and what the other lanes had begun by then.
    assert len(failed) < 3 + _lanes(application, hold.backend)


def test_a_refused_quota_sends_the_run_back_and_its_back_end_waits(
    restless: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "http_status", "status": 429, "times": 2}])

    run = ended(restless, ask(restless, "veo-3.1-lite", is_short=True))

    refused = store.attempts_of_run(restless.database, run.run_id)[:-1]
    assert run.status is RunStatus.SUCCEEDED
    assert {attempt.failure_class for attempt in refused} == {FailureClass.QUOTA}
    assert {attempt.cost_usd for attempt in refused} == {0}
    kinds = [event.kind for event in store.events_of(restless.database, refused[0].backend)]
    assert "backend.quota" in kinds
    assert store.holds(restless.database) == []  # its time was up


def test_a_run_that_the_quota_refuses_again_and_again_fails(
    restless: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "http_status", "status": 429, "times": 6}])
    n_before = len(submits(sandbox))

    run = ended(restless, ask(restless, "veo-3.1-lite", is_short=True))

    assert (run.status, run.failure_class) == (RunStatus.FAILED, FailureClass.QUOTA)
    assert len(store.attempts_of_run(restless.database, run.run_id)) == 6
    assert run.cost_usd == 0
    assert len(submits(sandbox)) - n_before <= 6


def test_a_days_quota_fails_one_run_and_keeps_the_others_until_the_day_is_over(
    restless: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "http_status", "status": 429, "body": NO_MORE_TODAY}])
    n_before = len(submits(sandbox))

    failed = ended(restless, ask(restless, "veo-3.1-lite", is_short=True))
    [hold] = store.holds(restless.database)
    others = [ask(restless, "veo-3.1-lite", is_short=True) for _ in range(2)]
    time.sleep(0.5)

    assert hold.kind is HoldKind.QUOTA
    assert hold.until is not None
    pacific = hold.until.astimezone(ZoneInfo("America/Los_Angeles"))
    assert (pacific.hour, pacific.minute) == (0, 1)
    assert (failed.status, failed.failure_class) == (RunStatus.FAILED, FailureClass.QUOTA)
    assert failed.cost_usd == 0
    assert {_status(restless, run) for run in others} == {RunStatus.QUEUED}
    assert len(submits(sandbox)) == n_before


def test_a_longer_hold_is_not_shortened_by_a_quota(idle_application: Application) -> None:
    database, now = idle_application.database, utc_now()
    paused = holds.pause(database, "vertex@x", "op", "spent enough", now)

    holds.hold_for_quota(database, "vertex@x", now, 60.0)
    holds.trip(database, "vertex@x", "lost", now, first_s=60.0, most_s=900.0)

    assert store.holds(database) == [paused]


def test_a_pause_that_is_lifted_leaves_the_vendors_hold(idle_application: Application) -> None:
    database, now = idle_application.database, utc_now()
    holds.hold_for_quota(database, "vertex@x", now, 600.0)
    holds.pause(database, "vertex@x", "op", "a look", now + timedelta(seconds=1))

    holds.resume(database, "vertex@x", "op", now + timedelta(seconds=2))
    [hold] = store.holds(database)
    holds.resume(database, "vertex@x", "op", now + timedelta(seconds=3))

    assert (hold.kind, hold.until) == (HoldKind.QUOTA, now + timedelta(seconds=600))
    assert store.holds(database) == []  # this time a person has lifted the vendor's own


def test_a_quota_that_is_refused_during_a_pause_holds_after_it(
    idle_application: Application,
) -> None:
    database, now = idle_application.database, utc_now()
    holds.pause(database, "vertex@x", "op", "a look", now)
    holds.hold_for_quota(database, "vertex@x", now + timedelta(seconds=1), 600.0)

    holds.resume(database, "vertex@x", "op", now + timedelta(seconds=2))

    [hold] = store.holds(database)
    assert (hold.kind, hold.until) == (HoldKind.QUOTA, now + timedelta(seconds=601))


def test_a_quota_whose_time_is_up_during_a_pause_holds_nothing_after_it(
    idle_application: Application,
) -> None:
    database, now = idle_application.database, utc_now()
    holds.hold_for_quota(database, "vertex@x", now, 60.0)
    holds.pause(database, "vertex@x", "op", "a look", now)

    holds.resume(database, "vertex@x", "op", now + timedelta(seconds=61))

    assert store.holds(database) == []


def test_rests_double_up_to_their_limit(idle_application: Application) -> None:
    database, now = idle_application.database, utc_now()
    rests_s = []
    for _ in range(6):
        holds.trip(database, "comfy@x", "lost", now, first_s=60.0, most_s=900.0)
        [hold] = store.holds(database)
        rests_s.append(_rest_s(hold))
        now += timedelta(seconds=rests_s[-1] + 1)

    assert rests_s == [60, 120, 240, 480, 900, 900]


def test_a_hold_of_before_a_restart_still_holds(tmp_path: Path, sandbox: SandboxProcess) -> None:
    settings = Settings(data_dir=tmp_path / "data", comfy_urls=())
    application = Application.build(settings, patience=QUICK)
    name = f"comfy@{sandbox.comfy_url.removeprefix('http://')}"
    holds.pause(application.database, name, "op", "over night", utc_now())
    application.close()

    application = Application.build(settings, patience=QUICK)
    try:
        application.begin_work()
        attach(application, sandbox)
        run = ask(application, "server_check", seed=71)
        time.sleep(0.5)
        status = _status(application, run)
    finally:
        application.close()

    assert status is RunStatus.QUEUED


def _until(ask_again: Callable[[], T]) -> T:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        answer = ask_again()
        if answer:
            return answer
        time.sleep(0.01)
    raise TimeoutError("it never came about")


def _status(application: Application, run: Run) -> RunStatus:
    return store.get_run(application.database, run.run_id).status


def _comfy(application: Application) -> str:
    return next(b.name for b in application.worker.backends() if b.kind == "comfy")


def _lanes(application: Application, name: str) -> int:
    return next(b.n_lanes for b in application.worker.backends() if b.name == name)


def _other(found: list[BackendHold], first: BackendHold) -> BackendHold | None:
    return next((hold for hold in found if hold.since != first.since), None)


def _rest_s(hold: BackendHold | None) -> float:
    assert hold is not None
    assert hold.until is not None
    return (hold.until - hold.since).total_seconds()
