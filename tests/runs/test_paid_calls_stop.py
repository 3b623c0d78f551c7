"""A stop holds every paid call at once: what waits stays queued, what has left is fetched."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast

import pytest

from tests.runs.asking import ask, ended
from tests.runs.live_looking import (
    CONDITION,
    ToldLive,
    carried,
    claimed_live,
    context_of,
    vertex,
)
from tests.sandbox_servers import submits
from videogen import store
from videogen.backends import Backend
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.cli.generate import check_stop
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.money import CapScope
from videogen.domain.run import Origin, RunStatus
from videogen.errors import InvalidInputError, PaidCallsStoppedError
from videogen.runs import caps
from videogen.runs.context import utc_now
from videogen.runs.execute import NotHereError

WHY = "the bill is odd"


def stop(application: Application) -> None:
    caps.stop_paid_calls(application.database, who="boss", why=WHY, now=utc_now())


def resume(application: Application) -> None:
    caps.resume_paid_calls(application.database, who="boss", why="paid", now=utc_now())
    application.worker.wake()


def test_a_stop_between_claim_and_submit_lets_nothing_leave(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    n_before = len(submits(sandbox))
    with vertex(sandbox) as (backend, status):
        journal = claimed_live(idle_application, status, backend)
        stop(idle_application)

        with pytest.raises(NotHereError):
            carried(idle_application, backend, status, journal)

    journal.put_back()
    run = store.get_run(idle_application.database, journal.run.run_id)
    assert (run.status, run.failure_class) == (RunStatus.QUEUED, None)
    assert len(submits(sandbox)) == n_before
    assert store.open_reservations(idle_application.database) == []


def test_what_has_left_goes_on_local_runs_go_on_and_what_waits_is_taken_after_the_stop(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    (comfy,) = (one for one in sandbox.backends() if one.kind is BackendKind.COMFY)
    idle_application.worker.attach(comfy)
    with vertex(sandbox) as (backend, _):
        idle_application.worker.attach(cast(Backend, ToldLive(backend)))
        until(lambda: idle_application.origin_for(condition(idle_application)) is Origin.LIVE)
        sent = ask(idle_application, CONDITION, prompt="a boat that has left", origin=Origin.LIVE)
        until(lambda: store.reservations(idle_application.database, f"{utc_now():%Y-%m}"))
        stop(idle_application)
        waiting = ask(idle_application, CONDITION, prompt="a boat in harbour", origin=Origin.LIVE)
        local = ask(idle_application, "server_check", seed=7)

        finished = ended(idle_application, sent)
        made_here = ended(idle_application, local)
        still = store.get_run(idle_application.database, waiting.run_id)
        why = idle_application.worker._roster.why_not(condition(idle_application), Origin.LIVE)
        resume(idle_application)
        taken = ended(idle_application, waiting)

        idle_application.worker.stop()
    assert finished.status is RunStatus.SUCCEEDED
    assert finished.cost_usd == Decimal("0.4")
    assert made_here.status is RunStatus.SUCCEEDED
    assert still.status is RunStatus.QUEUED
    assert len(store.attempts_of_run(idle_application.database, waiting.run_id)) == 1
    assert why == "routing.why.stopped"
    assert taken.status is RunStatus.SUCCEEDED
    money = store.month_money(idle_application.database, f"{utc_now():%Y-%m}", Decimal(50))
    assert money.of_person(sent.owner).spent_usd == Decimal("0.8")
    assert money.of_provider("vertex").spent_usd == Decimal("0.8")


def test_who_changes_money_signs_and_every_change_tells_before_and_after(
    idle_application: Application,
) -> None:
    database, now = idle_application.database, utc_now()
    usual = context_of(idle_application).monthly_cap_usd

    def set_cap(cap_usd: str, why: str = "quarter") -> None:
        caps.set_cap(
            database, CapScope.PERSON, " nok ", Decimal(cap_usd),
            usual_cap_usd=usual, who="boss", why=why, now=now,
        )  # fmt: skip

    set_cap("5")
    set_cap("7")
    stop(idle_application)
    with pytest.raises(InvalidInputError) as unsigned:
        set_cap("9", why=" ")

    stopped, changed, first = store.audit_events(database, kinds=["money"], limit=9)
    assert unsigned.value.field == "why"
    assert (stopped.kind, stopped.data["who"], stopped.data["why"]) == (
        "money.stopped",
        "boss",
        WHY,
    )
    assert (first.data["before"], first.data["after"]) == (None, "5.000000")
    assert (changed.data["before"], changed.data["after"]) == ("5.000000", "7.000000")
    assert changed.subject_id == "person:nok"


def test_what_is_set_last_counts_even_when_the_clock_was_put_back(
    idle_application: Application,
) -> None:
    database, now = idle_application.database, utc_now()
    earlier = now - timedelta(days=400)

    def set_cap(cap_usd: str, at: datetime) -> None:
        caps.set_cap(
            database, CapScope.PERSON, "nok", Decimal(cap_usd),
            usual_cap_usd=Decimal(50), who="boss", why="quarter", now=at,
        )  # fmt: skip

    set_cap("9", now)
    set_cap("1", earlier)
    caps.stop_paid_calls(database, who="boss", why=WHY, now=now)
    caps.resume_paid_calls(database, who="boss", why="paid", now=earlier)
    went_on = store.paid_calls_stop(database)
    caps.stop_paid_calls(database, who="boss", why=WHY, now=earlier)

    money = store.month_money(database, f"{now:%Y-%m}", Decimal(50))
    assert money.of_person("Nok").cap_usd == 1
    assert went_on is None
    assert store.paid_calls_stop(database) is not None


@pytest.mark.parametrize(
    ("scope", "subject", "cap_usd", "field"),
    [
        (CapScope.MONTH, "nok", "5", "subject"),
        (CapScope.PROVIDER, "comfy", "5", "provider"),
        (CapScope.PERSON, "nok", "-1", "cap_usd"),
        (CapScope.PERSON, "nok", "NaN", "cap_usd"),
    ],
)
def test_a_cap_that_cannot_be_is_refused_and_nothing_changes(
    idle_application: Application, scope: CapScope, subject: str, cap_usd: str, field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        caps.set_cap(
            idle_application.database, scope, subject, Decimal(cap_usd),
            usual_cap_usd=Decimal(50), who="boss", why="x", now=utc_now(),
        )  # fmt: skip

    assert refused.value.field == field
    assert store.spend_caps(idle_application.database) == []


def test_a_command_that_holds_the_folder_is_told_of_the_stop_instead_of_waiting(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    local = sandbox.backends()
    stop(idle_application)
    with vertex(sandbox) as (backend, _):
        check_stop(idle_application, [backend], Origin.SANDBOX)
        check_stop(idle_application, [*local, backend], Origin.LIVE)  # routed: a local one takes it

        with pytest.raises(PaidCallsStoppedError) as told:
            check_stop(idle_application, [backend], Origin.LIVE)

    assert told.value.facts["why"] == WHY


def test_paid_calls_that_are_not_stopped_cannot_go_on(idle_application: Application) -> None:
    with pytest.raises(InvalidInputError):
        resume(idle_application)


def condition(application: Application) -> Condition:
    found = application.condition(CONDITION)
    assert found is not None
    return found


def until(holds: Callable[[], object]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError("it never came to be")
