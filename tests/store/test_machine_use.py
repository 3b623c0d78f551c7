from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.evidence.records import NOON, VEO, WAN, plan, run
from videogen.domain.condition import BackendKind
from videogen.domain.run import Attempt, AttemptState, Origin, RunStatus, VramTrace
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.case import load_case
from videogen.evidence.money.costs import condition_costs
from videogen.store import Database, machine_use, save
from videogen.store.saving import save_vram_trace

HYBRID = replace(WAN, name="hybrid", backend=BackendKind.ROUTED, model="hybrid", workflow=None)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "data" / "videogen.duckdb") as opened:
        yield opened


def metered(database: Database, run_id: str, *energies_wh: float | None) -> None:
    """One attempt for each reading."""
    for ordinal, energy_wh in enumerate(energies_wh, start=1):
        attempt_id = f"{run_id}-{ordinal}"
        attempt = Attempt(
            attempt_id=attempt_id,
            run_id=run_id,
            ordinal=ordinal,
            state=AttemptState.SUCCEEDED,
            backend="comfy",
            intended_at=NOON,
        )
        save(database, attempt)
        save_vram_trace(database, attempt_id, VramTrace(source="nvml", energy_wh=energy_wh))


def test_energy_counts_for_the_time_that_was_watched_from_end_to_end(database: Database) -> None:
    plan(database)
    save(database, *(run(name, wall_time_s=3600.0) for name in ("one", "two", "half", "none")))
    metered(database, "one", 100.0)
    metered(database, "two", 120.0, 80.0)
    metered(database, "half", 500.0, None)

    (used,) = machine_use(database, "c1", Origin.LIVE, with_energy=True)

    assert (used.n_runs, used.wall_time_s_total) == (4, 14_400.0)
    assert (used.energy_wh_total, used.metered_s) == (300.0, 7_200.0)
    assert used.mean_power_w == 150.0


def test_of_a_routed_condition_only_what_the_own_machine_made_is_counted(
    database: Database,
) -> None:
    plan(database, baselines=(HYBRID.condition_id,))
    own = {"condition_id": HYBRID.condition_id, "routed_to": WAN.condition_id}
    away = {**own, "routed_to": VEO.condition_id, "cost_usd": Decimal("0.80")}
    save(
        database,
        HYBRID,
        run("own", wall_time_s=3600.0, cost_usd=Decimal("0.4875"), **own),
        run("own-cancelled", status=RunStatus.CANCELLED, **own),
        run("other-origin", origin=Origin.SANDBOX, **own),
        run("away", wall_time_s=40.0, **away),
    )

    (used,) = machine_use(database, "c1", Origin.LIVE, with_energy=False)
    case = load_case(database, "c1", claims=(), prices=(), assumptions=Assumptions())
    hybrid = condition_costs(case)[1]

    assert (used.n_runs, used.wall_time_s_total, used.cost_usd_total) == (1, 3600.0, 0.4875)
    assert hybrid.gpu_hours_month == Decimal(500)  # every second clip takes an hour
