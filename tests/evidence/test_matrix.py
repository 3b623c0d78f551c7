from decimal import Decimal
from pathlib import Path

import pytest

from tests.evidence.records import VEO, WAN, campaign, grid, panel, plan, run, stock
from videogen.analysis import decide
from videogen.domain.run import FailureClass, RunStatus
from videogen.evidence import Claim, Role, comparison_matrix, load_claims, load_evidence
from videogen.evidence.matrix import MatrixRow
from videogen.store import Database, save

CLAIM = Claim(
    condition="wan-1.3b",
    measure="cost_usd",
    low=0.68,
    high=0.82,
    kind="claimed",
    source="the paper",
)


def rows(database: Database) -> list[MatrixRow]:
    evidence = load_evidence(database, "c1")
    decision = decide(evidence.evidence)
    return comparison_matrix(evidence, decision, claims=[CLAIM])


def test_each_condition_stands_on_the_same_measures(database: Database) -> None:
    plan(database)
    stock(database, *grid(WAN), *grid(VEO), *panel({"anan": 5, "beam": 4}))

    wan, veo = rows(database)

    assert (wan.role, veo.role) == (Role.CANDIDATE, Role.BASELINE)
    assert wan.cost_usd.estimate == pytest.approx(0.05)
    assert wan.cost_usd_per_clip_s == pytest.approx(0.01)  # 80 frames at 16 fps are 5 s
    assert wan.wall_time_s_median == 260.0
    assert wan.wall_time_s_per_clip_s == 52.0
    assert wan.peak_vram_mib_max == 8_400
    assert wan.quality.n == 2
    assert veo.cost_usd_per_clip_s == pytest.approx(0.10)
    assert veo.peak_vram_mib_max is None


def test_failed_runs_take_gpu_time_and_are_named_by_class(database: Database) -> None:
    plan(database)
    failed = run(
        "bad",
        status=RunStatus.FAILED,
        failure_class=FailureClass.TIMED_OUT,
        wall_time_s=9_999_999.0,
        cost_usd=Decimal("1.00"),
    )
    stock(database, *grid(WAN), failed)

    wan, _ = rows(database)

    assert wan.failures == {FailureClass.TIMED_OUT: 1}
    assert wan.wall_time_s_median == 260.0
    assert wan.n_runs == 41
    assert wan.n_succeeded == 40


def test_nothing_measured_is_unknown_everywhere(database: Database) -> None:
    plan(database)

    wan, _ = rows(database)

    assert (wan.cost_usd.estimate, wan.wall_time_s_median) == (None, None)
    assert wan.success_rate.estimate is None


def test_claims_stand_beside_under_the_plain_name(database: Database) -> None:
    plan(database)

    wan, veo = rows(database)

    assert wan.claims == {"cost_usd": (CLAIM,)}
    assert veo.claims == {}


def test_candidates_come_first(database: Database) -> None:
    plan(database)
    save(database, campaign(candidates=(VEO.condition_id,), baselines=(WAN.condition_id,)))

    assert [row.condition for row in rows(database)] == ["veo-3.1-fast", "wan-1.3b"]


def test_a_file_of_claims_is_read_with_money_as_text_and_open_ends(tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    path.write_text(
        '[[claim]]\ncondition = "wan-14b"\nmeasure = "cost_usd"\nlow = "0.99"\n'
        'kind = "claimed"\nsource = "paper"\nas_of = 2025-12-28\nsomething = "new"\n'
        '[[claim]]\nmeasure = "phase_1_weeks"\nlow = 2\n[[claim]]\ncondition = "no measure"\n',
        encoding="utf-8",
    )

    claim, of_the_plan = load_claims(path)

    assert (claim.low, claim.high, claim.as_of) == (0.99, None, "2025-12-28")
    assert (of_the_plan.condition, of_the_plan.low) == (None, 2.0)
    assert load_claims(tmp_path / "none.toml") == ()


def test_the_claims_that_ship_are_read() -> None:
    claims = load_claims(Path(__file__).parents[2] / "data" / "claims.toml")

    assert {"claimed", "published"} == {claim.kind for claim in claims}
    assert any(c.condition == "animatediff" and c.measure == "wall_time_s" for c in claims)
