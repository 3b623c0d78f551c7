"""What an hour of a local GPU costs, and how that figure is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from videogen import store
from videogen.domain.condition import BackendKind
from videogen.domain.money import Price, PriceUnit
from videogen.evidence.assumptions import Assumptions, MachineBasis
from videogen.evidence.loading import CampaignEvidence
from videogen.evidence.verdict import Sentence
from videogen.pricing import ELECTRICITY, LOCAL_GPU, price_for
from videogen.store import Database, MachineUse
from videogen.texts.formats import percent, unit_price, usd

HOURS_PER_MONTH = 730
CLAIMED = "claimed"  # a price row's kind
WH_PER_KWH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuHour:
    """US dollars of one hour of work; None is unknown."""

    machine_usd: Decimal | None
    energy_usd: Decimal | None  # 0 where the machine's price contains it
    provenance: Sentence
    is_claimed: bool = False  # the brief's word, nobody's measurement or contract
    is_as_costed: bool = False  # what runs were costed with, so their stored costs stand

    @property
    def usd(self) -> Decimal | None:
        """Without the electricity where nobody knows it."""
        if self.machine_usd is None:
            return None
        return self.machine_usd + (self.energy_usd or Decimal(0))


def gpu_hour(
    assumptions: Assumptions,
    prices: Sequence[Price],
    on: date,
    *,
    measured_power_w: float | None = None,
) -> GpuHour:
    """The brief's rate until somebody enters his own; a rent or a list price contains electricity.

    Args: measured_power_w: mean while a condition's runs were made; an entered power goes first.
    """
    if assumptions.machine is MachineBasis.OWNED and assumptions.purchase_usd is not None:
        return _owned(assumptions, assumptions.purchase_usd, prices, on, measured_power_w)
    if assumptions.machine is MachineBasis.RENTED and assumptions.rent_usd_hour is not None:
        return GpuHour(
            machine_usd=assumptions.rent_usd_hour,
            energy_usd=Decimal(0),
            provenance=Sentence(
                key="costs.rate.rented", facts={"usd": unit_price(assumptions.rent_usd_hour)}
            ),
        )
    return _listed(price_for(prices, LOCAL_GPU, PriceUnit.GPU_HOUR, None, on))


def wants_energy(assumptions: Assumptions, prices: Sequence[Price], on: date) -> bool:
    """Whether measured energy would enter a cost."""
    is_owned = assumptions.machine is MachineBasis.OWNED
    is_power_open = assumptions.power_w is None
    return is_owned and is_power_open and tariff_usd_kwh(assumptions, prices, on) is not None


def machine_use(
    database: Database, found: CampaignEvidence, *, with_energy: bool
) -> Mapping[str, MachineUse]:
    """By the name that the evidence uses; without energy only of routed conditions."""
    used = {
        one.condition_id: one
        for one in store.machine_use(
            database, found.campaign.campaign_id, found.origin, with_energy=with_energy
        )
    }
    return {
        name: used.get(condition.condition_id) or _unused(condition.condition_id)
        for name, condition in found.conditions.items()
        if with_energy or condition.backend is BackendKind.ROUTED
    }


def _unused(condition_id: str) -> MachineUse:
    return MachineUse(
        condition_id=condition_id,
        n_runs=0,
        n_timed=0,
        wall_time_s_total=0.0,
        cost_usd_total=0.0,
        energy_wh_total=None,
        metered_s=0.0,
    )


def tariff_usd_kwh(assumptions: Assumptions, prices: Sequence[Price], on: date) -> Decimal | None:
    """What was entered, else the newest dated row; None: nobody has said."""
    if assumptions.electricity_usd_kwh is not None:
        return assumptions.electricity_usd_kwh
    price = price_for(prices, ELECTRICITY, PriceUnit.KWH, None, on)
    return price.amount_usd if price else None


def machine_month_usd(assumptions: Assumptions) -> Decimal:
    """What one bought machine loses a month, whether it works or not; 0 where none is bought."""
    if assumptions.machine is not MachineBasis.OWNED or assumptions.purchase_usd is None:
        return Decimal(0)
    return assumptions.purchase_usd / assumptions.amortisation_months


def _owned(
    assumptions: Assumptions,
    purchase_usd: Decimal,
    prices: Sequence[Price],
    on: date,
    measured_power_w: float | None,
) -> GpuHour:
    planned_hours = HOURS_PER_MONTH * assumptions.utilisation * assumptions.amortisation_months
    power_w = assumptions.power_w
    if power_w is None and measured_power_w is not None:
        power_w = Decimal(str(round(measured_power_w, 3)))
    tariff_usd = tariff_usd_kwh(assumptions, prices, on)
    energy_usd = None
    if tariff_usd is not None and power_w is not None:
        energy_usd = power_w / WH_PER_KWH * tariff_usd
    machine_usd = purchase_usd / planned_hours
    facts = {
        "purchase": usd(purchase_usd),
        "months": assumptions.amortisation_months,
        "use": percent(float(assumptions.utilisation)),
        "usd": unit_price(machine_usd + (energy_usd or Decimal(0))),
        "power": None if power_w is None else f"{power_w:.0f}",
        "tariff": None if tariff_usd is None else unit_price(tariff_usd),
    }
    missing = "power" if power_w is None else "tariff"
    key = "costs.rate.owned" if energy_usd is not None else f"costs.rate.owned_no_{missing}"
    return GpuHour(
        machine_usd=machine_usd,
        energy_usd=energy_usd,
        provenance=Sentence(key=key, facts=facts),
    )


def _listed(price: Price | None) -> GpuHour:
    if price is None:
        return GpuHour(
            machine_usd=None, energy_usd=None, provenance=Sentence(key="costs.rate.unknown")
        )
    is_claimed = price.kind == CLAIMED
    return GpuHour(
        machine_usd=price.amount_usd,
        energy_usd=Decimal(0),
        provenance=Sentence(
            key="costs.rate.claimed" if is_claimed else "costs.rate.listed",
            facts={
                "usd": unit_price(price.amount_usd),
                "as_of": price.as_of.isoformat(),
                "source": price.source,
            },
        ),
        is_claimed=is_claimed,
        is_as_costed=is_claimed,
    )
