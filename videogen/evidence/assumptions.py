"""What a cost rests on beside measurements: said by a person, shown beside the result."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class MachineBasis(StrEnum):
    """Where a local GPU hour's price comes from."""

    CLAIMED = "claimed"  # the brief's implied rate, until the operator says his own
    OWNED = "owned"
    RENTED = "rented"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """Money in US dollars; None: nobody has said."""

    n_videos_month: int = 1_000
    n_gpus: int = 1
    machine: MachineBasis = MachineBasis.CLAIMED
    purchase_usd: Decimal | None = None
    amortisation_months: int = 36
    utilisation: Decimal = Decimal(1)  # planned share of the hours that a machine works
    rent_usd_hour: Decimal | None = None
    electricity_usd_kwh: Decimal | None = None
    power_w: Decimal | None = None  # None: as measured, else unknown
    fixed_usd_month: Decimal = Decimal(0)
