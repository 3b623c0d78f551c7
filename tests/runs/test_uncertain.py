"""What a person says about a call whose bill nobody knew: money, rows and log agree with it."""

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
from videogen.texts import error_hint, error_message

OPERATION = "projects/p/locations/l/publishers/google/models/m/operations/42"


def _uncertain(database: Database, **changes: object) -> Run:
    run = make_run(
        "r1",
        status=RunStatus.UNCERTAIN,
        failure_class=FailureClass.UNCERTAIN,
        ended_at=NOON,
        origin=Origin.LIVE,
        **changes,
    )
    attempt = make_attempt(
        "a1",
        "r1",
        state=AttemptState.UNCERTAIN,
        submitted_at=NOON,
        ended_at=NOON,
        failure_class=FailureClass.UNCERTAIN,
    )
    store.save(database, run, attempt)
    store.reserve(database, make_reservation("a1", "3.20"), Decimal(50))
    return run


def _spent_and_held(database: Database) -> list[Decimal]:
    spend = store.month_spend(database, "2026-11")
    return [spend.spent_usd, spend.held_usd]


def _resolve(database: Database, how: Resolution, **said: object) -> Run:
    words = {"who": "mali", "why": "looked it up in the console", "now": minutes(5), **said}
    return resolve(database, "r1", how, **words)  # type: ignore[arg-type]


def test_a_call_that_was_never_made_costs_nothing_and_frees_its_money(
    database: Database,
) -> None:
    _uncertain(database)

    run = _resolve(database, Resolution.NOT_MADE)

    assert run == store.get_run(database, "r1")
    assert (run.status, run.failure_class) == (RunStatus.FAILED, FailureClass.UNCERTAIN)
    assert run.cost_usd == 0
    assert store.attempts_of_run(database, "r1")[0].state is AttemptState.FAILED
    assert _spent_and_held(database) == [0, 0]


def test_a_billed_call_spends_what_the_bill_says_even_above_the_hold(
    database: Database,
) -> None:
    _uncertain(database)

    run = _resolve(database, Resolution.BILLED, billed_usd=Decimal("7.50"))

    assert (run.status, run.cost_usd) == (RunStatus.FAILED, Decimal("7.50"))
    assert _spent_and_held(database) == [Decimal("7.50"), 0]


def test_a_bill_of_nothing_settles_the_hold_with_nothing(database: Database) -> None:
    _uncertain(database)

    run = _resolve(database, Resolution.BILLED, billed_usd=Decimal(0))

    assert run.cost_usd == 0
    assert _spent_and_held(database) == [0, 0]


def test_the_runs_cost_holds_its_earlier_attempts_too(database: Database) -> None:
    _uncertain(database)
    earlier = make_attempt(
        "a0", "r1", ordinal=0, state=AttemptState.FAILED, cost_usd=Decimal("0.40")
    )
    store.save(database, earlier)

    assert _resolve(database, Resolution.BILLED, billed_usd=Decimal("3.20")).cost_usd == Decimal(
        "3.60"
    )


def test_an_earlier_attempt_of_unknown_cost_leaves_the_runs_cost_unknown(
    database: Database,
) -> None:
    _uncertain(database)
    store.save(database, make_attempt("a0", "r1", ordinal=0, state=AttemptState.LOST))

    assert _resolve(database, Resolution.NOT_MADE).cost_usd is None


def test_a_call_that_can_be_fetched_runs_again_where_a_worker_finds_it(
    database: Database,
) -> None:
    _uncertain(database, cancel_requested=True)

    run = _resolve(database, Resolution.FETCH, external_id=f" {OPERATION} ")

    ((found, attempt),) = store.unfinished_attempts(database)
    assert found == run
    assert (run.status, run.failure_class, run.ended_at) == (RunStatus.RUNNING, None, None)
    assert not run.cancel_requested  # whoever fetches wants the clip
    assert (attempt.state, attempt.external_id) == (AttemptState.SUBMITTED, OPERATION)
    assert _spent_and_held(database) == [0, Decimal("3.20")]  # still open


@pytest.mark.parametrize("how", [Resolution.NOT_MADE, Resolution.BILLED, Resolution.FETCH])
def test_the_log_names_who_decided_and_why(database: Database, how: Resolution) -> None:
    _uncertain(database)

    _resolve(database, how, billed_usd=Decimal("3.20"), external_id=OPERATION)

    resolved = [e for e in store.events_of(database, "r1") if e.kind == "run.resolved"]
    assert [event.at for event in resolved] == [minutes(5)]
    assert resolved[0].data["who"] == "mali"
    assert resolved[0].data["why"] == "looked it up in the console"
    assert resolved[0].data["how"] == how.value


@pytest.mark.parametrize(
    ("how", "said", "field"),
    [
        (Resolution.BILLED, {}, "billed_usd"),
        (Resolution.BILLED, {"billed_usd": Decimal(-1)}, "billed_usd"),
        (Resolution.BILLED, {"billed_usd": Decimal("NaN")}, "billed_usd"),
        (Resolution.BILLED, {"billed_usd": Decimal("Infinity")}, "billed_usd"),
        (Resolution.BILLED, {"billed_usd": Decimal("1E30")}, "billed_usd"),
        (Resolution.BILLED, {"billed_usd": Decimal("1E13")}, "billed_usd"),
        (Resolution.FETCH, {}, "external_id"),
        (Resolution.FETCH, {"external_id": "  "}, "external_id"),
        (Resolution.FETCH, {"external_id": "two words"}, "external_id"),
        (Resolution.FETCH, {"external_id": "x" * 501}, "external_id"),
        (Resolution.FETCH, {"external_id": "taken"}, "external_id"),
        (Resolution.NOT_MADE, {"why": " "}, "why"),
        (Resolution.NOT_MADE, {"who": ""}, "who"),
    ],
)
def test_bad_input_names_its_field_and_changes_nothing(
    database: Database, how: Resolution, said: dict[str, object], field: str
) -> None:
    _uncertain(database)
    store.save(database, make_attempt("b1", "r2", external_id="taken"))

    with pytest.raises(InvalidInputError) as refused:
        _resolve(database, how, **said)

    assert refused.value.field == field
    for language in ("en", "th"):
        assert error_message(refused.value, language)
        assert error_hint(refused.value, language)
    assert store.get_run(database, "r1").status is RunStatus.UNCERTAIN
    assert _spent_and_held(database) == [0, Decimal("3.20")]


@pytest.mark.parametrize("how", list(Resolution))
def test_resolving_twice_is_refused(database: Database, how: Resolution) -> None:
    _uncertain(database)
    _resolve(database, how, billed_usd=Decimal(1), external_id=OPERATION)

    with pytest.raises(InvalidInputError) as refused:
        _resolve(database, Resolution.BILLED, billed_usd=Decimal(2))

    assert refused.value.problem == "run_not_uncertain"


@pytest.mark.parametrize("status", [RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.SUCCEEDED])
def test_a_run_whose_bill_is_known_has_nothing_to_resolve(
    database: Database, status: RunStatus
) -> None:
    store.save(database, make_run("r1", status=status), make_attempt("a1", "r1"))

    with pytest.raises(InvalidInputError) as refused:
        _resolve(database, Resolution.NOT_MADE)

    assert refused.value.field == "run_id"
    assert refused.value.facts["status"] == status.value


def test_a_lost_paid_call_can_be_settled_and_stays_lost(database: Database) -> None:
    store.save(
        database,
        make_run("r1", status=RunStatus.LOST, ended_at=NOON, failure_class=FailureClass.LOST),
        make_attempt("a1", "r1", state=AttemptState.LOST, submitted_at=NOON),
    )
    store.reserve(database, make_reservation("a1", "3.20"), Decimal(50))

    run = _resolve(database, Resolution.BILLED, billed_usd=Decimal("3.20"))

    assert (run.status, run.failure_class) == (RunStatus.LOST, FailureClass.LOST)
    assert run.cost_usd == Decimal("3.20")
    assert _spent_and_held(database) == [Decimal("3.20"), 0]


def _lost(database: Database, **changes: object) -> None:
    """The id that was given led nowhere, and the money is still held."""
    cloud = make_condition("veo-3.1", backend=BackendKind.VERTEX)
    store.save(
        database,
        cloud,
        make_run(
            "r1",
            condition_id=cloud.condition_id,
            status=RunStatus.LOST,
            failure_class=FailureClass.LOST,
        ),
        make_attempt(
            "a1", "r1", state=AttemptState.LOST, submitted_at=NOON, external_id=f"{OPERATION}-slip"
        ),
        *((make_attempt("a2", "r1", ordinal=2, **changes),) if changes else ()),
    )
    store.reserve(database, make_reservation("a1", "3.20"), Decimal(50))


def test_a_mistyped_id_is_corrected_while_the_money_is_held(database: Database) -> None:
    _lost(database)

    run = _resolve(database, Resolution.FETCH, external_id=OPERATION)

    ((_, attempt),) = store.unfinished_attempts(database)
    assert (run.status, run.failure_class) == (RunStatus.RUNNING, None)
    assert (attempt.attempt_id, attempt.external_id) == ("a1", OPERATION)
    assert _spent_and_held(database) == [0, Decimal("3.20")]


def test_a_lost_call_that_another_attempt_followed_can_be_settled_and_not_fetched(
    database: Database,
) -> None:
    _lost(database, state=AttemptState.LOST, cost_usd=Decimal(0))

    with pytest.raises(InvalidInputError) as refused:
        _resolve(database, Resolution.FETCH, external_id=OPERATION)
    settled = _resolve(database, Resolution.BILLED, billed_usd=Decimal("3.20"))

    assert refused.value.problem == "run_not_uncertain"
    assert settled.status is RunStatus.LOST


@pytest.mark.parametrize("slip", [OPERATION[:-2], OPERATION[:-13], "42"])
def test_an_id_that_names_no_operation_is_refused_before_it_is_asked_for(
    database: Database, slip: str
) -> None:
    _lost(database)

    with pytest.raises(InvalidInputError) as refused:
        _resolve(database, Resolution.FETCH, external_id=slip)

    assert (refused.value.field, refused.value.problem) == ("external_id", "external_id_unusable")
    assert store.get_run(database, "r1").status is RunStatus.LOST


def test_a_bill_is_kept_to_the_micro_dollar_in_every_place(database: Database) -> None:
    _uncertain(database)

    run = _resolve(database, Resolution.BILLED, billed_usd=Decimal("1.2345674"))

    [attempt] = store.attempts_of_run(database, "r1")
    [resolved] = [e for e in store.events_of(database, "r1") if e.kind == "run.resolved"]
    exact = Decimal("1.234567")
    assert store.get_run(database, "r1") == run
    assert (run.cost_usd, attempt.cost_usd) == (exact, exact)
    assert Decimal(resolved.data["billed_usd"]) == exact
    assert _spent_and_held(database) == [exact, 0]


def test_the_worker_fetches_the_clip_of_a_call_that_a_person_found(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "drop_after_accept", "times": 1}])
    run = ended(application, ask(application, "veo-3.1-lite"))
    taken = submits(sandbox)

    resolve(
        application.database,
        run.run_id,
        Resolution.FETCH,
        external_id=taken[-1]["id"],
        who="mali",
        why="the console lists it",
        now=utc_now(),
    )

    final = ended(application, run)
    assert run.status is RunStatus.UNCERTAIN
    assert (final.status, final.failure_class) == (RunStatus.SUCCEEDED, None)
    assert store.clip_of_run(application.database, run.run_id) is not None
    assert submits(sandbox)[-1]["entry"] == taken[-1]["entry"]  # nothing was sent again
