from dataclasses import replace
from decimal import Decimal

import pytest

from tests.evidence.records import VEO, WAN, grid, panel, plan, run, stock
from videogen.domain.run import FailureClass, Origin, RunStatus
from videogen.evidence import Claim
from videogen.evidence.case import Case, load_case
from videogen.evidence.paper.claim_figures import figure
from videogen.evidence.paper.claims_audit import AuditedClaim, ClaimWord, audit_claims
from videogen.store import Database, save

COST = Claim(
    condition="wan-1.3b",
    measure="cost_usd",
    low=0.68,
    high=0.82,
    kind="claimed",
    source="the paper",
)
PUBLISHED_TIME = replace(COST, measure="wall_time_s", low=261.4, high=261.4, kind="published")
VRAM_ENOUGH = replace(COST, measure="peak_vram_mib", low=None, high=24_576)
TIME = replace(COST, measure="wall_time_s", low=240, high=240)
HEIGHT = replace(COST, measure="height_px", low=720, high=1080)
ROCKETS = replace(COST, measure="rockets", low=1, high=1)
VARIANTS = replace(COST, condition=None, measure="wan_variants", low=50, high=None)
RISK = replace(COST, condition=None, measure="overall_risk", low=None, high=None, word="high")
ALL = (COST, PUBLISHED_TIME, VRAM_ENOUGH, TIME, HEIGHT, ROCKETS, VARIANTS, RISK)


def case_of_runs(database: Database, origin: Origin = Origin.LIVE) -> Case:
    plan(database)
    stock(database, *grid(WAN, origin), *panel({"anan": 5, "beam": 4}, origin=origin))
    return load_case(database, "c1", claims=ALL, prices=())


def audited(case: Case) -> dict[str, AuditedClaim]:
    return {one.claim.measure: one for one in audit_claims(case)}


def test_a_claim_is_contradicted_when_the_whole_interval_lies_outside(database: Database) -> None:
    cost = audited(case_of_runs(database))["cost_usd"]

    assert cost.word is ClaimWord.CONTRADICTED  # five cents, not 68 to 82
    assert cost.reason.key == "brief.reason.below"
    assert cost.measured is not None
    assert cost.measured.estimate == pytest.approx(0.05)
    assert cost.measured.n == 40


def test_a_claim_holds_where_the_measurement_reaches_into_it(database: Database) -> None:
    plan(database)
    costs = [Decimal("0.50"), Decimal("0.60"), Decimal("0.90"), Decimal("0.95")] * 5
    save(
        database,
        *(run(f"r{i}", prompt_id=f"p{i:02}", cost_usd=usd) for i, usd in enumerate(costs)),
    )

    cost = audited(load_case(database, "c1", claims=(COST,), prices=()))["cost_usd"]

    assert cost.word is ClaimWord.HOLDS
    assert cost.measured is not None
    assert cost.measured.low is not None
    assert cost.measured.high is not None


def test_an_interval_that_only_touches_the_claim_bears_out_nothing(database: Database) -> None:
    plan(database)
    costs = [Decimal("0.20"), Decimal("1.00")] * 15
    save(database, *(run(f"r{i}", seed=i, cost_usd=usd) for i, usd in enumerate(costs)))

    cost = audited(load_case(database, "c1", claims=(COST,), prices=()))["cost_usd"]

    assert cost.measured is not None
    assert cost.measured.estimate == pytest.approx(0.60)  # claimed: 0.68 to 0.82
    assert cost.word is ClaimWord.NOT_MEASURED
    assert cost.reason.key == "brief.reason.touches"


def test_two_raters_and_a_handful_of_runs_settle_no_claim(database: Database) -> None:
    plan(database)
    stars = replace(COST, measure="stars", low=4, high=4)
    runs = [run(f"r{i}", seed=i, wall_time_s=9.0) for i in range(4)]
    stock(database, *grid(VEO), *runs, *panel({"anan": 5, "beam": 3}, VEO))

    case = load_case(database, "c1", claims=(COST, VRAM_ENOUGH, TIME), prices=())
    veo = load_case(database, "c1", claims=(replace(stars, condition=VEO.name),), prices=())

    found = [*audit_claims(case), *audit_claims(veo)]
    assert {one.word for one in found} == {ClaimWord.NOT_MEASURED}
    assert {one.reason.key for one in found} == {"brief.reason.few"}


def test_the_sandbox_settles_no_claim(database: Database) -> None:
    cost = audited(case_of_runs(database, Origin.SANDBOX))["cost_usd"]

    assert cost.word is ClaimWord.NOT_MEASURED
    assert cost.is_sandbox
    assert cost.measured is not None  # it is shown, and marked
    assert cost.reason.key == "brief.reason.sandbox"


def test_a_rounded_claim_holds_within_its_rounding(database: Database) -> None:
    plan(database)
    save(database, *(run(f"r{i}", wall_time_s=262.0, seed=i) for i in range(5)))
    claims = (replace(TIME, low=240, high=240),)

    time = audited(load_case(database, "c1", claims=claims, prices=()))["wall_time_s"]

    assert time.word is ClaimWord.HOLDS  # 4 min, told in whole minutes, may be 4.5


def test_two_runs_are_too_few_for_a_time(database: Database) -> None:
    plan(database)
    save(database, *(run(f"r{i}", wall_time_s=9.0, seed=i) for i in range(2)))

    time = audited(load_case(database, "c1", claims=(TIME,), prices=()))["wall_time_s"]

    assert time.word is ClaimWord.NOT_MEASURED
    assert time.reason.key == "brief.reason.few"


def test_an_open_claim_holds_below_its_end(database: Database) -> None:
    vram = audited(case_of_runs(database))["peak_vram_mib"]

    assert vram.word is ClaimWord.HOLDS
    assert vram.stated.say("en") == "≤ 24 GB"


def test_enough_memory_is_contradicted_by_one_run_that_had_too_little(database: Database) -> None:
    plan(database)
    failed = run("oom", status=RunStatus.FAILED, failure_class=FailureClass.OUT_OF_VRAM)
    stock(database, *grid(WAN), failed)

    case = load_case(database, "c1", claims=(VRAM_ENOUGH,), prices=())
    vram = audited(case)["peak_vram_mib"]

    assert vram.word is ClaimWord.CONTRADICTED
    assert vram.reason.say("en") == "Runs that ran out of memory: 1."


def test_a_size_that_was_not_tried_is_not_contradicted(database: Database) -> None:
    height = audited(case_of_runs(database))["height_px"]

    assert height.word is ClaimWord.NOT_MEASURED
    assert height.reason.key == "brief.reason.other_size"


def test_what_was_shut_down_can_no_longer_be_measured(database: Database) -> None:
    plan(database)
    gone = replace(
        COST, condition="veo-2", measure="retired_on", low=None, high=None, day="2026-06-30"
    )
    claims = (replace(COST, condition="veo-2"), replace(gone, kind="published"))

    cost = audited(load_case(database, "c1", claims=claims, prices=()))["cost_usd"]

    assert cost.word is ClaimWord.NOT_MEASURED
    assert "30 Jun 2026" in cost.reason.say("en")


def test_a_mark_and_a_count_of_the_plan_stay_not_measured(database: Database) -> None:
    found = audited(case_of_runs(database))

    assert found["rockets"].reason.key == "brief.reason.mark"
    assert found["wan_variants"].word is ClaimWord.NOT_MEASURED
    assert "overall_risk" not in found  # a word has no figure to audit


def test_published_figures_stand_beside(database: Database) -> None:
    time = audited(case_of_runs(database))["wall_time_s"]

    assert time.published == (PUBLISHED_TIME,)
    assert time.published_value is not None
    assert time.published_value.say("en") == "4.4 min"


@pytest.mark.parametrize(
    ("measure", "low", "high", "said"),
    [
        ("cost_usd", 0.99, 1.16, "$0.99–1.16"),
        ("cost_usd_month_1000", 990, 1160, "$990–1,160 a month"),
        ("cost_usd_month_1000", -190.0, 760, "\N{MINUS SIGN}$190 – $760 a month"),
        ("wall_time_s", 1920, 1920, "32 min"),
        ("wall_time_s", 11, 360, "11 s – 6 min"),
        ("wall_time_s_per_frame", 480, 900, "8–15 min per frame"),
        ("peak_vram_mib", 16_384, 40_960, "16–40 GB"),
        ("wan_variants", 50, None, "≥ 50"),
        ("quality", 4.8, 4.8, "4.8 of 5"),
        ("cost_usd", None, None, "–"),
    ],
)
def test_a_figure_is_said_in_its_own_unit(
    measure: str, low: float | None, high: float | None, said: str
) -> None:
    assert figure(measure, low, high).say("en") == said
