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
