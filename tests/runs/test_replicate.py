"""Runs on Replicate from the queue to their bill: the same rows, rules and endings as any other."""

from decimal import Decimal

import pytest

from tests.runs.asking import ask, ended
from tests.sandbox_servers import play_faults, submits
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.run import AttemptState, FailureClass, RunStatus
from videogen.domain.server import HoldKind
from videogen.errors import InvalidInputError
from videogen.runs.context import utc_now
from videogen.runs.uncertain import Resolution, resolve

CONDITION = "replicate-wan-2.2-t2v-fast"


def test_a_run_ends_in_a_clip_at_its_price_with_the_vendors_own_seconds(
    application: Application,
) -> None:
    run = ended(application, ask(application, CONDITION))

    [attempt] = store.attempts_of_run(application.database, run.run_id)
    assert run.status is RunStatus.SUCCEEDED
    assert run.cost_usd == Decimal("0.05")
    assert set(attempt.phases) >= {"executing"}
    assert attempt.backend.startswith("replicate@")
    assert attempt.external_id is not None
    assert store.clip_of_run(application.database, run.run_id) is not None


def test_a_lost_answer_is_uncertain_until_a_person_finds_its_prediction(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "drop_after_accept", "times": 1}])
    run = ended(application, ask(application, CONDITION, prompt="a lost answer"))
    assert run.status is RunStatus.UNCERTAIN
    [sent] = [one for one in submits(sandbox) if one["prompt"] == "a lost answer"]
    told = {"who": "nok", "why": "seen at Replicate", "now": utc_now()}
    with pytest.raises(InvalidInputError):
        resolve(
            application.database,
            run.run_id,
            Resolution.FETCH,
            external_id="https://replicate.com/p/abc",
            **told,  # type: ignore[arg-type]
        )

    resolve(
        application.database,
        run.run_id,
        Resolution.FETCH,
        external_id=sent["id"],
        **told,  # type: ignore[arg-type]
    )

    found = ended(application, run)
    assert (found.status, found.cost_usd) == (RunStatus.SUCCEEDED, Decimal("0.05"))
    assert len([one for one in submits(sandbox) if one["prompt"] == "a lost answer"]) == 1


def test_a_clip_whose_hour_is_over_fails_with_its_reason_and_its_bill(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "data_removed"}])

    run = ended(application, ask(application, CONDITION))

    assert (run.status, run.failure_class) == (RunStatus.FAILED, FailureClass.DOWNLOAD_FAILED)
    assert "after an hour" in str(run.failure_detail)
    assert run.cost_usd == Decimal("0.05")


def test_an_aborted_prediction_costs_nothing(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "aborted"}])

    run = ended(application, ask(application, CONDITION))

    assert (run.status, run.failure_class) == (RunStatus.FAILED, FailureClass.TIMED_OUT)
    assert run.cost_usd == 0


def test_used_up_credit_fails_the_run_and_keeps_the_next_ones_waiting(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "http_status", "status": 402}])

    run = ended(application, ask(application, CONDITION))

    [hold] = store.holds(application.database)
    [attempt] = store.attempts_of_run(application.database, run.run_id)
    assert (run.status, run.failure_class) == (RunStatus.FAILED, FailureClass.QUOTA)
    assert run.cost_usd == 0
    assert "insufficient credit" in str(run.failure_detail)
    assert (hold.kind, hold.backend) == (HoldKind.QUOTA, attempt.backend)
    assert attempt.state is AttemptState.FAILED
