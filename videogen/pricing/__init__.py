"""Dated prices and what a run consumed of them; money is Decimal, unknown is None."""

from videogen.pricing.cost import cloud_cost, local_cost, worst_case_cost, worst_case_of_members
from videogen.pricing.own_price import PricedThing, own_price, priced_things, thing_of
from videogen.pricing.price_list import (
    ELECTRICITY,
    LOCAL_GPU,
    load_prices,
    price_for,
    price_of_condition,
    resolution_of,
)

__all__ = [
    "ELECTRICITY",
    "LOCAL_GPU",
    "PricedThing",
    "cloud_cost",
    "load_prices",
    "local_cost",
    "own_price",
    "price_for",
    "price_of_condition",
    "priced_things",
    "resolution_of",
    "thing_of",
    "worst_case_cost",
    "worst_case_of_members",
]
