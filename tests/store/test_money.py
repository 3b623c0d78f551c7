"""Money is held before a paid call, and never more than the cap."""

import contextlib
import random
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.store.records import make_attempt, make_reservation, make_run
from videogen.errors import BudgetExceededError, NotFoundError
from videogen.store import (
    CampaignSpend,
    Database,
    MonthSpend,
    campaign_spend,
    events_of,
    month_spend,
    open_reservations,
    release,
    release_unsent,
    reservation_of,
    reservations,
    reserve,
    save,
    settle,
)
from videogen.texts import error_hint, error_message


@pytest.mark.parametrize(
    ("month_usd", "campaign_usd", "held"),
    [
        ("1.00", None, 2),  # 0.40 + 0.40; a third would make 1.20
        ("9.00", "1.30", 3),
        ("0.50", "9.00", 1),
        ("0.39", "0.39", 0),
    ],
)
def test_fifty_threads_race_for_the_last_dollars_and_pass_neither_cap(
    database: Database, month_usd: str, campaign_usd: str | None, held: int
) -> None:
    start = threading.Barrier(50)
    campaign_cap_usd = None if campaign_usd is None else Decimal(campaign_usd)

    def try_to_reserve(i: int) -> bool:
        asked = replace(make_reservation(f"a{i}", "0.40"), campaign_id="c1")
        start.wait()
        try:
            reserve(database, asked, Decimal(month_usd), campaign_cap_usd)
        except BudgetExceededError:
            return False
        return True

    with ThreadPoolExecutor(50) as pool:
        took = list(pool.map(try_to_reserve, range(50)))

    assert sum(took) == held
    assert month_spend(database, "2026-11").held_usd == held * Decimal("0.40")
    assert campaign_spend(database, "c1").held_usd == held * Decimal("0.40")


def test_any_order_of_holding_settling_and_releasing_stays_under_both_caps(
    database: Database,
) -> None:
    chance = random.Random(20261122)
    cap_usd, campaign_cap_usd = Decimal(5), Decimal(3)
    open_ids: list[str] = []

    for step in range(150):
        if open_ids and chance.random() < 0.5:
            attempt_id = open_ids.pop(chance.randrange(len(open_ids)))
            held = reservation_of(database, attempt_id)
            assert held is not None
            if chance.random() < 0.5:
                settle(database, attempt_id, held.amount_usd * chance.randrange(3) / 2)
            else:
                release(database, attempt_id)
        else:
            campaign_id = chance.choice([None, "c1"])
            asked = replace(
                make_reservation(f"a{step}", str(chance.randrange(1, 1_000_000) / 1_000_000)),
                campaign_id=campaign_id,
            )
            with contextlib.suppress(BudgetExceededError):
                reserve(database, asked, cap_usd, campaign_cap_usd if campaign_id else None)
                open_ids.append(asked.attempt_id)
        month, campaign = month_spend(database, "2026-11"), campaign_spend(database, "c1")

        assert month.spent_usd + month.held_usd <= cap_usd
        assert campaign.spent_usd + campaign.held_usd <= campaign_cap_usd


def test_a_sum_below_a_microdollar_is_held_rounded_up(database: Database) -> None:
    reserve(database, make_reservation("a1", "0.0000001"), Decimal(1))

    assert month_spend(database, "2026-11").held_usd == Decimal("0.000001")


@pytest.mark.parametrize("amount", ["-0.01", "NaN", "Infinity"])
def test_what_is_no_sum_of_money_is_neither_held_nor_billed(
    database: Database, amount: str
) -> None:
    reserve(database, make_reservation("a1", "0.40"), Decimal(1))

    with pytest.raises(ValueError, match="no sum of money"):
        reserve(database, make_reservation("a2", amount), Decimal(1))
    with pytest.raises(ValueError, match="no sum of money"):
        settle(database, "a1", Decimal(amount))

    assert month_spend(database, "2026-11").held_usd == Decimal("0.40")


def test_the_campaigns_refusal_names_the_campaign_in_both_languages(database: Database) -> None:
    asked = replace(make_reservation("a1", "3.20"), campaign_id="c1")

    with pytest.raises(BudgetExceededError) as refusal:
        reserve(database, asked, Decimal(50), Decimal(2))

    facts = {"cap": "campaign", "asked_usd": Decimal("3.20"), "left_usd": 2, "cap_usd": 2}
    assert refusal.value.facts == facts
    assert refusal.value.code == "budget"
    assert "campaign" in error_message(refusal.value, "en")
    assert "แคมเปญ" in error_message(refusal.value, "th")
    assert "cap" in error_hint(refusal.value, "en")


def test_of_two_caps_the_one_with_less_left_is_named(database: Database) -> None:
    asked = replace(make_reservation("a1", "3.20"), campaign_id="c1")

    with pytest.raises(BudgetExceededError) as refusal:
        reserve(database, asked, Decimal(1), Decimal(2))

    assert refusal.value.facts["cap"] == "month"
    assert refusal.value.facts["left_usd"] == 1


def test_another_campaigns_money_and_money_of_no_campaign_do_not_count(
    database: Database,
) -> None:
    other = replace(make_reservation("a1", "0.90"), campaign_id="c2")
    reserve(database, other, Decimal(9), Decimal(1))
    reserve(database, make_reservation("a2", "0.90"), Decimal(9))

    reserve(
        database,
        replace(make_reservation("a3", "0.90"), campaign_id="c1"),
        Decimal(9),
        Decimal(1),
    )

    assert campaign_spend(database, "c1") == CampaignSpend(
        spent_usd=Decimal(0), held_usd=Decimal("0.90")
    )


def test_a_hold_from_before_campaigns_had_caps_counts_by_its_run(database: Database) -> None:
    save(database, make_run("r1", campaign_id="c1"), make_attempt("a1", "r1"))
    reserve(database, make_reservation("a1", "0.40"), Decimal(9))

    assert campaign_spend(database, "c1").held_usd == Decimal("0.40")


def test_an_open_hold_counts_in_its_own_month_and_is_shown_later(database: Database) -> None:
    reserve(database, replace(make_reservation("a1", "0.80"), month="2026-10"), Decimal(1))

    reserve(database, make_reservation("a2", "1.00"), Decimal(1))  # November's cap is whole

    november = month_spend(database, "2026-11")
    assert (november.held_usd, november.open_earlier_usd) == (Decimal(1), Decimal("0.80"))
    assert month_spend(database, "2026-10").held_usd == Decimal("0.80")
    assert [held.attempt_id for held in open_reservations(database)] == ["a1", "a2"]


def test_a_bill_that_comes_late_counts_in_the_month_of_its_call(database: Database) -> None:
    reserve(database, replace(make_reservation("a1", "0.80"), month="2026-10"), Decimal(1))

    settle(database, "a1", Decimal("0.50"))

    assert month_spend(database, "2026-10").spent_usd == Decimal("0.50")
    assert month_spend(database, "2026-11") == MonthSpend(spent_usd=Decimal(0), held_usd=Decimal(0))


KILLED_WHILE_HOLDING = """
import os, signal, sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tests.store.records import NOON, make_attempt, make_reservation, make_run
from videogen.store import Database, reserve, save

database = Database.open(Path(sys.argv[1]))
for name in ("never-sent", "sent"):
    save(database, make_run(f"run-{name}"), make_attempt(name, f"run-{name}"))
    reserve(database, make_reservation(name, "0.40"), Decimal(5))
save(database, make_attempt("sent", "run-sent", submitted_at=NOON))
with database.write():
    reserve(database, make_reservation("uncommitted", "0.40"), Decimal(5))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_restart_frees_what_was_held_for_a_call_that_was_never_sent(tmp_path: Path) -> None:
    file = tmp_path / "data" / "videogen.duckdb"
    subprocess.run([sys.executable, "-c", KILLED_WHILE_HOLDING, str(file)], check=False, timeout=60)

    with Database.open(file) as database:
        held_before = [held.attempt_id for held in open_reservations(database)]
        freed = [held.attempt_id for held in release_unsent(database)]

        assert held_before == ["never-sent", "sent"]  # what was not committed is not held
        assert freed == ["never-sent"]
        assert [held.attempt_id for held in open_reservations(database)] == ["sent"]
        assert release_unsent(database) == []


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


def test_an_ended_reservation_does_not_pass_for_a_new_hold(database: Database) -> None:
    reserve(database, make_reservation("a1", "0.40"), Decimal(1))
    release(database, "a1")

    with pytest.raises(ValueError, match="has ended"):
        reserve(database, make_reservation("a1", "0.40"), Decimal(1))
