"""Money is held before a paid call, and never more than the cap."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from tests.store.records import make_reservation
from videogen.errors import BudgetExceededError, NotFoundError
from videogen.store import (
    Database,
    MonthSpend,
    events_of,
    month_spend,
    release,
    reservations,
    reserve,
    settle,
)
from videogen.texts import error_message


def test_twenty_threads_race_for_the_last_dollar_and_never_pass_the_cap(
    database: Database,
) -> None:
    start = threading.Barrier(20)

    def try_to_reserve(i: int) -> bool:
        start.wait()
        try:
            reserve(database, make_reservation(f"a{i}", "0.40"), Decimal("1.00"))
        except BudgetExceededError:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        held = list(pool.map(try_to_reserve, range(20)))

    assert sum(held) == 2  # 0.40 + 0.40; a third would make 1.20
    assert month_spend(database, "2026-11").held_usd == Decimal("0.80")


def test_the_last_cent_may_be_held(database: Database) -> None:
    reserve(database, make_reservation("a1", "0.60"), Decimal(1))
    reserve(database, make_reservation("a2", "0.40"), Decimal(1))

    assert month_spend(database, "2026-11").held_usd == Decimal(1)


def test_a_refusal_says_what_is_left(database: Database) -> None:
    reserve(database, make_reservation("a1", "3.20"), Decimal(5))

    with pytest.raises(BudgetExceededError) as refusal:
        reserve(database, make_reservation("a2", "3.20"), Decimal(5))

    assert refusal.value.facts["left_usd"] == Decimal("1.80")
    assert "1.80" in error_message(refusal.value, "en")
    assert "1.80" in error_message(refusal.value, "th")


def test_settling_spends_what_was_billed_and_frees_the_rest(database: Database) -> None:
    reserve(database, make_reservation("a1", "3.20"), Decimal(5))

    settle(database, "a1", Decimal("0.80"))
    settle(database, "a1", Decimal("0.80"))  # said twice, billed once

    spend = month_spend(database, "2026-11")
    assert spend == MonthSpend(spent_usd=Decimal("0.80"), held_usd=Decimal(0))
    kinds = [event.kind for event in events_of(database, "a1")]
    assert kinds == ["money.reserved", "money.settled"]


def test_released_money_can_be_held_again(database: Database) -> None:
    reserve(database, make_reservation("a1", "1.00"), Decimal(1))

    release(database, "a1")
    reserve(database, make_reservation("a2", "1.00"), Decimal(1))

    assert [r.state.value for r in reservations(database, "2026-11")] == ["released", "held"]


def test_billed_money_is_not_released(database: Database) -> None:
    reserve(database, make_reservation("a1", "1.00"), Decimal(1))
    settle(database, "a1", Decimal(1))

    with pytest.raises(ValueError, match="billed"):
        release(database, "a1")


def test_reserving_the_same_again_holds_it_once(database: Database) -> None:
    reserve(database, make_reservation("a1", "0.70"), Decimal(1))
    reserve(database, make_reservation("a1", "0.70"), Decimal(1))

    assert month_spend(database, "2026-11").held_usd == Decimal("0.70")


def test_a_month_without_paid_calls_has_spent_nothing(database: Database) -> None:
    spend = month_spend(database, "2030-01")

    assert spend == MonthSpend(spent_usd=Decimal(0), held_usd=Decimal(0))


def test_settling_what_was_never_held_is_refused(database: Database) -> None:
    with pytest.raises(NotFoundError):
        settle(database, "nobody", Decimal(1))
