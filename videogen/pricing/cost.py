"""What one attempt cost: the machine's hours, or the vendor's billed seconds."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from videogen.domain.condition import Condition, Location
from videogen.domain.money import Price, PriceUnit
from videogen.pricing.price_list import price_of_condition

_MICRO_USD = Decimal("0.000001")  # what a row holds; a warm 261 s run costs $0.024688
_SECONDS_PER_HOUR = 3600
_WH_PER_KWH = 1000


def local_cost(
    wall_time_s: float,
    price: Price,
    energy_wh: float | None = None,
    kwh_price: Price | None = None,
) -> Decimal:
    """USD of one local attempt: hours times the hourly price, plus energy where both are known.

    An hourly price that already contains electricity (a rental) must come without `kwh_price`.
    """
    _require(price, PriceUnit.GPU_HOUR)
    cost = _decimal(wall_time_s) / _SECONDS_PER_HOUR * price.amount_usd
    if energy_wh is not None and kwh_price is not None:
        _require(kwh_price, PriceUnit.KWH)
        cost += _decimal(energy_wh) / _WH_PER_KWH * kwh_price.amount_usd
    return _rounded(cost)


def cloud_cost(
    condition: Condition, prices: Sequence[Price], *, billed_samples: int | None, on: date
) -> Decimal | None:
    """USD of one paid call; None when the price or what was billed is unknown.

    Zero billed samples (blocked by the vendor's policy) cost nothing whatever the price.
    """
    if billed_samples is None:
        return None
    if billed_samples == 0:
        return Decimal(0)
    price = price_of_condition(prices, condition, on)
    if price is not None and price.unit is PriceUnit.VIDEO:
        return _rounded(billed_samples * price.amount_usd)
    if price is None or price.unit is not PriceUnit.VIDEO_SECOND:
        return None
    if condition.n_frames is None or condition.fps is None:
        return None
    seconds = Decimal(condition.n_frames) / _decimal(condition.fps)
    return _rounded(seconds * billed_samples * price.amount_usd)


def worst_case_cost(
    condition: Condition, prices: Sequence[Price], *, on: date, n_samples: int = 1
) -> Decimal | None:
    """USD to hold before a paid call: every asked sample billed; None forbids the call."""
    return cloud_cost(condition, prices, billed_samples=n_samples, on=on)


def worst_case_of_members(
    members: Sequence[Condition], prices: Sequence[Price], *, on: date
) -> Decimal | None:
    """USD to hold before a routed run is sent to a member nobody has chosen yet: the dearest.

    Members on the own machine hold nothing. None forbids the run: a paid member has no price.
    """
    held = Decimal(0)
    for member in members:
        if member.location is Location.CLOUD:
            cost = worst_case_cost(member, prices, on=on)
            if cost is None:
                return None
            held = max(held, cost)
    return held


def _require(price: Price, unit: PriceUnit) -> None:
    if price.unit is not unit:
        raise ValueError(f"{price.price_id} is no price per {unit}")


def _decimal(value: float) -> Decimal:
    # By its shortest text: Decimal(261.4) would carry the binary error into the money.
    if value < 0:
        raise ValueError(f"a cost needs a quantity of 0 or more, got {value}")
    return Decimal(str(value))


def _rounded(cost: Decimal) -> Decimal:
    return cost.quantize(_MICRO_USD, rounding=ROUND_HALF_UP)
