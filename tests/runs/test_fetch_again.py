"""A paid clip that was made and never arrived is fetched again: no second call, no second bill."""

import dataclasses
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.runs.asking import ask, ended
from tests.sandbox_servers import play_faults, submits
from tests.store.records import (
    NOON,
    make_attempt,
    make_condition,
    make_reservation,
    make_run,
    minutes,
)
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.condition import BackendKind
from videogen.domain.run import AttemptState, FailureClass, Origin, Run, RunStatus
from videogen.errors import InvalidInputError
from videogen.runs.context import utc_now
from videogen.runs.uncertain import Resolution, resolve
from videogen.store import Database

OPERATION = "projects/p/locations/l/publishers/google/models/m/operations/42"


def _fetch(database: Database) -> Run:
    return resolve(
        database, "r1", Resolution.FETCH, who="mali", why="the line is back", now=minutes(5)
    )


def _undelivered(database: Database, **changes: object) -> Run:
    """Made, billed with $3.20, and never arrived."""
    cloud = make_condition("veo-3.1", backend=BackendKind.VERTEX)
    run = make_run(
        "r1",
        condition_id=cloud.condition_id,
        status=RunStatus.FAILED,
        failure_class=FailureClass.DOWNLOAD_FAILED,
        ended_at=NOON,
        cost_usd=Decimal("3.20"),
        origin=Origin.LIVE,
    )
    known: dict[str, object] = {
        "state": AttemptState.FAILED,
        "external_id": OPERATION,
        "submitted_at": NOON,
        "phases": {"submitting": 1.0, "executing": 40.0},
        "cost_usd": Decimal("3.20"),
    }
    store.save(database, cloud, run, make_attempt("a1", "r1", **known | changes))
    store.reserve(database, make_reservation("a1", "3.20"), Decimal(50))
    store.settle(database, "a1", Decimal("3.20"))
    return run


def test_a_paid_clip_that_never_arrived_is_fetched_under_the_id_that_is_known(
    database: Database,
) -> None:
    _undelivered(database)

    run = _fetch(database)

    ((found, attempt),) = store.unfinished_attempts(database)
    assert (found, run.status, run.failure_class) == (run, RunStatus.RUNNING, None)
    assert (attempt.attempt_id, attempt.external_id) == ("a1", OPERATION)
    assert attempt.state is AttemptState.SUBMITTED
    spend = store.month_spend(database, "2026-11")
    assert (spend.spent_usd, spend.held_usd) == (Decimal("3.20"), Decimal(0))  # billed once


def test_a_clip_that_was_asked_for_again_is_not_fetched_beside_it(database: Database) -> None:
    _undelivered(database)
    store.save(database, make_run("r2", requeued_from="r1"))

    with pytest.raises(InvalidInputError):
        _fetch(database)


def test_what_the_own_machine_made_is_run_again_not_fetched(database: Database) -> None:
    _undelivered(database)
    store.save(database, make_condition("own"))
    own = make_condition("own").condition_id
    attempt = make_attempt("a1", "r1", external_id=OPERATION, condition_id=own)
    store.save(database, attempt)

    with pytest.raises(InvalidInputError):
        _fetch(database)


def test_the_worker_fetches_again_what_was_paid_without_another_call_or_bill(
    application: Application, sandbox: SandboxProcess
) -> None:
    database = application.database
    play_faults(sandbox, [{"kind": "file_status", "status": 404, "times": 1}])
    failed = ended(application, ask(application, "gemini-omni"))
    n_calls = len(submits(sandbox))
    [attempt] = store.attempts_of_run(database, failed.run_id)
    long_ago = utc_now() - timedelta(days=1)
    store.save(database, dataclasses.replace(attempt, submitted_at=long_ago))

    resolve(
        database,
        failed.run_id,
        Resolution.FETCH,
        who="mali",
        why="the line is back",
        now=utc_now(),
    )

    final = ended(application, failed)
    assert failed.failure_class is FailureClass.DOWNLOAD_FAILED
    assert (final.status, final.failure_class) == (RunStatus.SUCCEEDED, None)
    assert final.cost_usd == failed.cost_usd is not None
    assert final.wall_time_s is not None
    assert final.wall_time_s < timedelta(hours=1).total_seconds()  # the wait between is no work
    assert store.clip_of_run(database, final.run_id) is not None
    assert len(submits(sandbox)) == n_calls
    assert [one.attempt_id for one in store.attempts_of_run(database, final.run_id)] == [
        attempt.attempt_id
    ]
