"""Dated prices and money that is held before a paid call."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class PriceUnit(StrEnum):
    GPU_HOUR = "gpu_hour"
    KWH = "kwh"
    VIDEO_SECOND = "video_second"
    VIDEO = "video"  # one clip, whatever its length


class ReservationState(StrEnum):
    HELD = "held"
    SETTLED = "settled"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A dated list price; editing adds a row, a run keeps the price it was costed with."""

    price_id: str
    subject: str  # an API model id, or "local_gpu", "electricity"
    unit: PriceUnit
    amount_usd: Decimal
    as_of: date
    source: str
    kind: str  # claimed, published, own
    resolution: str | None = None  # 720p, 1080p, 4k; None: any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    reservation_id: str
    attempt_id: str
    month: str  # "2026-11", UTC
    amount_usd: Decimal
    state: ReservationState
    reserved_at: datetime
    settled_usd: Decimal | None = None
    campaign_id: str | None = None  # counts against this campaign's cap too
    owner: str | None = None  # whose run it is: counts against this person's cap
    provider: str | None = None  # the back end's kind: counts against this vendor's cap


class CapScope(StrEnum):
    """What a limit of money a month is for; a campaign's own cap stands in the campaign."""

    MONTH = "month"  # everybody and everything together
    PERSON = "person"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendCap:
    """Never changed: the newest of its scope and subject counts."""

    spend_cap_id: str
    scope: CapScope
    subject: str | None  # a person's name or a back end's kind; None: each one without its own
    cap_usd: Decimal | None  # None: taken away; what else limits it counts again
    set_at: datetime
    set_by: str
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidCallsSwitch:
    """Stops every paid call at once, or lets them go on; the newest counts."""

    switch_id: str
    is_stopped: bool
    at: datetime
    who: str
    why: str
