from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from videogen.domain.condition import BackendKind, Condition
from videogen.domain.money import Price, PriceUnit
from videogen.pricing import (
    cloud_cost,
    load_prices,
    local_cost,
    price_for,
    price_of_condition,
    worst_case_cost,
    worst_case_of_members,
)

PRICES = load_prices(Path(__file__).parents[2] / "data" / "prices.toml")
TODAY = date(2026, 11, 22)


def _hour(subject: str) -> Price:
    price = price_for(PRICES, subject, PriceUnit.GPU_HOUR, None, TODAY)
    assert price is not None
    return price


def _kwh(amount: str) -> Price:
    return Price(
        price_id="kwh",
        subject="electricity",
        unit=PriceUnit.KWH,
        amount_usd=Decimal(amount),
        as_of=TODAY,
        source="test",
        kind="own",
    )


def _cloud(model: str, width_px: int = 1280, height_px: int = 720) -> Condition:
    is_omni = model.startswith("gemini-omni")
    return Condition(
        name="cloud",
        backend=BackendKind.INTERACTIONS if is_omni else BackendKind.VERTEX,
        model=model,
        workflow=None,
        width_px=width_px,
        height_px=height_px,
        n_frames=192,
        fps=24.0,
    )


@pytest.mark.parametrize(
    ("subject", "wall_time_s", "cost_usd"),
    [
        ("rental_rtx_4090", 261.4, "0.02469"),
        ("rental_a100_sxm", 3342.6, "1.2906"),
        ("rental_h100_sxm", 1837.9, "1.3733"),
        ("rental_h100_sxm", 1491.6, "1.1146"),
        ("rental_rtx_4090", 534.7, "0.0505"),
        ("local_gpu", 1920.0, "0.26"),
    ],
)
def test_a_local_run_costs_its_hours(subject: str, wall_time_s: float, cost_usd: str) -> None:
    cost = local_cost(wall_time_s, _hour(subject))

    assert cost.quantize(Decimal(cost_usd)) == Decimal(cost_usd)


def test_energy_is_added_where_both_energy_and_tariff_are_known() -> None:
    hour = _hour("rental_rtx_4090")

    with_energy = local_cost(261.4, hour, 32.675, _kwh("0.20"))  # 450 W for 261.4 s

    assert with_energy == Decimal("0.031223")  # 0.0246878 + 0.032675 x 0.20
    assert local_cost(261.4, hour, None, _kwh("0.20")) == local_cost(261.4, hour)
    assert local_cost(261.4, hour, 32.675, None) == local_cost(261.4, hour)


@pytest.mark.parametrize(
    ("model", "size", "cost_usd"),
    [
        ("veo-3.1-generate-001", (1280, 720), "3.20"),
        ("veo-3.1-generate-001", (3840, 2160), "4.80"),
        ("veo-3.1-fast-generate-001", (1280, 720), "0.80"),
        ("veo-3.1-fast-generate-001", (1920, 1080), "0.96"),
        ("veo-3.1-fast-generate-001", (2160, 3840), "2.40"),
        ("veo-3.1-lite-generate-001", (1280, 720), "0.40"),
        ("veo-3.1-lite-generate-001", (1920, 1080), "0.64"),
        ("veo-2.0-generate-001", (1280, 720), "4.00"),
        ("gemini-omni-1.1-flash", (1280, 720), "0.81088"),
    ],
)
def test_eight_cloud_seconds_cost_the_list_price(
    model: str, size: tuple[int, int], cost_usd: str
) -> None:
    condition = _cloud(model, *size)

    assert cloud_cost(condition, PRICES, billed_samples=1, on=TODAY) == Decimal(cost_usd)
    assert worst_case_cost(condition, PRICES, on=TODAY) == Decimal(cost_usd)


def test_the_worst_case_bills_every_sample_asked_for() -> None:
    condition = _cloud("veo-3.1-fast-generate-001")

    assert worst_case_cost(condition, PRICES, on=TODAY, n_samples=2) == Decimal("1.60")


def test_a_model_without_a_price_has_an_unknown_cost_not_zero() -> None:
    condition = _cloud("gemini-omni-1.2-flash")

    assert cloud_cost(condition, PRICES, billed_samples=1, on=TODAY) is None
    assert worst_case_cost(condition, PRICES, on=TODAY) is None


def test_a_resolution_without_a_price_has_an_unknown_cost() -> None:
    condition = _cloud("veo-2.0-generate-001", 1920, 1080)

    assert cloud_cost(condition, PRICES, billed_samples=1, on=TODAY) is None


def test_a_filtered_clip_costs_nothing_and_an_unknown_bill_stays_unknown() -> None:
    condition = _cloud("veo-3.1-fast-generate-001")

    assert cloud_cost(condition, PRICES, billed_samples=0, on=TODAY) == 0
    assert cloud_cost(condition, PRICES, billed_samples=None, on=TODAY) is None


def test_a_local_condition_is_costed_with_the_machines_hour() -> None:
    condition = Condition(
        name="wan-1.3b",
        backend=BackendKind.COMFY,
        model="wan2.1_t2v_1.3B",
        workflow="wan",
        width_px=832,
        height_px=480,
        n_frames=81,
        fps=16.0,
    )

    price = price_of_condition(PRICES, condition, TODAY)

    assert price is not None
    assert price.subject == "local_gpu"
    assert cloud_cost(condition, PRICES, billed_samples=1, on=TODAY) is None


def test_a_price_of_another_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="gpu_hour"):
        local_cost(1.0, _kwh("0.20"))


def test_a_negative_time_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        local_cost(-1.0, _hour("local_gpu"))


def _local() -> Condition:
    return Condition(
        name="animatediff",
        backend=BackendKind.COMFY,
        model="m",
        workflow="animatediff",
        width_px=512,
        height_px=512,
        n_frames=16,
        fps=8.0,
    )


def _routed() -> Condition:
    return Condition(
        name="hybrid",
        backend=BackendKind.ROUTED,
        model="brief rules",
        workflow=None,
        width_px=None,
        height_px=None,
        n_frames=None,
        fps=None,
    )


def test_a_routed_run_holds_its_dearest_member() -> None:
    members = [_local(), _cloud("veo-3.1-fast-generate-001"), _cloud("gemini-omni-1.1-flash")]

    assert worst_case_of_members(members, PRICES, on=TODAY) == Decimal("0.81088")
    assert worst_case_of_members([_local()], PRICES, on=TODAY) == 0


def test_a_paid_member_without_a_price_forbids_the_routed_run() -> None:
    members = [_local(), _cloud("gemini-omni-1.2-flash")]

    assert worst_case_of_members(members, PRICES, on=TODAY) is None


def test_a_routed_condition_has_no_price_of_its_own() -> None:
    assert price_of_condition(PRICES, _routed(), TODAY) is None
    assert worst_case_cost(_routed(), PRICES, on=TODAY) is None


def test_before_its_price_was_dated_a_model_has_none() -> None:
    omni = _cloud("gemini-omni-1.1-flash")

    assert cloud_cost(omni, PRICES, billed_samples=1, on=date(2026, 8, 26)) is None


def test_a_price_by_the_clip_holds_for_every_length_and_is_taken_by_resolution() -> None:
    small = replace(
        _cloud("wan-video/wan-2.2-t2v-fast", 832, 480), backend=BackendKind.REPLICATE, fps=16.0
    )
    large = replace(small, width_px=1280, height_px=720, n_frames=161)

    costs = [cloud_cost(one, PRICES, billed_samples=2, on=TODAY) for one in (small, large)]

    assert costs == [Decimal("0.10"), Decimal("0.20")]
    assert worst_case_cost(replace(small, model="nobody/knows"), PRICES, on=TODAY) is None


def test_wan_2_1_on_replicate_costs_its_seconds_at_16_frames_each() -> None:
    wan = replace(
        _cloud("wavespeedai/wan-2.1-t2v-720p"),
        backend=BackendKind.REPLICATE,
        n_frames=81,
        fps=16.0,
    )

    assert worst_case_cost(wan, PRICES, on=TODAY) == Decimal("1.215000")  # 81 / 16 x $0.24
