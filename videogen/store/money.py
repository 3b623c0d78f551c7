"""Prices, and money that is held before a paid call and settled after it."""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from videogen.domain.event import Event
from videogen.domain.money import Price, Reservation, ReservationState
from videogen.errors import BudgetExceededError, NotFoundError
from videogen.store.database import Database
from videogen.store.saving import put

PRICES = "SELECT * FROM price ORDER BY subject, resolution, as_of, price_id"


def prices(database: Database) -> list[Price]:
    """Every dated price, the newest of a subject last."""
    return database.rows(Price, PRICES)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSpend:
    """Money of paid calls in one month: gone, and held for calls that have not ended."""

    spent_usd: Decimal
    held_usd: Decimal


MONTH_SPEND = """
    SELECT coalesce(sum(settled_usd) FILTER (WHERE state = 'settled'), 0)::DECIMAL(18, 6)
               AS spent_usd,
           coalesce(sum(amount_usd) FILTER (WHERE state = 'held'), 0)::DECIMAL(18, 6) AS held_usd
    FROM reservation WHERE month = $month
"""


def month_spend(database: Database, month: str) -> MonthSpend:
    """`month` as in "2026-11", UTC."""
    (spend,) = database.rows(MonthSpend, MONTH_SPEND, month=month)
    return spend


RESERVATION_OF_ATTEMPT = "SELECT * FROM reservation WHERE attempt_id = $attempt_id"


def reserve(database: Database, reservation: Reservation, cap_usd: Decimal) -> None:
    """Hold money for one attempt, unless the month's cap would be passed; once per attempt.

    Raises: BudgetExceededError: with what is left; nothing is held.
        ValueError: the attempt has another reservation already.
    """
    with database.write():
        attempt_id = reservation.attempt_id
        for stored in database.rows(Reservation, RESERVATION_OF_ATTEMPT, attempt_id=attempt_id):
            if stored.reservation_id != reservation.reservation_id:
                raise ValueError(f"attempt {attempt_id} has a reservation already")
            return
        spend = month_spend(database, reservation.month)
        left_usd = cap_usd - spend.spent_usd - spend.held_usd
        if reservation.amount_usd > left_usd:
            raise BudgetExceededError(
                asked_usd=reservation.amount_usd,
                left_usd=max(left_usd, Decimal(0)),
                cap_usd=cap_usd,
            )
        _store(database, reservation, "money.reserved", reservation.amount_usd)


def settle(database: Database, attempt_id: str, amount_usd: Decimal) -> None:
    """Turn what was held into what was billed.

    Raises: NotFoundError: nothing was ever held for the attempt.
    """
    with database.write():
        held = _reservation_of(database, attempt_id)
        settled = replace(held, state=ReservationState.SETTLED, settled_usd=amount_usd)
        if settled != held:
            _store(database, settled, "money.settled", amount_usd)


def release(database: Database, attempt_id: str) -> None:
    """Give back what was held: the call was never sent or cost nothing.

    Raises: NotFoundError: nothing was ever held. ValueError: it has been billed already.
    """
    with database.write():
        held = _reservation_of(database, attempt_id)
        if held.state is ReservationState.SETTLED:
            raise ValueError(f"the money of attempt {attempt_id} has been billed")
        if held.state is ReservationState.HELD:
            released = replace(held, state=ReservationState.RELEASED)
            _store(database, released, "money.released", held.amount_usd)


RESERVATIONS = "SELECT * FROM reservation WHERE month = $month ORDER BY reserved_at"


def reservations(database: Database, month: str) -> list[Reservation]:
    """Oldest first."""
    return database.rows(Reservation, RESERVATIONS, month=month)


def _reservation_of(database: Database, attempt_id: str) -> Reservation:
    for stored in database.rows(Reservation, RESERVATION_OF_ATTEMPT, attempt_id=attempt_id):
        return stored
    raise NotFoundError(field="attempt_id", value=attempt_id)


def _store(database: Database, reservation: Reservation, kind: str, amount_usd: Decimal) -> None:
    event = Event(
        event_id=str(uuid.uuid4()),
        at=datetime.now(UTC),
        kind=kind,
        subject_id=reservation.attempt_id,
        data={"reservation_id": reservation.reservation_id, "amount_usd": str(amount_usd)},
    )
    put(database, reservation)
    put(database, event)
