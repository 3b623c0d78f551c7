from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.evidence.records import VEO, WAN, campaign
from videogen.analysis.tally import tally_runs
from videogen.domain.condition import BackendKind, Condition, Location
from videogen.domain.decision import ConditionEvidence, Criteria, Evidence, JudgedRun
from videogen.domain.run import Origin
from videogen.evidence.assumptions import Assumptions, MachineBasis
from videogen.evidence.case import Case, case_of
from videogen.evidence.loading import CampaignEvidence
from videogen.evidence.money.cost_verdict import cost_sentences
from videogen.evidence.money.costs import ConditionCost, CostBasis, condition_costs
from videogen.pricing import load_prices
from videogen.store import MachineUse

PRICES = load_prices(Path(__file__).parents[3] / "data" / "prices.toml")
TODAY = date(2026, 11, 22)
MINUTE = 60.0
HYBRID = Condition(
    name="hybrid",
    backend=BackendKind.ROUTED,
    model="hybrid",
    workflow=None,
    width_px=832,
    height_px=480,
    n_frames=80,
    fps=16.0,
)


def ok(wall_time_s: float | None, cost_usd: float | None) -> JudgedRun:
    return JudgedRun(ok=True, wall_time_s=wall_time_s, cost_usd=cost_usd)


def failed(wall_time_s: float | None, cost_usd: float | None) -> JudgedRun:
    return JudgedRun(ok=False, wall_time_s=wall_time_s, cost_usd=cost_usd)


def at_claimed_rate(wall_time_s: float) -> float:
    return wall_time_s / 3600 * 0.4875


def case(
    runs: Sequence[tuple[Condition, Sequence[JudgedRun]]],
    assumptions: Assumptions | None = None,
    machine: dict[str, MachineUse] | None = None,
) -> Case:
    conditions = tuple(
        ConditionEvidence(
            name=condition.name,
            location=condition.location,
            origin=Origin.LIVE,
            tally=tally_runs(counted, Criteria(version=1).peak_vram_mib_max),
            opinions=None,
        )
        for condition, counted in runs
    )
    first, *others = (condition for condition, _ in runs)
    found = CampaignEvidence(
        campaign=campaign(
            candidates=(first.condition_id,),
            baselines=tuple(one.condition_id for one in others),
        ),
        evidence=Evidence(
            candidates=(first.name,), criteria=Criteria(version=1), conditions=conditions
        ),
        origin=Origin.LIVE,
        conditions={condition.name: condition for condition, _ in runs},
        n_runs_in_progress=0,
        n_runs_other_origin=0,
        n_runs_unknown_origin=0,
        n_ratings_left_out=0,
        n_raters=0,
        n_raters_simulated=0,
    )
    return case_of(
        found,
        claims=(),
        prices=PRICES,
        assumptions=assumptions or Assumptions(),
        machine=machine,
    )


def cost(runs: Sequence[JudgedRun], assumptions: Assumptions | None = None) -> ConditionCost:
    (found,) = condition_costs(case([(WAN, runs)], assumptions), TODAY)
    return found


def test_failures_are_paid_for_by_the_clips_that_succeeded() -> None:
    runs = [ok(260, 0.04)] * 9 + [failed(520, 0.09)]

    found = cost(runs)

    assert found.per_video_usd == pytest.approx(Decimal("0.05"))  # 0.45 over 9, not 0.04
    assert found.per_clip_second_usd == pytest.approx(Decimal("0.01"))  # 80 frames at 16 fps
    assert found.month_usd == pytest.approx(Decimal(50))
    assert found.gpu_hours_month == pytest.approx(Decimal(2860) / 9 * 1000 / 3600)
    assert (found.n_runs, found.n_succeeded) == (10, 9)
    assert found.basis is CostBasis.CLAIMED_RATE


def test_a_thousand_clips_of_32_minutes_take_three_quarters_of_one_gpu() -> None:
    runs = [ok(32 * MINUTE, 0.26)] * 20

    found = cost(runs)

    assert round(found.gpu_hours_month or 0) == 533
    assert round((found.capacity_share or 0) * 100) == 73
    assert (found.gpus_needed, found.gpus_missing) == (1, 0)
    assert found.month_usd == pytest.approx(Decimal(260))
    assert found.capacity is None


def test_a_thousand_clips_of_122_minutes_need_three_gpus_and_that_is_said() -> None:
    runs = [ok(122 * MINUTE, 0.99)] * 20

    found = cost(runs)

    assert round(found.gpu_hours_month or 0) == 2033
    assert (found.gpus_needed, found.gpus_missing) == (3, 2)
    assert found.capacity is not None
    assert found.capacity.say("en") == "Needs 3 GPUs, you have 1."
    assert not found.has_capacity


def test_planned_use_takes_from_what_a_gpu_can_make() -> None:
    runs = [ok(32 * MINUTE, 0.26)] * 20

    found = cost(runs, Assumptions(utilisation=Decimal("0.5"), n_gpus=2))

    assert found.hours_per_gpu == Decimal(365)
    assert (found.gpus_needed, found.gpus_missing) == (2, 0)


def test_other_figures_count_the_measured_hours_anew_and_keep_what_runs_were_costed_with() -> None:
    runs = [ok(3600, at_claimed_rate(3600))] * 20

    found = cost(runs, Assumptions(machine=MachineBasis.RENTED, rent_usd_hour=Decimal("0.975")))

    assert found.per_video_usd == Decimal("0.975")
    assert found.as_costed_usd == pytest.approx(Decimal("0.4875"))
    assert found.basis is CostBasis.OWN_FIGURES
    assert found.high_usd is not None
    assert found.low_usd == pytest.approx(Decimal("0.975"))  # twice the decision's bound


def test_a_bought_machine_is_a_monthly_cost_and_each_clip_adds_electricity() -> None:
    said = Assumptions(
        n_videos_month=100,
        machine=MachineBasis.OWNED,
        purchase_usd=Decimal(3600),
        utilisation=Decimal("0.5"),
        electricity_usd_kwh=Decimal("0.20"),
        power_w=Decimal(500),
        fixed_usd_month=Decimal(7),
    )

    found = cost([ok(3600, 0.49)] * 20, said)

    assert found.energy_usd == Decimal("0.1")
    assert found.machine_usd == pytest.approx(Decimal(3600) / (36 * 365))
    assert found.month_usd == Decimal(100) + Decimal(10) + Decimal(7)


def test_measured_power_enters_where_none_is_entered() -> None:
    said = Assumptions(
        machine=MachineBasis.OWNED,
        purchase_usd=Decimal(2628),
        electricity_usd_kwh=Decimal("0.10"),
    )
    used = MachineUse(
        condition_id=WAN.condition_id,
        n_runs=20,
        n_timed=20,
        wall_time_s_total=72_000.0,
        cost_usd_total=9.8,
        energy_wh_total=4_000.0,
        metered_s=72_000.0,
    )

    (found,) = condition_costs(case([(WAN, [ok(3600, 0.49)] * 20)], said, {WAN.name: used}), TODAY)

    assert found.energy_usd == pytest.approx(Decimal("0.02"))  # 0.2 kWh


def test_the_cloud_costs_what_was_billed_and_needs_no_gpu() -> None:
    said = Assumptions(
        n_gpus=0, machine=MachineBasis.RENTED, rent_usd_hour=Decimal(9), fixed_usd_month=Decimal(50)
    )

    (found,) = condition_costs(case([(VEO, [ok(40, 0.80)] * 20)], said), TODAY)

    assert (found.per_video_usd, found.month_usd) == (Decimal("0.8"), Decimal(800))
    assert (found.gpus_needed, found.location, found.has_capacity) == (None, Location.CLOUD, True)
    assert found.basis is CostBasis.LIST_PRICE


def test_the_hybrid_is_counted_by_its_own_runs_and_no_mix_is_made_up() -> None:
    runs = [ok(3600, 0.4875)] * 10 + [ok(40, 0.80)] * 10
    said = Assumptions(machine=MachineBasis.RENTED, rent_usd_hour=Decimal(1))
    used = MachineUse(
        condition_id=HYBRID.condition_id,
        n_runs=10,
        n_timed=10,
        wall_time_s_total=36_000.0,
        cost_usd_total=4.875,
        energy_wh_total=None,
        metered_s=0.0,
    )

    (split,) = condition_costs(case([(HYBRID, runs)], said, {"hybrid": used}), TODAY)
    (unsplit,) = condition_costs(case([(HYBRID, runs)], said), TODAY)

    assert split.per_video_usd == pytest.approx(Decimal("0.9"))  # 0.5 h x $1 and half of $0.80
    assert split.gpu_hours_month == pytest.approx(Decimal(500))
    assert (unsplit.per_video_usd, unsplit.gpus_needed, unsplit.has_capacity) == (None, None, False)


def test_unknown_is_no_zero() -> None:
    nothing = cost([])
    no_clip = cost([failed(100, 0.01)])
    unpriced = cost([ok(100, None)])

    for found in (nothing, no_clip, unpriced):
        assert (found.per_video_usd, found.month_usd, found.low_usd) == (None, None, None)
    assert unpriced.gpus_needed == 1  # its hours are known all the same


def test_a_run_of_unknown_time_makes_the_hours_a_lower_bound() -> None:
    assert cost([ok(100, 0.01), failed(None, 0.01)]).is_lower_bound


def test_the_verdict_names_the_cheapest_that_fits_and_lacking_machines_before_their_price() -> None:
    found = case([(WAN, [ok(122 * MINUTE, 0.10)] * 20), (VEO, [ok(40, 0.80)] * 20)])

    said = [one.say("en") for one in cost_sentences(found, condition_costs(found, TODAY))]

    assert said == [
        (
            "At 1,000 videos a month veo-3.1-fast is the cheapest with enough capacity: "
            "$800 a month, $0.80 per video (n = 20 runs)."
        ),
        "wan-1.3b needs 3 GPUs, but you have 1; with enough it would cost $100 a month.",
        "The limit of $1.50 per video comes to $1,500 a month. All conditions are within it.",
        "Local GPU hours are priced at the claimed $0.4875 until you enter your own figures.",
    ]


def test_nothing_that_fits_and_nothing_known_are_said() -> None:
    too_slow = case([(WAN, [ok(122 * MINUTE, 2.00)] * 20)])
    empty = case([(WAN, [])])

    first, budget, *_ = cost_sentences(too_slow, condition_costs(too_slow, TODAY))
    (nothing,) = cost_sentences(empty, condition_costs(empty, TODAY))

    assert "it needs 3 GPUs, you have 1" in first.say("en")
    assert budget.say("en").endswith("No condition is within it.")
    assert "No condition has a known cost yet" in nothing.say("en")


def test_the_curve_agrees_with_the_table_at_the_asked_volume() -> None:
    found = case([(WAN, [ok(32 * MINUTE, 0.26)] * 20), (VEO, [ok(40, 0.80)] * 20)])

    costs = condition_costs(found, TODAY)

    assert len(costs) == 2
    for one in costs:
        assert one.line is not None
        point = one.line.points((500, 1000))[1]
        assert point.usd == one.month_usd
        assert point.gpus_needed == one.gpus_needed


def test_the_cheapest_names_those_that_may_cost_as_little() -> None:
    other = replace(WAN, name="wan-2.2", model="wan2.2_ti2v_5B")
    alike = [ok(260, usd) for usd in (0.03, 0.05) * 10]
    found = case([(WAN, alike), (other, [ok(260, 0.041)] * 20), (VEO, [ok(40, 0.80)] * 20)])

    said = [one.say("en") for one in cost_sentences(found, condition_costs(found, TODAY))]

    assert "wan-2.2 may cost as little as wan-1.3b: the difference is not settled." in said
