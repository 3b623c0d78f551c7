from dataclasses import fields
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videogen.errors import InvalidInputError
from videogen.evidence.assumptions import QUERY_NAMES, Assumptions, MachineBasis, read_usd
from videogen.texts import error_hint, error_message

OWNED = Assumptions(
    n_videos_month=500,
    machine=MachineBasis.OWNED,
    purchase_usd=Decimal(2500),
    utilisation=Decimal("0.6"),
    electricity_usd_kwh=Decimal("0.15"),
)


def refused(**query: str) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        Assumptions.from_query(query)
    return caught.value


def test_every_assumption_has_its_place_in_a_link() -> None:
    assert set(QUERY_NAMES) == {field.name for field in fields(Assumptions)}
    assert len(set(QUERY_NAMES.values())) == len(QUERY_NAMES)


def test_a_link_carries_only_what_differs_and_money_with_its_currency() -> None:
    assert Assumptions().as_query() == {}
    assert OWNED.as_query() == {
        "n": "500",
        "machine": "owned",
        "buy": "2500 USD",
        "use": "0.6",
        "kwh": "0.15 USD",
    }


def amounts(most: int, places: int) -> st.SearchStrategy[Decimal]:
    smallest = Decimal(1).scaleb(-places)
    return st.decimals(min_value=smallest, max_value=most, places=places)


@settings(max_examples=25, deadline=None)
@given(
    st.builds(
        Assumptions,
        n_videos_month=st.integers(1, 1_000_000),
        n_gpus=st.integers(0, 1_000),
        machine=st.sampled_from(MachineBasis),
        purchase_usd=st.decimals(min_value=1, max_value=10_000_000, places=2),
        amortisation_months=st.integers(1, 120),
        utilisation=st.decimals(min_value="0.01", max_value=1, places=3),
        rent_usd_hour=amounts(10_000, 3),
        electricity_usd_kwh=st.none() | amounts(100, 4),
        power_w=st.none() | st.decimals(min_value=1, max_value=100_000, places=1),
        fixed_usd_month=st.decimals(min_value=0, max_value=10_000_000, places=2),
    )
)
def test_whatever_is_assumed_comes_back_from_its_link(said: Assumptions) -> None:
    assert Assumptions.from_query(said.as_query()) == said


def test_a_person_may_write_a_percentage_thousands_and_a_dollar_sign() -> None:
    said = Assumptions.from_query({"machine": "owned", "buy": "$2,500", "use": "60 %"})

    assert (said.purchase_usd, said.utilisation) == (Decimal(2500), Decimal("0.6"))


@pytest.mark.parametrize(
    ("query", "field", "problem"),
    [
        ({"rent": "0.5"}, "rent_usd_hour", "money_without_currency"),
        ({"rent": "20 THB"}, "rent_usd_hour", "money_other_currency"),
        ({"rent": "฿20"}, "rent_usd_hour", "money_other_currency"),
        ({"rent": "abc"}, "rent_usd_hour", "money_unreadable"),
        ({"rent": "NaN USD"}, "rent_usd_hour", "money_unreadable"),
        ({"rent": "0,50 USD"}, "rent_usd_hour", "money_unreadable"),
        ({"rent": "-3 USD"}, "rent_usd_hour", "assumption_out_of_range"),
        ({"buy": "1e9 USD"}, "purchase_usd", "money_other_currency"),
        ({"n": "0"}, "n_videos_month", "assumption_out_of_range"),
        ({"n": "1.5"}, "n_videos_month", "assumption_no_whole_number"),
        ({"n": "many"}, "n_videos_month", "assumption_no_number"),
        ({"gpus": "-1"}, "n_gpus", "assumption_out_of_range"),
        ({"use": "0"}, "utilisation", "assumption_out_of_range"),
        ({"use": "1.2"}, "utilisation", "assumption_out_of_range"),
        ({"watts": "inf"}, "power_w", "assumption_no_number"),
        ({"gpus": "9" * 5000}, "n_gpus", "assumption_no_number"),
        ({"machine": "borrowed"}, "machine", "assumption_choice"),
        ({"machine": "owned"}, "purchase_usd", "assumption_missing"),
        ({"machine": "rented"}, "rent_usd_hour", "assumption_missing"),
    ],
)
def test_what_cannot_be_used_is_refused_by_field_value_and_fix(
    query: dict[str, str], field: str, problem: str
) -> None:
    error = refused(**query)

    assert (error.field, error.problem) == (field, problem)
    for language in ("en", "th"):
        told = error_message(error, language) + error_hint(error, language)
        assert "{" not in told
        assert len(told) < 300


def test_the_fix_of_a_price_without_currency_is_named() -> None:
    error = refused(rent="0.5")

    assert error_message(error, "en") == "rent_usd_hour: 0.5 names no currency."
    assert "0.50 USD" in error_hint(error, "en")


def test_an_amount_is_read_with_its_currency_before_or_after() -> None:
    assert {read_usd(text, field="x") for text in ("0.50 USD", "USD 0.5", "0.5usd", "$0.50")} == {
        Decimal("0.5")
    }
