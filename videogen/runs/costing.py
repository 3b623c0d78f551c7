"""What an attempt costs, and the money held for it while its outcome is open."""

import contextlib
import uuid
from datetime import date
from decimal import Decimal

from videogen import store
from videogen.domain.condition import Condition, Location
from videogen.domain.generation import Observation
from videogen.domain.money import PriceUnit, Reservation, ReservationState
from videogen.domain.run import AttemptState, RunStatus
from videogen.errors import NotFoundError, PriceUnknownError
from videogen.pricing import (
    LOCAL_GPU,
    cloud_cost,
    local_cost,
    price_for,
    price_of_condition,
    worst_case_cost,
)
from videogen.runs.context import RunContext
from videogen.runs.journal import Journal


def reserve(context: RunContext, journal: Journal) -> None:
    """Hold the call's worst case against every cap before anything is sent.

    Raises: BudgetExceededError: a cap would be passed, or the price is unknown.
        PaidCallsStoppedError.
    """
    now = context.now()
    amount_usd = worst_case_cost(journal.condition, context.prices, on=now.date())
    if amount_usd is None:
        raise PriceUnknownError(
            field="model", value=journal.condition.model, cap_usd=context.monthly_cap_usd
        )
    campaign_id = journal.run.campaign_id
    reservation = Reservation(
        reservation_id=str(uuid.uuid4()),
        attempt_id=journal.attempt.attempt_id,
        month=now.strftime("%Y-%m"),
        amount_usd=amount_usd,
        state=ReservationState.HELD,
        reserved_at=now,
        campaign_id=campaign_id,
        owner=journal.run.owner,
        provider=journal.condition.backend.value,
    )
    with context.database.write():  # the cap as it stands when the money is held
        store.reserve(
            context.database,
            reservation,
            context.monthly_cap_usd,
            None if campaign_id is None else _campaign_cap(context, campaign_id),
        )


def _campaign_cap(context: RunContext, campaign_id: str) -> Decimal | None:
    return store.get_campaign(context.database, campaign_id).cap_usd


def settle(context: RunContext, journal: Journal) -> None:
    """Turn the hold into what was billed; an uncertain or uncosted call keeps its hold."""
    attempt = journal.attempt
    if attempt.state is AttemptState.UNCERTAIN or attempt.cost_usd is None:
        return
    with contextlib.suppress(NotFoundError):  # nothing was held: local, sandbox, or never sent
        store.settle(
            context.database, attempt.attempt_id, attempt.cost_usd, context.monthly_cap_usd
        )


def attempt_cost(
    context: RunContext,
    journal: Journal,
    status: RunStatus,
    *,
    seen: Observation | None,
    used_s: float | None,
    was_refused: bool,
) -> tuple[Decimal | None, str | None]:
    """USD and the price row; None when the price or what was billed is unknown."""
    attempt = journal.attempt
    if attempt.cost_usd is not None:
        return attempt.cost_usd, attempt.price_id  # billed already: its clip is fetched again
    if was_refused or attempt.submitted_at is None:
        return Decimal(0), None  # nothing left the machine, or nothing was taken
    on = attempt.submitted_at.date()  # the vendor's price of the call, whenever it ended
    if journal.condition.location is Location.LOCAL:
        return _machine_cost(context, used_s, on)
    return _vendor_cost(context, journal.condition, status, seen, on)


def _machine_cost(
    context: RunContext, used_s: float | None, on: date
) -> tuple[Decimal | None, str | None]:
    price = price_for(context.prices, LOCAL_GPU, PriceUnit.GPU_HOUR, None, on)
    if price is None or used_s is None:
        return None, None
    return local_cost(used_s, price), price.price_id


def _vendor_cost(
    context: RunContext,
    condition: Condition,
    status: RunStatus,
    seen: Observation | None,
    on: date,
) -> tuple[Decimal | None, str | None]:
    billed = seen.billed_samples if seen else None
    if billed is None and status is RunStatus.SUCCEEDED:
        billed = 1
    price = price_of_condition(context.prices, condition, on)
    cost_usd = cloud_cost(condition, context.prices, billed_samples=billed, on=on)
    return cost_usd, price.price_id if price else None
