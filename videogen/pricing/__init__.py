"""Dated prices and what a run consumed of them; money is Decimal, unknown is None."""

from videogen.pricing.cost import cloud_cost, local_cost, worst_case_cost, worst_case_of_members
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
    "cloud_cost",
    "load_prices",
    "local_cost",
    "price_for",
    "price_of_condition",
    "resolution_of",
    "worst_case_cost",
    "worst_case_of_members",
]
