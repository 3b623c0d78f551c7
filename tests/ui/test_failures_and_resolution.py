"""Failed runs are run again from the page, and a person closes what stayed uncertain."""

import dataclasses
import uuid
from decimal import Decimal
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.ui.pages import checked, read, visit, words
from tests.ui.stocked import NOW, ended_campaign
from videogen import store
from videogen.bootstrap import Application
from videogen.domain.money import Reservation, ReservationState
from videogen.domain.run import Attempt, AttemptState, FailureClass, Origin, Run, RunStatus
from videogen.texts import t


def test_failed_runs_stand_above_the_list_with_what_to_do(application: Application) -> None:
    ended_campaign(application, n_prompts=8, n_failed=2)

    shown = words(visit("5_runs.py", lang="th"))

    assert t("failures.open", "th", n=4) in shown
    assert t("failure.out_of_vram", "th") in shown


def test_running_a_class_again_queues_new_runs_and_empties_the_list(
    application: Application,
) -> None:
    ended_campaign(application, n_prompts=8, n_failed=2)
    page = visit("5_runs.py")

    checked(page.button(key="requeue_out_of_vram").click().run())

    assert t("failures.done", "en", n=4) in words(page)
    assert t("failures.open", "en", n=4) not in words(page)
    queued = store.find_runs(application.database, status=RunStatus.QUEUED)
    assert len(queued) == 4
    assert all(run.requeued_from for run in queued)


def test_the_button_says_what_the_new_runs_cost_at_most(application: Application) -> None:
    paid_failures(application, n_runs=3)

    bar = popover_labels(visit("5_runs.py"))

    assert bar == ["Run 3 again · up to $2.40"]
    assert not store.find_runs(application.database, status=RunStatus.QUEUED)


def test_runs_of_the_sandbox_are_run_again_for_nothing_and_one_is_not_numbered(
    application: Application,
) -> None:
    ended_campaign(application, n_prompts=8, n_failed=1)
    wan = next(one for one in application.conditions if one.name == "wan-1.3b")

    page = visit("5_runs.py", condition=wan.condition_id)

    assert popover_labels(page) == ["Run it again · simulated, free"]
    assert t("failures.open_one", "en") in words(page)


def test_the_bar_follows_the_filters_and_so_do_the_new_runs(application: Application) -> None:
    ended_campaign(application, n_prompts=8, n_failed=2)
    wan = next(one for one in application.conditions if one.name == "wan-1.3b")
    page = visit("5_runs.py", condition=wan.condition_id)

    checked(page.button(key="requeue_out_of_vram").click().run())

    queued = store.find_runs(application.database, status=RunStatus.QUEUED)
    assert {run.condition_id for run in queued} == {wan.condition_id}
    assert len(queued) == 2
    assert t("failures.open", "en", n=2) in words(visit("5_runs.py"))
    assert not popover_labels(visit("5_runs.py", failure="lost"))


def test_cancelled_runs_are_asked_for_anew_on_their_campaign(application: Application) -> None:
    campaign = ended_campaign(application, n_prompts=8)
    made = store.campaign_runs(application.database, campaign.campaign_id)[:3]
    cancelled = [
        dataclasses.replace(run, run_id=f"r{n}", status=RunStatus.CANCELLED, clip_id=None)
        for n, run in enumerate(made)
    ]
    store.save(application.database, *cancelled)
    page = visit("4_campaigns.py", campaign=campaign.campaign_id)

    checked(page.button(key="requeue_cancelled").click().run())

    queued = store.find_runs(application.database, status=RunStatus.QUEUED)
    assert {run.requeued_from for run in queued} == {run.run_id for run in cancelled}


def popover_labels(page: AppTest) -> list[str]:
    """Of the page itself: the header asks for a name in one."""
    return [read(one.proto.popover.label) for one in page.get("popover")][1:]


def paid_failures(application: Application, *, n_runs: int) -> None:
    """Live runs of Veo that the content filter kept back."""
    made = uncertain_run(application)
    runs = [
        dataclasses.replace(
            made,
            run_id=f"r{n}",
            status=RunStatus.FAILED,
            failure_class=FailureClass.FILTERED,
            origin=Origin.LIVE,
        )
        for n in range(n_runs)
    ]
    store.save(application.database, *runs)


def test_an_uncertain_run_asks_what_became_of_it_and_offers_no_second_call(
    application: Application,
) -> None:
    run = uncertain_run(application)

    page = visit("5_runs.py", run=run.run_id)

    assert t("resolve.title", "en") in words(page)
    assert "$0.80" in words(page)
    assert t("run.requeue", "en") not in [button.label for button in page.button]


def test_saying_that_it_was_billed_settles_the_money(application: Application) -> None:
    run = uncertain_run(application)
    page = visit("5_runs.py", run=run.run_id)

    page.radio(key="resolve_how").set_value(t("resolve.billed", "en")).run()
    assert page.number_input(key="resolve_billed").value == 0.8  # what was held
    page.text_input(key="resolve_why").set_value("billing console")
    checked(page.button(key="resolve_go").click().run())

    closed = store.get_run(application.database, run.run_id)
    assert (closed.status, closed.cost_usd) == (RunStatus.FAILED, Decimal("0.8"))
    spend = store.month_spend(application.database, "2026-11")
    assert (spend.spent_usd, spend.held_usd) == (Decimal("0.8"), Decimal(0))
    assert "billed $0.80 (billing console)" in words(page)
    assert t("error.uncertain.hint", "en") not in words(page)
    assert f"{t('fact.how', 'en')}: {t('resolve.billed', 'en')}" in words(page)


def test_an_answer_without_a_source_is_refused_and_named(application: Application) -> None:
    run = uncertain_run(application)
    page = visit("5_runs.py", run=run.run_id)

    page.radio(key="resolve_how").set_value(t("resolve.not_made", "en")).run()
    checked(page.button(key="resolve_go").click().run())

    assert t("field.why", "en") in words(page)
    assert store.get_run(application.database, run.run_id).status is RunStatus.UNCERTAIN


def uncertain_run(application: Application) -> Run:
    """A paid call of Veo whose answer was never seen; its money is held."""
    campaign = ended_campaign(application, n_prompts=1)
    veo = next(one for one in application.conditions if one.name == "veo-3.1-fast")
    made = store.campaign_runs(application.database, campaign.campaign_id)[0]
    run = dataclasses.replace(
        made,
        run_id=str(uuid.uuid4()),
        condition_id=veo.condition_id,
        status=RunStatus.UNCERTAIN,
        failure_class=FailureClass.UNCERTAIN,
        cost_usd=None,
        clip_id=None,
    )
    attempt = Attempt(
        attempt_id=str(uuid.uuid4()),
        run_id=run.run_id,
        ordinal=1,
        state=AttemptState.UNCERTAIN,
        backend="vertex@aiplatform.googleapis.com",
        intended_at=NOW,
        submitted_at=NOW,
    )
    held = Reservation(
        reservation_id=str(uuid.uuid4()),
        attempt_id=attempt.attempt_id,
        month="2026-11",
        amount_usd=Decimal("0.80"),
        state=ReservationState.HELD,
        reserved_at=NOW,
    )
    store.save(application.database, run, attempt, held)
    return run


def test_a_paid_clip_that_was_not_fetched_is_fetched_again_before_anything_is_run_again(
    application: Application,
) -> None:
    run = undelivered_run(application)
    page = visit("5_runs.py", run=run.run_id)
    labels = [button.label for button in page.button]

    checked(page.button(key="fetch_again").click().run())

    assert labels.index(t("run.fetch_again", "en")) < labels.index(t("run.requeue", "en"))
    reopened = store.get_run(application.database, run.run_id)
    assert (reopened.status, reopened.failure_class) == (RunStatus.RUNNING, None)


def undelivered_run(application: Application) -> Run:
    """A paid call of Veo whose clip could not be downloaded."""
    unsure = uncertain_run(application)
    [attempt] = store.attempts_of_run(application.database, unsure.run_id)
    store.settle(application.database, attempt.attempt_id, Decimal("0.80"))
    ended: dict[str, Any] = {
        "failure_class": FailureClass.DOWNLOAD_FAILED,
        "cost_usd": Decimal("0.80"),
    }
    failed = dataclasses.replace(attempt, state=AttemptState.FAILED, external_id="op/1", **ended)
    run = dataclasses.replace(unsure, status=RunStatus.FAILED, **ended)
    store.save(application.database, failed, run)
    return run


def test_a_cancelled_call_whose_bill_is_open_asks_for_the_bill_alone(
    application: Application,
) -> None:
    unsure = uncertain_run(application)
    run = dataclasses.replace(unsure, status=RunStatus.CANCELLED, failure_class=None)
    store.save(application.database, run)

    page = visit("5_runs.py", run=run.run_id)

    assert page.radio(key="resolve_how").options == [
        t("resolve.not_made", "en"),
        t("resolve.billed", "en"),
    ]
