"""The team's money: caps, what is gone and held under them, and the stop of all paid calls."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from videogen.domain.money import CapScope, PaidCallsSwitch, SpendCap
from videogen.domain.plain_json import plain
from videogen.runs.caps import MAX_WHY_CHARACTERS
from videogen.runs.plan_checks import MAX_CAP_USD
from videogen.web.api.asked import Asks
from videogen.web.api.documented import Schema, answered, record_schema
from videogen.web.api.door import router as door_router
from videogen.web.api.models import Name, Sendable

router = door_router("money")

NUMBER_OR_NULL: Schema = {"type": ["number", "null"]}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
LIMIT: Schema = {
    "type": "object",
    "properties": {
        "scope": {"enum": [one.value for one in CapScope]},
        "subject": TEXT_OR_NULL,
        "cap_usd": NUMBER_OR_NULL,
        "spent_usd": {"type": "number"},
        "held_usd": {"type": "number"},
        "left_usd": NUMBER_OR_NULL,
        "is_warned": {"type": "boolean"},
        "set_by": TEXT_OR_NULL,
        "set_at": TEXT_OR_NULL,
    },
}
LIMIT["required"] = list(LIMIT["properties"])
SWITCH = record_schema(PaidCallsSwitch)
CAP = record_schema(SpendCap)
SPEND: Schema = {
    "type": "object",
    "properties": {
        "month": {"type": "string", "description": "UTC"},
        "as_of": {"type": "string", "format": "date-time"},
        "stopped": {"anyOf": [SWITCH, {"type": "null"}]},
        "limits": {"type": "array", "items": LIMIT},
        "usual_caps": {"type": "object", "additionalProperties": NUMBER_OR_NULL},
    },
    "required": ["month", "as_of", "stopped", "limits", "usual_caps"],
}
AT = "2026-11-23T04:00:00+00:00"
SPEND_EXAMPLE = {
    "month": "2026-11",
    "as_of": AT,
    "stopped": None,
    "limits": [
        {
            "scope": "month",
            "subject": None,
            "cap_usd": 50.0,
            "spent_usd": 31.2,
            "held_usd": 9.6,
            "left_usd": 9.2,
            "is_warned": True,
            "set_by": "boss",
            "set_at": AT,
        }
    ],
    "usual_caps": {"person": 10.0, "provider": None},
}
SWITCH_EXAMPLE = {
    "switch_id": "5b0e7a52-6f0e-4f4c-9a3c-2f6f1f3d9c11",
    "is_stopped": True,
    "at": AT,
    "who": "boss",
    "why": "the bill is odd",
}
CAP_EXAMPLE = {
    "spend_cap_id": "0d5ab0c5-8a53-4f5c-93f7-3f7f6f1b6d40",
    "scope": "person",
    "subject": "nok",
    "cap_usd": 20.0,
    "set_at": AT,
    "set_by": "boss",
    "why": "trial of November",
}

Why = Annotated[Name, Field(max_length=MAX_WHY_CHARACTERS)]
Sum = Annotated[float, Field(allow_inf_nan=False, ge=0, le=float(MAX_CAP_USD))]


class Reason(Sendable):
    """Why something is changed for everybody."""

    why: Why = Field(description="Stands in the log", examples=["the bill is odd"])


class CapOrder(Reason):
    """A limit of money a month."""

    scope: Annotated[CapScope, Field(strict=False)] = Field(examples=["person"])
    subject: Name | None = Field(
        default=None, description="A name or a kind; absent: each one without a cap of their own"
    )
    cap_usd: Sum | None = Field(default=None, description="Absent or null takes the cap away")


@router.get(
    "/spend",
    operation_id="show_spend",
    responses={200: answered(SPEND, SPEND_EXAMPLE, "This month (UTC) against its caps")},
)
def show_spend(asked: Asks) -> Any:
    """What is gone, held and left; others' rows only for those who run the place."""
    return asked.application.money.told(asked.person, asked.now)


@router.post(
    "/money/caps",
    operation_id="set_cap",
    status_code=201,
    responses={201: answered(CAP, CAP_EXAMPLE, "Counts from now on")},
)
def set_cap(asked: Asks, order: CapOrder) -> Any:
    """Set or take away a cap; below what is gone it stops further calls."""
    cap_usd = None if order.cap_usd is None else Decimal(str(order.cap_usd))
    money = asked.application.money
    made = money.set_cap(
        asked.person, order.scope, order.subject, cap_usd, why=order.why, now=asked.now
    )
    return plain(made)


@router.post(
    "/money/stop",
    operation_id="stop_paid_calls",
    responses={200: answered(SWITCH, SWITCH_EXAMPLE, "No paid call leaves any more")},
)
def stop(asked: Asks, reason: Reason) -> Any:
    """Stop every paid call at once; those that have left go on and are fetched."""
    return plain(asked.application.money.stop(asked.person, why=reason.why, now=asked.now))


@router.post(
    "/money/resume",
    operation_id="resume_paid_calls",
    responses={
        200: answered(SWITCH, {**SWITCH_EXAMPLE, "is_stopped": False}, "Paid calls may leave again")
    },
)
def resume(asked: Asks, reason: Reason) -> Any:
    """Let paid calls go on; what waited in the queue is taken again."""
    money = asked.application.money
    switch = money.resume(asked.person, why=reason.why, now=asked.now)
    asked.application.worker.wake()
    return plain(switch)
