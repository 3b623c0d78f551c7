"""The three phases: deliverables are ticked by evidence, and a GO opens what follows."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.evidence.records import NOON, VEO, WAN, grid, panel, plan, run, stock
from videogen import store
from videogen.domain.event import FrozenDecision
from videogen.domain.prompt import Prompt
from videogen.domain.run import Origin
from videogen.errors import InvalidInputError
from videogen.evidence.answers.phases import DeliverableName, PhaseState, phases
from videogen.evidence.answers.poc_plan import shipped_plan, tick_task
from videogen.evidence.case import load_case
from videogen.evidence.claims import load_claims
from videogen.store import Database
from videogen.texts import LANGUAGES, keys

CLAIMS = load_claims(Path(__file__).resolve().parents[3] / "data" / "claims.toml")
RATERS = {"anan": 5, "beam": 5, "chai": 5, "dao": 5}


@pytest.fixture
def database(database: Database) -> Database:
    plan(database)
    store.save(database, *(Prompt(prompt_id=f"p{i:02}", text="x") for i in range(20)))
    return database


def found(database: Database, workflows: frozenset[str] | None = None) -> tuple[PhaseState, ...]:
    case = load_case(database, "c1", claims=CLAIMS, prices=())
    return phases(database, case, workflows=workflows)


def freeze(database: Database, verdict: str) -> None:
    frozen = FrozenDecision(
        decision_id=f"d-{verdict}", campaign_id="c1", frozen_at=NOON, who="Nok", why="",
        verdict=verdict, evidence={},
    )  # fmt: skip
    store.save(database, frozen)


def delivered(phase: PhaseState) -> set[DeliverableName]:
    return {one.name for one in phase.deliverables if one.is_done}


def test_investments_are_the_papers(database: Database) -> None:
    first, second, third = found(database)

    assert [one.investment.weeks for one in (first, second, third)] == [2, 6, 8]
    assert [one.investment.hardware_usd for one in (first, second)] == [Decimal(0), Decimal(0)]
    assert third.investment.hardware_usd is None  # the paper does not say
    assert (first.investment.storage_gb, third.investment.storage_gb) == (50, 50)


def test_runs_costs_panel_and_a_frozen_decision_deliver_phase_one(database: Database) -> None:
    assert delivered(found(database)[0]) == set()
    stock(database, *grid(WAN), *panel(RATERS))
    assert delivered(found(database)[0]) == set(DeliverableName) - {DeliverableName.DECISION}

    freeze(database, "no_go")

    assert delivered(found(database)[0]) == set(DeliverableName)


def test_the_sandbox_delivers_nothing(database: Database) -> None:
    stock(database, *grid(WAN, Origin.SANDBOX), *panel(RATERS, origin=Origin.SANDBOX))
    freeze(database, "go")

    first, second, _ = found(database)

    assert delivered(first) == set()
    assert not second.is_open


def test_only_a_go_on_real_measurements_opens_phase_two(database: Database) -> None:
    store.save(database, run("r", ended_at=NOON))
    freeze(database, "no_go")
    with pytest.raises(InvalidInputError) as refused:
        tick_task(database, shipped_plan(), "api_routes", "Nok", NOON)
    is_closed = not found(database)[1].is_open
    store.save(
        database,
        FrozenDecision(
            decision_id="later", campaign_id="c1", frozen_at=NOON.replace(hour=13), who="Nok",
            why="", verdict="go", evidence={},
        ),
    )  # fmt: skip

    tick_task(database, shipped_plan(), "api_routes", "Nok", NOON)

    _, second, third = found(database)
    assert refused.value.problem == "phase_closed"
    assert is_closed
    assert (second.is_open, third.is_open) == (True, False)
    assert {one.task.key: one.is_done for one in second.tasks}["api_routes"]
    with pytest.raises(InvalidInputError):
        tick_task(database, shipped_plan(), "marketplace", "Nok", NOON)  # phase 2 is not done


def test_a_workflow_that_exists_ticks_its_task(database: Database) -> None:
    without = found(database, workflows=frozenset({"animatediff"}))
    _, second, third = found(database, workflows=frozenset({"wan-1.3b", "wan-14b", "wan-uni3c"}))

    assert not any(one.is_done for phase in without[1:] for one in phase.tasks)
    done = {one.task.key for phase in (second, third) for one in phase.tasks if one.is_done}
    assert done == {"t2v_workflows", "uni3c"}
    variants = next(one for one in third.tasks if one.task.key == "fifty_variants")
    assert (variants.n_have, variants.task.at_least) == (3, 50)


def test_cloud_candidates_need_no_peaks(database: Database) -> None:
    plan(database, candidates=(VEO.condition_id,), baselines=(WAN.condition_id,))
    stock(database, *grid(VEO))

    assert DeliverableName.PERFORMANCE in delivered(found(database)[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phase_task_and_deliverable_has_its_words(database: Database, language: str) -> None:
    every = found(database)

    wanted = {f"phases.name.{one.key}" for one in every}
    wanted |= {f"poc.task.{one.task.key}" for phase in every for one in phase.tasks}
    assert wanted <= keys(language)
    assert all(one.said.say(language) for one in every[0].deliverables)
    assert all(one.opens_when.say(language) for one in every[1:] if one.opens_when)
