"""A price that somebody here entered: one more dated row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from videogen.domain.money import Price, PriceUnit
from videogen.domain.rating import plain_name
from videogen.errors import InvalidInputError
from videogen.pricing.price_list import ELECTRICITY, LOCAL_GPU

OWN = "own"
SOURCE_MAX = 300
USD_MAX = 1_000_000  # per unit; keeps slips of the finger out


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedThing:
    """What a price is for."""

    subject: str
    unit: PriceUnit
    resolution: str | None = None

    @property
    def key(self) -> str:
        return "/".join([self.subject, self.unit.value, self.resolution or "any"])


def priced_things(prices: Sequence[Price]) -> list[PricedThing]:
    """The own machine and electricity first, then whatever has a price already."""
    own = [
        PricedThing(subject=LOCAL_GPU, unit=PriceUnit.GPU_HOUR),
        PricedThing(subject=ELECTRICITY, unit=PriceUnit.KWH),
    ]
    known = {
        (price.subject, price.unit, price.resolution or ""): thing_of(price) for price in prices
    }
    return [*own, *(thing for _, thing in sorted(known.items()) if thing not in own)]


def thing_of(price: Price) -> PricedThing:
    return PricedThing(subject=price.subject, unit=price.unit, resolution=price.resolution)


def own_price(
    prices: Sequence[Price],
    thing: PricedThing,
    *,
    amount_usd: Decimal,
    as_of: date,
    source: str,
    today: date,
) -> Price:
    """Raises: InvalidInputError: no source, a day that is still to come, or no possible amount."""
    said = plain_name(source)
    if not said or len(said) > SOURCE_MAX:
        raise InvalidInputError("price_needs_source", field="price_source", value=said[:40])
    if as_of > today:
        raise InvalidInputError("price_of_the_future", field="price_as_of", value=as_of.isoformat())
    if not amount_usd.is_finite() or amount_usd < 0:
        raise InvalidInputError("price_negative", field="price_amount", value=amount_usd)
    if amount_usd > USD_MAX:
        most = f"{USD_MAX:,}"
        raise InvalidInputError("price_too_high", field="price_amount", value=amount_usd, most=most)
    first = f"{thing.key}/{as_of.isoformat()}/{OWN}"
    taken = {price.price_id for price in prices}
    # A second one of the same day is a row of its own too: runs may rest on the first.
    n = 1
    while (price_id := first if n == 1 else f"{first}-{n:03}") in taken:
        n += 1
    return Price(
        price_id=price_id,
        subject=thing.subject,
        unit=thing.unit,
        amount_usd=amount_usd,
        as_of=as_of,
        source=said,
        kind=OWN,
        resolution=thing.resolution,
    )
