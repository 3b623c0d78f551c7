from datetime import date
from decimal import Decimal

import pytest

from videogen.domain.money import Price, PriceUnit
from videogen.errors import InvalidInputError
from videogen.pricing import LOCAL_GPU, PricedThing, own_price, price_for, priced_things

TODAY = date(2026, 11, 22)
GPU = PricedThing(subject=LOCAL_GPU, unit=PriceUnit.GPU_HOUR)


def entered(
    prices: list[Price], usd: str, *, as_of: date = TODAY, source: str = "our books"
) -> Price:
    return own_price(prices, GPU, amount_usd=Decimal(usd), as_of=as_of, source=source, today=TODAY)


def test_a_second_price_of_one_day_is_a_row_of_its_own_and_the_later_one_holds() -> None:
    prices: list[Price] = []
    for usd in ("0.50", "0.60", "0.70"):
        prices.append(entered(prices, usd))

    found = price_for(prices, LOCAL_GPU, PriceUnit.GPU_HOUR, None, TODAY)

    assert len({price.price_id for price in prices}) == 3
    assert found is not None
    assert found.amount_usd == Decimal("0.70")
    assert found.kind == "own"


def test_a_price_needs_a_source_and_a_day_that_has_come() -> None:
    with pytest.raises(InvalidInputError) as no_source:
        entered([], "0.50", source=" \x00\ud800")
    with pytest.raises(InvalidInputError) as too_early:
        entered([], "0.50", as_of=date(2026, 11, 23))

    assert (no_source.value.field, too_early.value.field) == ("price_source", "price_as_of")


@pytest.mark.parametrize("usd", ["-0.01", "NaN", "Infinity", "1000000.01", "1e30"])
def test_an_amount_that_no_price_can_be_is_refused(usd: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        entered([], usd)

    assert refused.value.field == "price_amount"


def test_the_own_machine_and_electricity_can_be_priced_before_anything_else() -> None:
    assert [thing.subject for thing in priced_things([])] == ["local_gpu", "electricity"]
