"""What is held, spent and freed on every way a paid run can end."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.runs.asking import ask, ended
from tests.runs.conftest import attach
from tests.runs.live_looking import carried, claimed_live, context_of, vertex
from tests.sandbox_servers import play_faults, submits
from tests.store.records import make_campaign
from videogen import store
from videogen.backends import connect_google
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.run import FailureClass, RunStatus
from videogen.domain.server import HoldKind
from videogen.runs.context import utc_now
from videogen.runs.execute import begin
from videogen.runs.journal import Journal
from videogen.runs.uncertain import Resolution, resolve
from videogen.texts import failure_advice


def _month(application: Application) -> tuple[Decimal, Decimal]:
    spend = store.month_spend(application.database, utc_now().strftime("%Y-%m"))
    return spend.spent_usd, spend.held_usd


def test_a_good_run_spends_what_was_held_for_it(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    with vertex(sandbox) as (backend, status):
        run = carried(
            idle_application, backend, status, claimed_live(idle_application, status, backend)
        )

    assert run.status is RunStatus.SUCCEEDED
    assert _month(idle_application) == (Decimal("0.4"), Decimal(0))


@pytest.mark.parametrize(
    ("fault", "failure_class"),
    [
        ({"kind": "http_status", "status": 403}, FailureClass.SIGN_IN),
        ({"kind": "http_status", "status": 400}, FailureClass.INVALID_INPUT),
        ({"kind": "rai_filtered"}, FailureClass.FILTERED),
    ],
)
def test_a_start_that_was_refused_or_filtered_frees_the_money(
    idle_application: Application,
    sandbox: SandboxProcess,
    fault: dict[str, object],
    failure_class: FailureClass,
) -> None:
    play_faults(sandbox, [{**fault, "times": 1}])
    with vertex(sandbox) as (backend, status):
        run = carried(
            idle_application, backend, status, claimed_live(idle_application, status, backend)
        )

    assert (run.status, run.failure_class) == (RunStatus.FAILED, failure_class)
    assert run.cost_usd == 0
    assert _month(idle_application) == (Decimal(0), Decimal(0))


def test_a_refused_quota_frees_the_money_while_the_run_waits(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "http_status", "status": 429, "times": 1}])
    with vertex(sandbox) as (backend, status):
        run = carried(
            idle_application, backend, status, claimed_live(idle_application, status, backend)
        )

    [hold] = store.holds(idle_application.database)
    assert (run.status, run.cost_usd) == (RunStatus.QUEUED, Decimal(0))
    assert _month(idle_application) == (Decimal(0), Decimal(0))
    assert (hold.kind, hold.backend) == (HoldKind.QUOTA, backend.name)


def test_an_uncertain_call_keeps_its_money(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "drop_after_accept", "times": 1}])
    with vertex(sandbox) as (backend, status):
        run = carried(
            idle_application, backend, status, claimed_live(idle_application, status, backend)
        )

    assert run.status is RunStatus.UNCERTAIN
    assert run.cost_usd is None
    assert _month(idle_application) == (Decimal(0), Decimal("0.4"))


def test_the_cap_is_checked_before_anything_is_sent(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    context = dataclasses.replace(context_of(idle_application), monthly_cap_usd=Decimal("0.30"))
    idle_application.worker._context = context
    n_before = len(submits(sandbox))
    with vertex(sandbox) as (backend, status):
        run = carried(
            idle_application, backend, status, claimed_live(idle_application, status, backend)
        )

    assert (run.status, run.failure_class) == (RunStatus.FAILED, FailureClass.BUDGET)
    assert run.cost_usd == 0
    assert len(submits(sandbox)) == n_before


def test_a_campaigns_cap_is_checked_before_anything_is_sent(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    database = idle_application.database
    store.save(database, make_campaign("c1", cap_usd=Decimal("0.50")))
    n_before = len(submits(sandbox))
    ended_runs = []
    with vertex(sandbox) as (backend, status):
        for _ in range(2):
            journal = claimed_live(idle_application, status, backend)
            journal.run = dataclasses.replace(journal.run, campaign_id="c1")
            store.save(database, journal.run)
            ended_runs.append(carried(idle_application, backend, status, journal))

    first, second = ended_runs
    assert first.status is RunStatus.SUCCEEDED
    assert (second.status, second.failure_class) == (RunStatus.FAILED, FailureClass.BUDGET)
    advice = failure_advice("budget", "en", second.failure_detail)
    assert "0.40 USD" in advice.happened  # asked
    assert "0.10 USD is left of the cap of 0.50 USD of its campaign" in advice.happened
    assert len(submits(sandbox)) == n_before + 1
    assert store.campaign_spend(database, "c1").spent_usd == Decimal("0.4")


def test_a_call_fetched_under_a_wrong_id_keeps_its_money_until_somebody_settles_it(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    database = idle_application.database
    play_faults(sandbox, [{"kind": "drop_after_accept", "times": 1}])
    with vertex(sandbox) as (backend, status):
        journal = claimed_live(idle_application, status, backend)
        unsure = carried(idle_application, backend, status, journal)
        said: dict[str, Any] = {"who": "mali", "why": "the console", "now": utc_now()}
        wrong_id = f"{submits(sandbox)[-1]['id']}-mistyped"
        resolve(database, unsure.run_id, Resolution.FETCH, external_id=wrong_id, **said)
        ((found, attempt),) = store.unfinished_attempts(database)
        resumed = Journal(context_of(idle_application), journal.condition, found, attempt)
        lost = carried(idle_application, backend, status, resumed)
    held_then = _month(idle_application)

    settled = resolve(database, lost.run_id, Resolution.BILLED, billed_usd=Decimal("0.40"), **said)

    assert (lost.status, lost.cost_usd) == (RunStatus.LOST, None)
    assert held_then == (Decimal(0), Decimal("0.4"))
    assert (settled.status, settled.cost_usd) == (RunStatus.LOST, Decimal("0.40"))
    assert _month(idle_application) == (Decimal("0.4"), Decimal(0))


def test_a_poll_that_is_refused_does_not_throw_a_paid_job_away(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "poll_status", "status": 401, "times": 3}])
    with vertex(sandbox) as (backend, status):
        run = carried(
            idle_application, backend, status, claimed_live(idle_application, status, backend)
        )

    assert (run.status, run.failure_detail) == (RunStatus.SUCCEEDED, None)


def test_a_cancel_before_the_call_sends_and_costs_nothing(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    n_before = len(submits(sandbox))
    with vertex(sandbox) as (backend, status):
        journal = claimed_live(idle_application, status, backend)
        store.request_cancel(idle_application.database, journal.run.run_id)
        run = carried(idle_application, backend, status, journal)

    assert run.status is RunStatus.CANCELLED
    assert run.cost_usd == 0
    assert len(submits(sandbox)) == n_before
    assert _month(idle_application) == (Decimal(0), Decimal(0))


@pytest.mark.parametrize("repetition", range(5))
def test_an_intent_that_was_never_sent_is_sent_once_however_many_lanes_there_are(
    idle_application: Application, sandbox: SandboxProcess, repetition: int
) -> None:
    """Two lanes of the paid back end meet the same unfinished attempt at start-up."""
    run = ask(
        idle_application,
        "veo-3.1-lite",
        prompt=f"a kite {repetition}",
        seed=repetition,
        is_short=True,
    )
    backend = connect_google(base_url=sandbox.google_url, project="sandbox", location="local")
    assert backend is not None
    claimed = store.claim_next_run(idle_application.database, [run.condition_id], utc_now())
    assert claimed is not None
    begin(context_of(idle_application), backend, backend.status(), claimed)
    backend.close()

    attach(idle_application, sandbox)

    assert ended(idle_application, run).status is RunStatus.SUCCEEDED
    prompts = [s["prompt"] for s in submits(sandbox) if s["prompt"] == f"a kite {repetition}"]
    assert len(prompts) == 1


def test_an_uncertain_call_of_a_months_last_minute_counts_there_at_the_price_of_that_day(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    """Fetched in December, when the list price has doubled: November pays what November cost."""
    database, context = idle_application.database, context_of(idle_application)
    last_minute = datetime(2030, 11, 30, 23, 59, tzinfo=UTC)
    dearer = [
        dataclasses.replace(
            one, price_id=f"{one.price_id}-dearer", amount_usd=2 * one.amount_usd,
            as_of=date(2030, 12, 1),
        )
        for one in context.prices
    ]  # fmt: skip
    told = dataclasses.replace(context, prices=[*context.prices, *dearer], now=lambda: last_minute)
    idle_application.worker._context = told
    play_faults(sandbox, [{"kind": "drop_after_accept", "times": 1}])
    with vertex(sandbox) as (backend, status):
        journal = claimed_live(idle_application, status, backend)
        unsure = carried(idle_application, backend, status, journal)
        later = dataclasses.replace(told, now=lambda: last_minute + timedelta(minutes=2))
        idle_application.worker._context = later
        said: dict[str, Any] = {"who": "mali", "why": "the console", "now": later.now()}
        made_as = submits(sandbox)[-1]["id"]
        resolve(database, unsure.run_id, Resolution.FETCH, external_id=made_as, **said)
        ((found, attempt),) = store.unfinished_attempts(database)
        run = carried(
            idle_application, backend, status, Journal(later, journal.condition, found, attempt)
        )

    november, december = (store.month_spend(database, month) for month in ("2030-11", "2030-12"))
    assert (run.status, run.cost_usd) == (RunStatus.SUCCEEDED, Decimal("0.4"))
    assert (november.spent_usd, november.held_usd) == (Decimal("0.4"), Decimal(0))
    assert (december.spent_usd, december.open_earlier_usd) == (Decimal(0), Decimal(0))
