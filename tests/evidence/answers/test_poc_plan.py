"""The proof of concept's plan is ticked by what real servers made, and by people."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.evidence.records import NOON, VEO, WAN, run
from videogen import store
from videogen.domain.event import FrozenDecision
from videogen.domain.run import FailureClass, Origin, RunStatus
from videogen.errors import InvalidInputError
from videogen.evidence.answers.poc_plan import (
    PocPlan,
    PocState,
    load_poc_plan,
    note_nodes_seen,
    poc_state,
    set_first_day,
    tick_task,
)
from videogen.store import Database
from videogen.texts import LANGUAGES, keys

PLAN = Path(__file__).resolve().parents[3] / "data" / "poc_plan.toml"


@pytest.fixture
def plan() -> PocPlan:
    return load_poc_plan(PLAN)


@pytest.fixture
def database(database: Database) -> Database:
    store.save(database, WAN, VEO)
    return database


def state(database: Database, plan: PocPlan, *, disk_free_bytes: int | None = None) -> PocState:
    return poc_state(database, plan, disk_free_bytes=disk_free_bytes)


def made(database: Database, n_runs: int, **changes: Any) -> None:
    store.save(database, *(run(f"r{i}", ended_at=NOON, **changes) for i in range(n_runs)))


def done(found: PocState) -> set[str]:
    return {key for key, task in found.states.items() if task.is_done}


def test_an_empty_installation_has_nothing_done(database: Database, plan: PocPlan) -> None:
    found = state(database, plan)

    assert found.n_done == 0
    assert found.next_task is not None
    assert found.next_task.task.key == "gpu_time"


def test_one_clip_from_a_real_server_shows_nodes_and_model_installed(
    database: Database, plan: PocPlan
) -> None:
    made(database, 1)

    found = state(database, plan)

    assert done(found) == {"wrapper", "model"}
    assert found.states["time"].n_have == 1
    assert found.states["model"].at == NOON


def test_a_run_out_of_memory_shows_the_nodes_but_not_the_model_at_work(
    database: Database, plan: PocPlan
) -> None:
    made(database, 1, status=RunStatus.FAILED, failure_class=FailureClass.OUT_OF_VRAM)

    assert done(state(database, plan)) == {"wrapper"}


def test_a_real_server_that_has_the_nodes_ticks_the_installation(
    database: Database, plan: PocPlan
) -> None:
    note_nodes_seen(database, WAN.name, backend="comfy@s", origin=Origin.SANDBOX, now=NOON)
    simulated = done(state(database, plan))
    for _ in range(2):
        note_nodes_seen(database, WAN.name, backend="comfy@r", origin=Origin.LIVE, now=NOON)

    found = state(database, plan)

    assert simulated == set()
    assert done(found) == {"wrapper"}
    assert (found.states["wrapper"].n_have, found.states["wrapper"].at) == (1, NOON)


def test_twenty_nine_measured_runs_tick_the_benchmarks(database: Database, plan: PocPlan) -> None:
    made(database, 29)

    assert {"time", "vram", "cost"} <= done(state(database, plan))


def test_a_reading_that_is_only_a_lower_bound_measures_no_peak(
    database: Database, plan: PocPlan
) -> None:
    made(database, 29, peak_is_lower_bound=True)

    found = state(database, plan)

    assert not found.states["vram"].is_done
    assert found.states["time"].is_done


@pytest.mark.parametrize("change", [{"origin": Origin.SANDBOX}, {"is_degraded": True}])
def test_simulated_and_degraded_runs_tick_no_benchmark(
    database: Database, plan: PocPlan, change: dict[str, Any]
) -> None:
    made(database, 40, **change)

    assert done(state(database, plan)) <= {"wrapper"}  # a degraded run did find its nodes


def test_a_decision_on_simulated_runs_decides_nothing(database: Database, plan: PocPlan) -> None:
    frozen = FrozenDecision(
        decision_id="d", campaign_id="c1", frozen_at=NOON, who="Nok", why="", verdict="go",
        evidence={},
    )  # fmt: skip
    store.save(database, run("s", origin=Origin.SANDBOX, ended_at=NOON), frozen)
    simulated = state(database, plan)
    store.save(database, run("l", campaign_id="c2", ended_at=NOON))
    store.save(
        database,
        FrozenDecision(
            decision_id="e", campaign_id="c2", frozen_at=NOON, who="Nok", why="", verdict="go",
            evidence={},
        ),
    )  # fmt: skip

    assert not simulated.states["decision"].is_done
    assert state(database, plan).states["decision"].is_done


def test_free_disk_is_measured_and_never_guessed(database: Database, plan: PocPlan) -> None:
    assert state(database, plan).states["disk"].n_have is None
    assert state(database, plan, disk_free_bytes=80 * 10**9).states["disk"].is_done
    assert not state(database, plan, disk_free_bytes=20 * 10**9).states["disk"].is_done


def test_a_person_ticks_and_takes_the_tick_back(database: Database, plan: PocPlan) -> None:
    tick_task(database, plan, "developer", "Nok", NOON)
    ticked = state(database, plan).states["developer"]
    tick_task(database, plan, "developer", "Chai", NOON, is_done=False)

    assert (ticked.is_done, ticked.who, ticked.at) == (True, "Nok", NOON)
    assert not state(database, plan).states["developer"].is_done


@pytest.mark.parametrize(("key", "problem"), [("nothing", "poc_task"), ("vram", "poc_evidence")])
def test_evidence_is_not_ticked_by_hand(
    database: Database, plan: PocPlan, key: str, problem: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        tick_task(database, plan, key, "Nok", NOON)

    assert refused.value.problem == problem


def test_days_are_counted_from_the_first(database: Database, plan: PocPlan) -> None:
    set_first_day(database, date(2026, 11, 20), "Nok", datetime(2026, 11, 19, tzinfo=UTC))

    found = state(database, plan)

    assert found.day(date(2026, 11, 22)) == 3
    assert found.day(date(2026, 11, 19)) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_period_and_task_has_its_words(plan: PocPlan, language: str) -> None:
    wanted = {f"poc.period.{period.key}" for period in plan.periods}
    wanted |= {f"poc.task.{task.key}" for task in plan.tasks}
    wanted |= {f"poc.rule.{task.rule.value}" for task in plan.tasks if task.rule}
    wanted |= {f"poc.deliverable.{task.deliverable}" for task in plan.tasks if task.deliverable}

    assert wanted <= keys(language)


def test_every_task_stands_in_a_period(plan: PocPlan) -> None:
    in_periods = [task for period in plan.periods for task in plan.tasks_of(period)]

    assert len(in_periods) == len(plan.tasks)
