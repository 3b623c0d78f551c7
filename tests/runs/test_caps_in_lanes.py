"""Caps hold through the worker's own lanes, whoever asks and however many calls race."""

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from typing import cast

import pytest

from tests.clips.given_files import picture, written
from tests.runs.asking import ask, ended
from tests.runs.live_looking import CONDITION, ToldLive, carried, context_of, vertex
from tests.sandbox_servers import play_faults, submits
from videogen import store
from videogen.backends import Backend
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.condition import CLOUD, BackendKind
from videogen.domain.money import CapScope
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.runs import caps
from videogen.runs.context import utc_now
from videogen.runs.execute import NotHereError, begin
from videogen.runs.inputs import keep_input
from videogen.runs.queue import requeue


@pytest.fixture
def live(idle_application: Application, sandbox: SandboxProcess) -> Iterator[Application]:
    """With the sandbox's Vertex attached as if it were the real one: $0.40 a call."""
    with vertex(sandbox) as (backend, _):
        idle_application.worker.attach(cast(Backend, ToldLive(backend)))
        yield idle_application
        idle_application.worker.stop()


def set_cap(application: Application, scope: CapScope, subject: str | None, cap_usd: str) -> None:
    caps.set_cap(
        application.database, scope, subject, Decimal(cap_usd),
        usual_cap_usd=context_of(application).monthly_cap_usd,
        who="boss", why="trial", now=utc_now(),
    )  # fmt: skip


def asked_by(application: Application, owner: str) -> Run:
    run = ask(application, CONDITION, origin=Origin.LIVE)
    run = dataclasses.replace(run, owner=owner)
    store.save(application.database, run)
    return run


def test_lanes_that_race_for_two_peoples_and_a_vendors_last_dollar_pass_no_cap(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    database = idle_application.database
    set_cap(idle_application, CapScope.PERSON, None, "0.85")  # two calls each
    set_cap(idle_application, CapScope.PROVIDER, "vertex", "1.55")  # three calls of all
    asked = [asked_by(idle_application, name) for name in ("nok", "lek") * 5]
    n_before = len(submits(sandbox))
    with vertex(sandbox) as (backend, _):
        idle_application.worker.attach(cast(Backend, ToldLive(backend)))
        found = [ended(idle_application, run) for run in asked]
        idle_application.worker.stop()

    made = [run for run in found if run.status is RunStatus.SUCCEEDED]
    money = store.month_money(database, f"{utc_now():%Y-%m}", Decimal(50))
    assert len(made) == len(submits(sandbox)) - n_before == 3
    assert {run.failure_class for run in found if run not in made} == {FailureClass.BUDGET}
    assert money.of_provider("vertex").spent_usd == Decimal("1.20")
    assert money.whole().held_usd == 0
    assert sorted(money.of_person(name).spent_usd for name in ("nok", "lek")) == [
        Decimal("0.40"),
        Decimal("0.80"),
    ]


def test_a_run_that_is_asked_for_again_counts_for_who_asked(live: Application) -> None:
    set_cap(live, CapScope.PERSON, "nok", "0")
    refused = ended(live, asked_by(live, "nok"))

    again = ended(live, requeue(live.database, refused.run_id, "lek", utc_now()))

    money = store.month_money(live.database, f"{utc_now():%Y-%m}", Decimal(50))
    assert (refused.failure_class, refused.cost_usd) == (FailureClass.BUDGET, Decimal(0))
    assert again.status is RunStatus.SUCCEEDED
    assert (money.of_person("nok").used_usd, money.of_person("lek").used_usd) == (
        Decimal(0),
        Decimal("0.40"),
    )


def test_a_routed_run_that_a_vendor_refused_holds_money_for_the_next_vendor_alone(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    database = idle_application.database
    play_faults(sandbox, [{"kind": "rai_filtered", "times": 1}])
    for backend in sandbox.backends():
        if backend.kind in (BackendKind.VERTEX, BackendKind.REPLICATE):
            idle_application.worker.attach(cast(Backend, ToldLive(backend)))
    start = keep_input(
        database,
        idle_application.inputs_folder,
        content=written(idle_application.settings.data_dir, picture(size=(320, 180)), "incoming"),
        name="start.png",
        kind=None,
        who="Nok",
        now=utc_now(),
    )
    given = {"image": start.input_id}
    asked = ask(idle_application, "hybrid", origin=Origin.LIVE, inputs=given)

    run = ended(idle_application, asked)

    idle_application.worker.stop()
    month = f"{utc_now():%Y-%m}"
    refused, made = store.attempts_of_run(database, run.run_id)
    money = store.month_money(database, month, Decimal(50))
    assert run.status is RunStatus.SUCCEEDED, run.failure_detail
    assert refused.cost_usd == 0
    assert made.cost_usd is not None
    assert made.cost_usd > 0
    assert [one.settled_usd for one in store.reservations(database, month)] == [0, made.cost_usd]
    assert money.of_person(run.owner).used_usd == money.whole().used_usd == made.cost_usd
    used = {kind: money.of_provider(kind).used_usd for kind in CLOUD}
    assert sum(used.values()) == made.cost_usd


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (BackendKind.INTERACTIONS, "gemini-omni"),
        (BackendKind.REPLICATE, "replicate-wan-2.2-t2v-fast"),
    ],
)
def test_a_stop_after_the_claim_lets_nothing_leave_for_any_vendor(
    idle_application: Application, sandbox: SandboxProcess, kind: BackendKind, name: str
) -> None:
    database = idle_application.database
    (backend,) = (one for one in sandbox.backends() if one.kind is kind)
    status = dataclasses.replace(backend.status(), origin=Origin.LIVE)
    asked = ask(idle_application, name, origin=Origin.LIVE)
    claimed = store.claim_next_run(database, [asked.condition_id], utc_now())
    assert claimed is not None
    journal = begin(context_of(idle_application), backend, status, claimed)
    caps.stop_paid_calls(database, who="boss", why="odd", now=utc_now())
    n_before = len(submits(sandbox))

    with pytest.raises(NotHereError):
        carried(idle_application, backend, status, journal)

    assert len(submits(sandbox)) == n_before
    assert store.open_reservations(database) == []
