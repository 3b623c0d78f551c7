"""Prices, and money that is held before a paid call and settled after it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from videogen.domain.event import Event
from videogen.domain.money import Price, Reservation, ReservationState
from videogen.errors import (
    BudgetExceededError,
    CampaignBudgetExceededError,
    NotFoundError,
    PaidCallsStoppedError,
    PersonBudgetExceededError,
    ProviderBudgetExceededError,
)
from videogen.store.database import Database
from videogen.store.mapping import MICRODOLLAR
from videogen.store.month_money import SpendLimit, month_money, paid_calls_stop
from videogen.store.saving import put

CENT = Decimal("0.01")
REFUSALS = {
    "month": BudgetExceededError,
    "campaign": CampaignBudgetExceededError,
    "person": PersonBudgetExceededError,
    "provider": ProviderBudgetExceededError,
}

PRICES = "SELECT * FROM price ORDER BY subject, resolution, as_of, price_id"


def prices(database: Database) -> list[Price]:
    """Every dated price, the newest of a subject last."""
    return database.rows(Price, PRICES)


PRICES_USED = """
    SELECT * FROM price WHERE price_id IN (
        SELECT price_id FROM attempt JOIN run USING (run_id) WHERE campaign_id = $campaign_id)
    ORDER BY subject, resolution, as_of, price_id
"""


def prices_used(database: Database, campaign_id: str) -> list[Price]:
    """What the campaign's runs were costed with."""
    return database.rows(Price, PRICES_USED, campaign_id=campaign_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSpend:
    """Money of paid calls in one month: gone, and held for calls that have not ended.

    A call counts in the month it was made in, since that is when the vendor billed it, however
    late its outcome is known. What earlier months still hold is only shown: it limits nothing.
    """

    spent_usd: Decimal
    held_usd: Decimal
    open_earlier_usd: Decimal = Decimal(0)


MONTH_SPEND = """
    SELECT coalesce(sum(settled_usd) FILTER (WHERE state = 'settled' AND month = $month), 0)
               ::DECIMAL(18, 6) AS spent_usd,
           coalesce(sum(amount_usd) FILTER (WHERE state = 'held' AND month = $month), 0)
               ::DECIMAL(18, 6) AS held_usd,
           coalesce(sum(amount_usd) FILTER (WHERE state = 'held' AND month < $month), 0)
               ::DECIMAL(18, 6) AS open_earlier_usd
    FROM reservation
"""


def month_spend(database: Database, month: str) -> MonthSpend:
    """`month` as in "2026-11", UTC."""
    (spend,) = database.rows(MonthSpend, MONTH_SPEND, month=month)
    return spend


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignSpend:
    """Money of a campaign's paid calls over all months: gone, and held for open ones."""

    spent_usd: Decimal
    held_usd: Decimal


# Holds from before campaigns had caps name none: their run does.
CAMPAIGN_SPEND = """
    SELECT coalesce(sum(settled_usd) FILTER (WHERE state = 'settled'), 0)::DECIMAL(18, 6)
               AS spent_usd,
           coalesce(sum(amount_usd) FILTER (WHERE state = 'held'), 0)::DECIMAL(18, 6) AS held_usd
    FROM reservation
    WHERE campaign_id = $campaign_id
       OR (campaign_id IS NULL AND attempt_id IN (
              SELECT attempt_id FROM attempt JOIN run USING (run_id)
              WHERE run.campaign_id = $campaign_id))
"""


def campaign_spend(database: Database, campaign_id: str) -> CampaignSpend:
    (spend,) = database.rows(CampaignSpend, CAMPAIGN_SPEND, campaign_id=campaign_id)
    return spend


RESERVATION_OF_ATTEMPT = "SELECT * FROM reservation WHERE attempt_id = $attempt_id"


def reservation_of(database: Database, attempt_id: str) -> Reservation | None:
    """None: nothing was ever held for it."""
    held = database.rows(Reservation, RESERVATION_OF_ATTEMPT, attempt_id=attempt_id)
    return held[0] if held else None


def reserve(
    database: Database,
    reservation: Reservation,
    cap_usd: Decimal,
    campaign_cap_usd: Decimal | None = None,
) -> None:
    """Hold money for one attempt, unless a cap would be passed or paid calls are stopped.

    Caps are the month's (`cap_usd` until somebody sets one), its owner's, its provider's and its
    campaign's. The first time that one is used to four fifths is an event.
    Raises: BudgetExceededError: names the cap with least left and what is left; nothing is held.
        PaidCallsStoppedError. ValueError: the attempt has another reservation, or an ended one.
    """
    _check(reservation.amount_usd)
    with database.write():
        stored = reservation_of(database, reservation.attempt_id)
        if stored is not None:
            _check_same(stored, reservation)
            return
        # Up, never down: a thousand roundings down would pass the cap unseen.
        amount_usd = reservation.amount_usd.quantize(MICRODOLLAR, ROUND_CEILING)
        reservation = replace(reservation, amount_usd=amount_usd)
        refuse_while_stopped(database)
        limits = limits_of(database, reservation, cap_usd, campaign_cap_usd)
        _check_limits(reservation, limits)
        _store(database, reservation, "money.reserved", amount_usd)
        for limit in limits:
            held_usd = limit.held_usd + amount_usd
            warn_once(database, reservation.month, replace(limit, held_usd=held_usd))


CAMPAIGN_CAP = "SELECT cap_usd FROM campaign WHERE campaign_id = $campaign_id"


def settle(
    database: Database, attempt_id: str, amount_usd: Decimal, usual_cap_usd: Decimal | None = None
) -> None:
    """Turn what was held into what was billed; a bill above its hold may use up a cap.

    Args: usual_cap_usd: of the month, until somebody sets one; without it nobody is warned.
    Raises: NotFoundError: nothing was ever held for the attempt.
    """
    _check(amount_usd)
    with database.write():
        held = _held_for(database, attempt_id)
        amount_usd = amount_usd.quantize(MICRODOLLAR, ROUND_HALF_UP)
        settled = replace(held, state=ReservationState.SETTLED, settled_usd=amount_usd)
        if settled == held:
            return
        _store(database, settled, "money.settled", amount_usd)
        if usual_cap_usd is not None and amount_usd > held.amount_usd:
            campaign_cap_usd = database.value(CAMPAIGN_CAP, campaign_id=held.campaign_id)
            for limit in limits_of(database, settled, usual_cap_usd, campaign_cap_usd):
                warn_once(database, held.month, limit)


def release(database: Database, attempt_id: str) -> None:
    """Give back what was held: the call was never sent or cost nothing.

    Raises: NotFoundError: nothing was ever held. ValueError: it has been billed already.
    """
    with database.write():
        held = _held_for(database, attempt_id)
        if held.state is ReservationState.SETTLED:
            raise ValueError(f"the money of attempt {attempt_id} has been billed")
        if held.state is ReservationState.HELD:
            released = replace(held, state=ReservationState.RELEASED)
            _store(database, released, "money.released", held.amount_usd)


HELD_BUT_NEVER_SENT = """
    SELECT reservation.* FROM reservation JOIN attempt USING (attempt_id)
    WHERE reservation.state = 'held' AND attempt.submitted_at IS NULL
      AND attempt.external_id IS NULL AND attempt.state <> 'uncertain'
    ORDER BY reserved_at, reservation_id
"""


def release_unsent(database: Database) -> list[Reservation]:
    """At start-up: give back what is held for calls that never left the machine.

    A call that was about to be sent when the process ended keeps its money: it may be billed.
    """
    with database.write():
        unsent = database.rows(Reservation, HELD_BUT_NEVER_SENT)
        for held in unsent:
            release(database, held.attempt_id)
    return unsent


RESERVATIONS = "SELECT * FROM reservation WHERE month = $month ORDER BY reserved_at"


def reservations(database: Database, month: str) -> list[Reservation]:
    """Oldest first."""
    return database.rows(Reservation, RESERVATIONS, month=month)


OPEN_RESERVATIONS = """
    SELECT * FROM reservation WHERE state = 'held' ORDER BY reserved_at, reservation_id
"""


def open_reservations(database: Database) -> list[Reservation]:
    """All that is held now, of whatever month, oldest first."""
    return database.rows(Reservation, OPEN_RESERVATIONS)


def _check(amount_usd: Decimal) -> None:
    if not amount_usd.is_finite() or amount_usd < 0:
        raise ValueError(f"{amount_usd} is no sum of money to hold or bill")


def _check_same(stored: Reservation, asked: Reservation) -> None:
    if stored.reservation_id != asked.reservation_id:
        raise ValueError(f"attempt {asked.attempt_id} has a reservation already")
    if stored.state is not ReservationState.HELD:
        raise ValueError(f"the reservation of attempt {asked.attempt_id} has ended")


def limits_of(
    database: Database,
    reservation: Reservation,
    cap_usd: Decimal,
    campaign_cap_usd: Decimal | None,
) -> list[SpendLimit]:
    """Inside `write()`, so that two that ask at once cannot both find the last dollar."""
    month = month_money(database, reservation.month, cap_usd)
    limits = month.limits(reservation.owner, reservation.provider)
    if reservation.campaign_id is not None and campaign_cap_usd is not None:
        campaign = campaign_spend(database, reservation.campaign_id)
        limits.append(
            SpendLimit(
                cap="campaign",
                subject=reservation.campaign_id,
                cap_usd=campaign_cap_usd,
                spent_usd=campaign.spent_usd,
                held_usd=campaign.held_usd,
            )
        )
    return limits


WARNED_BEFORE = """
    SELECT count(*) > 0 FROM event
    WHERE kind = 'money.warned' AND subject_id = $subject_id AND data ->> 'cap_usd' = $cap_usd
"""


def warn_once(database: Database, month: str, limit: SpendLimit) -> None:
    """Inside `write()`: note that a cap is used to four fifths, once for it and the month.

    Another sum is another cap. A campaign's knows no months.
    """
    if not limit.is_warned:
        return
    when = None if limit.cap == "campaign" else month
    named = (when, limit.cap, limit.subject)
    subject_id = ":".join(one for one in named if one is not None)
    facts = {"cap_usd": str(limit.cap_usd), "spent_usd": str(limit.spent_usd)}
    if database.value(WARNED_BEFORE, subject_id=subject_id, cap_usd=facts["cap_usd"]):
        return
    facts |= {"held_usd": str(limit.held_usd), "cap": limit.cap, "month": month}
    _note(database, "money.warned", subject_id, {**facts, "subject": limit.subject})


def refuse_while_stopped(database: Database) -> None:
    """Raises: PaidCallsStoppedError: names who, why and when."""
    stop = paid_calls_stop(database)
    if stop is not None:
        raise PaidCallsStoppedError(who=stop.who, why=stop.why, at=f"{stop.at:%Y-%m-%d %H:%M} UTC")


def _check_limits(reservation: Reservation, limits: list[SpendLimit]) -> None:
    """The one with least left is named."""
    limit = min(limits, key=_left_usd)
    if reservation.amount_usd <= _left_usd(limit):
        return
    named = {"subject": limit.subject} if limit.cap in ("person", "provider") else {}
    raise REFUSALS[limit.cap](
        cap=limit.cap,
        **named,  # first: no name can stand in for a sum in the one line that rows keep
        asked_usd=_shown(reservation.amount_usd),
        left_usd=_shown(max(_left_usd(limit), Decimal(0))),
        cap_usd=_shown(limit.cap_usd or Decimal(0)),
    )


def _left_usd(limit: SpendLimit) -> Decimal:
    return Decimal("Infinity") if limit.left_usd is None else limit.left_usd


def _shown(amount_usd: Decimal) -> Decimal:
    """In cents, unless it is finer than that: people read it."""
    cents = amount_usd.quantize(CENT)
    return cents if cents == amount_usd else amount_usd.quantize(MICRODOLLAR).normalize()


def _held_for(database: Database, attempt_id: str) -> Reservation:
    stored = reservation_of(database, attempt_id)
    if stored is None:
        raise NotFoundError(field="attempt_id", value=attempt_id)
    return stored


def _store(database: Database, reservation: Reservation, kind: str, amount_usd: Decimal) -> None:
    put(database, reservation)
    facts = {"reservation_id": reservation.reservation_id, "amount_usd": str(amount_usd)}
    _note(database, kind, reservation.attempt_id, facts)


def _note(database: Database, kind: str, subject_id: str, facts: Mapping[str, Any]) -> None:
    event = Event(
        at=datetime.now(UTC),
        kind=kind,
        subject_id=subject_id,
        data=facts,
    )
    put(database, event)
