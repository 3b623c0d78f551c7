"""Caps for the month, each person and each vendor are never passed; a stop holds everything."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.store.records import NOON, make_attempt, make_condition, make_reservation, make_run
from videogen.domain.money import CapScope, PaidCallsSwitch, Reservation, SpendCap
from videogen.errors import (
    BudgetExceededError,
    PaidCallsStoppedError,
    PersonBudgetExceededError,
    ProviderBudgetExceededError,
)
from videogen.store import (
    Database,
    audit_events,
    month_money,
    paid_calls_stop,
    reservation_of,
    reserve,
    save,
    settle,
    spend_caps,
)
from videogen.texts import error_hint, error_message, failure_advice

MONTH = "2026-11"
ROOMY = Decimal(500)


def cap(scope: CapScope, subject: str | None, cap_usd: str | None, *, at_s: int = 0) -> SpendCap:
    return SpendCap(
        spend_cap_id=f"{scope}-{subject}-{at_s}",
        scope=scope,
        subject=subject,
        cap_usd=None if cap_usd is None else Decimal(cap_usd),
        set_at=NOON + timedelta(seconds=at_s),
        set_by="boss",
        why="budget of the quarter",
    )


def call(attempt_id: str, amount: str, *, owner: str = "nok", kind: str = "vertex") -> Reservation:
    return replace(make_reservation(attempt_id, amount), owner=owner, provider=kind)


def stop(database: Database, *, is_stopped: bool, at_s: int = 0) -> None:
    switch = PaidCallsSwitch(
        switch_id=f"switch-{at_s}",
        is_stopped=is_stopped,
        at=NOON + timedelta(seconds=at_s),
        who="boss",
        why="the bill is odd",
    )
    save(database, switch)


@pytest.mark.parametrize(
    ("limit", "campaign_usd"),
    [
        (cap(CapScope.MONTH, None, "1.00"), None),
        (cap(CapScope.PERSON, "nok", "1.00"), None),
        (cap(CapScope.PERSON, None, "1.00"), None),  # each one's own, and all ask as one person
        (cap(CapScope.PROVIDER, "vertex", "1.00"), None),
        (cap(CapScope.PROVIDER, None, "1.00"), None),
        (cap(CapScope.MONTH, None, "9.00"), Decimal("1.00")),
    ],
    ids=lambda value: f"{value.scope}-{value.subject}" if isinstance(value, SpendCap) else "",
)
def test_fifty_threads_race_for_the_last_dollar_of_any_cap_and_none_passes_it(
    database: Database, limit: SpendCap, campaign_usd: Decimal | None
) -> None:
    save(database, limit)
    start = threading.Barrier(50)

    def try_to_reserve(i: int) -> bool:
        asked = replace(call(f"a{i}", "0.30"), campaign_id="c1")
        start.wait()
        try:
            reserve(database, asked, ROOMY, campaign_usd)
        except BudgetExceededError:
            return False
        return True

    with ThreadPoolExecutor(50) as pool:
        took = list(pool.map(try_to_reserve, range(50)))

    assert sum(took) == 3
    assert month_money(database, MONTH, ROOMY).whole().held_usd == Decimal("0.90")


def test_a_default_cap_is_each_ones_own_and_a_cap_of_ones_own_beats_it(database: Database) -> None:
    save(database, cap(CapScope.PERSON, None, "1.00"), cap(CapScope.PERSON, "boss", "2.00"))

    reserve(database, call("a1", "1.00"), ROOMY)
    reserve(database, call("a2", "1.00", owner="lek"), ROOMY)
    reserve(database, call("a3", "2.00", owner="boss"), ROOMY)

    with pytest.raises(PersonBudgetExceededError) as refusal:
        reserve(database, call("a4", "0.01"), ROOMY)
    assert refusal.value.facts["subject"] == "nok"
    assert refusal.value.facts["left_usd"] == 0
    assert "nok" in error_message(refusal.value, "th")
    assert "administrator" in error_hint(refusal.value, "en")


def test_a_cap_taken_away_leaves_the_default_to_count(database: Database) -> None:
    save(database, cap(CapScope.PROVIDER, None, "1.00"), cap(CapScope.PROVIDER, "vertex", "5.00"))
    save(database, cap(CapScope.PROVIDER, "vertex", None, at_s=1))

    with pytest.raises(ProviderBudgetExceededError):
        reserve(database, call("a1", "1.01"), ROOMY)

    assert len(spend_caps(database)) == 2


def test_a_cap_set_here_beats_the_settings_and_the_newest_one_counts(database: Database) -> None:
    save(database, cap(CapScope.MONTH, None, "3.00"), cap(CapScope.MONTH, None, "2.00", at_s=1))

    whole = month_money(database, MONTH, ROOMY).whole()

    assert whole.cap_usd == 2
    with pytest.raises(BudgetExceededError):
        reserve(database, call("a1", "2.01"), ROOMY)


def test_lowering_below_what_is_held_stops_further_calls_and_takes_nothing_back(
    database: Database,
) -> None:
    reserve(database, call("a1", "3.00"), ROOMY)
    save(database, cap(CapScope.PERSON, "nok", "1.00"))

    with pytest.raises(PersonBudgetExceededError) as refusal:
        reserve(database, call("a2", "0.01"), ROOMY)
    settle(database, "a1", Decimal("2.50"))

    limit = month_money(database, MONTH, ROOMY).of_person("nok")
    assert refusal.value.facts["left_usd"] == 0
    assert (limit.spent_usd, limit.left_usd) == (Decimal("2.50"), Decimal("-1.50"))


def test_a_cap_of_nothing_lets_nothing_leave_and_is_all_used_by_what_is_gone(
    database: Database,
) -> None:
    save(database, cap(CapScope.PROVIDER, "vertex", "0"))
    unused = month_money(database, MONTH, ROOMY).of_provider("vertex")
    with pytest.raises(ProviderBudgetExceededError):
        reserve(database, call("a1", "0.000001"), ROOMY)
    reserve(database, call("a2", "0"), ROOMY)  # what costs nothing passes no cap
    save(database, call("of-before", "0.40"))

    used = month_money(database, MONTH, ROOMY).of_provider("vertex")

    assert (unused.share, unused.is_warned) == (0.0, False)
    assert (used.share, used.is_warned, used.left_usd) == (1.0, True, Decimal("-0.40"))


def test_caps_are_of_the_month_of_the_call(database: Database) -> None:
    save(database, cap(CapScope.PERSON, "nok", "1.00"))
    reserve(database, replace(call("a1", "1.00"), month="2026-10"), ROOMY)

    reserve(database, call("a2", "1.00"), ROOMY)

    assert month_money(database, MONTH, ROOMY).of_person("nok").held_usd == 1


def test_holds_from_before_such_caps_count_by_their_run_and_its_condition(
    database: Database,
) -> None:
    condition = make_condition()
    save(database, condition)
    run = replace(make_run("r1"), condition_id=condition.condition_id, owner="lek")
    save(database, run, make_attempt("a1", "r1"), make_reservation("a1", "0.70"))
    save(database, make_reservation("of-nobody", "0.20"))

    money = month_money(database, MONTH, ROOMY)

    assert money.of_person("lek").held_usd == Decimal("0.70")
    assert money.of_provider(condition.backend).held_usd == Decimal("0.70")
    assert money.whole().held_usd == Decimal("0.90")
    assert [one.subject for one in money.known(CapScope.PERSON)] == ["lek"]


def test_one_person_has_one_cap_however_the_name_is_written(database: Database) -> None:
    composed, apart = "Zo\u00eb", "zoe\u0308"  # one name, two ways to store it
    save(database, cap(CapScope.PERSON, composed, "1.00"))
    reserve(database, call("a1", "0.60", owner=composed), ROOMY)

    with pytest.raises(PersonBudgetExceededError):
        reserve(database, call("a2", "0.60", owner=apart), ROOMY)
    reserve(database, call("a3", "0.30", owner=apart.upper()), ROOMY)

    money = month_money(database, MONTH, ROOMY)
    (told,) = money.known(CapScope.PERSON)
    assert (told.held_usd, told.cap_usd) == (Decimal("0.90"), Decimal(1))
    assert money.of_person(apart).left_usd == Decimal("0.10")


def test_four_fifths_of_a_cap_are_an_event_once_for_it_and_the_month(database: Database) -> None:
    save(database, cap(CapScope.PERSON, "nok", "1.00"))

    reserve(database, call("a1", "0.79"), ROOMY)
    before = audit_events(database, kinds=["money.warned"], limit=9)
    reserve(database, call("a2", "0.01"), ROOMY)
    reserve(database, call("a3", "0.10"), ROOMY)
    reserve(database, replace(call("a4", "0.90"), month="2026-12"), ROOMY)

    later, first = audit_events(database, kinds=["money.warned"], limit=9)
    assert before == []
    assert (first.data["subject"], first.data["held_usd"]) == ("nok", "0.800000")
    assert later.data["month"] == "2026-12"


def test_a_bill_above_its_hold_that_uses_up_caps_warns_once_of_each(database: Database) -> None:
    save(database, cap(CapScope.PERSON, "nok", "1.00"), cap(CapScope.MONTH, None, "20.00"))
    reserve(database, call("a1", "0.30"), ROOMY)

    settle(database, "a1", Decimal("7.00"), ROOMY)
    settle(database, "a1", Decimal("7.50"), ROOMY)
    with pytest.raises(PersonBudgetExceededError):
        reserve(database, call("a2", "0.10"), ROOMY)

    (warned,) = audit_events(database, kinds=["money.warned"], limit=9)
    assert (warned.data["subject"], warned.data["spent_usd"]) == ("nok", "7.000000")
    assert month_money(database, MONTH, ROOMY).whole().left_usd == Decimal("12.50")


def test_stopped_paid_calls_hold_nothing_until_they_go_on(database: Database) -> None:
    stop(database, is_stopped=True)

    with pytest.raises(PaidCallsStoppedError) as refusal:
        reserve(database, call("a1", "0.01"), ROOMY)
    nothing = reservation_of(database, "a1")
    stop(database, is_stopped=False, at_s=1)
    reserve(database, call("a1", "0.01"), ROOMY)

    assert nothing is None
    assert "the bill is odd" in error_message(refusal.value, "en")
    assert paid_calls_stop(database) is None


@pytest.mark.parametrize("language", ["en", "th"])
def test_a_run_that_a_persons_cap_refused_says_whose_it_was(
    database: Database, language: str
) -> None:
    name = "a=1, cap_usd=7"
    save(database, cap(CapScope.PERSON, name, "0.10"))

    with pytest.raises(PersonBudgetExceededError) as refusal:
        reserve(database, call("a1", "0.30", owner=name), ROOMY)

    advice = failure_advice("budget", language, str(refusal.value))
    assert "0.30" in advice.happened
    assert "0.10" in advice.happened
