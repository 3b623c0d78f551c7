from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from videogen.domain.money import Price, PriceUnit
from videogen.evidence.assumptions import Assumptions, MachineBasis
from videogen.evidence.gpu_hours import gpu_hour
from videogen.pricing import load_prices

PRICES = load_prices(Path(__file__).parents[2] / "data" / "prices.toml")
TODAY = date(2026, 11, 22)


def rented(usd: str) -> Assumptions:
    return Assumptions(machine=MachineBasis.RENTED, rent_usd_hour=Decimal(usd))


def owned(*, use: str = "1", tariff: str | None = None, power_w: int | None = None) -> Assumptions:
    return Assumptions(
        machine=MachineBasis.OWNED,
        purchase_usd=Decimal(2628),
        utilisation=Decimal(use),
        electricity_usd_kwh=None if tariff is None else Decimal(tariff),
        power_w=None if power_w is None else Decimal(power_w),
    )


def own(subject: str, unit: PriceUnit, usd: str) -> Price:
    return Price(
        price_id=subject,
        subject=subject,
        unit=unit,
        amount_usd=Decimal(usd),
        as_of=date(2026, 11, 20),
        source="tariff",
        kind="own",
    )


def test_until_somebody_enters_figures_the_rate_is_the_claimed_one() -> None:
    hour = gpu_hour(Assumptions(), PRICES, TODAY)

    assert hour.usd == Decimal("0.4875")  # $0.26 for 32 min
    assert hour.is_claimed
    assert "claimed" in hour.provenance.say("en")


def test_an_own_machine_is_written_off_over_its_planned_hours_and_takes_electricity() -> None:
    said = owned(use="0.5", tariff="0.20", power_w=450)

    hour = gpu_hour(said, PRICES, TODAY)

    assert hour.machine_usd == Decimal("0.2")  # 2,628 / (36 x 730 x 0.5)
    assert hour.energy_usd == Decimal("0.09")  # 0.45 kW x $0.20
    assert hour.usd == Decimal("0.29")
    assert not hour.is_claimed


def test_an_entered_power_goes_before_the_measured_one() -> None:
    measured = gpu_hour(owned(tariff="0.10"), PRICES, TODAY, measured_power_w=150.0)
    entered = gpu_hour(
        owned(tariff="0.10", power_w=300),
        PRICES,
        TODAY,
        measured_power_w=150.0,
    )

    assert (measured.energy_usd, entered.energy_usd) == (Decimal("0.015"), Decimal("0.03"))


def test_unknown_power_is_said_and_no_zero() -> None:
    hour = gpu_hour(owned(tariff="0.20"), PRICES, TODAY)

    assert hour.energy_usd is None
    assert "Electricity is not included" in hour.provenance.say("en")


def test_a_dated_tariff_counts_where_none_is_entered() -> None:
    prices = [*PRICES, own("electricity", PriceUnit.KWH, "0.10")]

    hour = gpu_hour(owned(power_w=1000), prices, TODAY)

    assert hour.energy_usd == Decimal("0.10")


def test_an_own_dated_rate_replaces_the_claimed_one() -> None:
    prices = [*PRICES, own("local_gpu", PriceUnit.GPU_HOUR, "0.60")]

    hour = gpu_hour(Assumptions(), prices, TODAY)

    assert (hour.usd, hour.is_claimed) == (Decimal("0.60"), False)


@pytest.mark.parametrize(
    ("seconds", "usd_hour", "usd"),
    [
        ("261.4", "0.34", "0.02469"),  # RTX 4090, WAN 2.1 1.3B 480p
        ("3342.6", "1.39", "1.2906"),  # A100 SXM, T2V-14B 720p
        ("1837.9", "2.69", "1.3733"),  # H100 SXM, T2V-14B 720p
        ("1491.6", "2.69", "1.1146"),  # H100 SXM, I2V-14B 720p
        ("534.7", "0.34", "0.0505"),  # RTX 4090, WAN 2.2 5B 720p
    ],
)
def test_published_times_at_published_rents_cost_what_they_cost(
    seconds: str, usd_hour: str, usd: str
) -> None:
    hour = gpu_hour(rented(usd_hour), PRICES, TODAY)

    assert hour.usd is not None
    assert float(Decimal(seconds) / 3600 * hour.usd) == pytest.approx(float(usd), rel=1e-3)


def test_a_rent_contains_electricity() -> None:
    said = Assumptions(
        machine=MachineBasis.RENTED,
        rent_usd_hour=Decimal("0.34"),
        electricity_usd_kwh=Decimal("0.20"),
        power_w=Decimal(450),
    )

    assert gpu_hour(said, PRICES, TODAY).usd == Decimal("0.34")
