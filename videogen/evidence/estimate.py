"""What one run will probably take, and how that is known."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from videogen import store
from videogen.domain.condition import Condition, Location
from videogen.domain.money import Price, PriceUnit
from videogen.domain.run import Origin, Run
from videogen.evidence.claims import Claim, claims_of
from videogen.pricing import LOCAL_GPU, local_cost, price_for, worst_case_cost
from videogen.store import Database

RECENT_RUNS = 50  # older ones may have been made with other versions of the server
LEAST_RUNS = 3  # fewer say nothing about the spread


class EstimateSource(StrEnum):
    MEASURED = "measured"
    PUBLISHED = "published"
    CLAIMED = "claimed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Seconds and MiB as a range, USD as one figure; None where nobody knows."""

    wall_time_low_s: float | None
    wall_time_high_s: float | None
    cost_usd: Decimal | None
    peak_vram_low_mib: float | None
    peak_vram_high_mib: float | None
    source: EstimateSource
    n_runs: int = 0


def estimate(
    database: Database,
    condition: Condition,
    origin: Origin,
    claims: Sequence[Claim],
    prices: Sequence[Price],
) -> Estimate:
    """From this condition's own history, else from published figures, else from claims."""
    history = store.run_history(database, condition.condition_id, origin, limit=RECENT_RUNS)
    if len(history) >= LEAST_RUNS:
        return _from_history(history)
    return _from_claims(condition, claims, prices)


def _from_history(history: Sequence[Run]) -> Estimate:
    times = sorted(run.wall_time_s for run in history if run.wall_time_s is not None)
    peaks = sorted(run.peak_vram_mib for run in history if run.peak_vram_mib is not None)
    costs = [run.cost_usd for run in history if run.cost_usd is not None]
    return Estimate(
        wall_time_low_s=_share(times, 0.1),
        wall_time_high_s=_share(times, 0.9),
        cost_usd=statistics.mean(costs) if costs else None,
        peak_vram_low_mib=_share(peaks, 0.1),
        peak_vram_high_mib=_share(peaks, 1.0),
        source=EstimateSource.MEASURED,
        n_runs=len(history),
    )


def _from_claims(
    condition: Condition, claims: Sequence[Claim], prices: Sequence[Price]
) -> Estimate:
    known = claims_of(claims, condition.name)
    time_claim = _best(known.get("wall_time_s", ()))
    peak_claim = _best(known.get("peak_vram_mib", ()))
    time_high_s = time_claim.high if time_claim else None
    leading = time_claim or peak_claim
    return Estimate(
        wall_time_low_s=time_claim.low if time_claim else None,
        wall_time_high_s=time_high_s,
        cost_usd=_list_cost(condition, time_high_s, prices),
        peak_vram_low_mib=peak_claim.low if peak_claim else None,
        peak_vram_high_mib=peak_claim.high if peak_claim else None,
        source=EstimateSource(leading.kind) if leading else EstimateSource.UNKNOWN,
    )


def _best(claims: Sequence[Claim]) -> Claim | None:
    """A published figure before a claimed one."""
    return min(claims, key=lambda claim: claim.kind != EstimateSource.PUBLISHED, default=None)


def _list_cost(
    condition: Condition, wall_time_s: float | None, prices: Sequence[Price]
) -> Decimal | None:
    on = datetime.now(UTC).date()
    if condition.location is Location.CLOUD:
        return worst_case_cost(condition, prices, on=on)
    price = price_for(prices, LOCAL_GPU, PriceUnit.GPU_HOUR, None, on)
    if price is None or wall_time_s is None:
        return None
    return local_cost(wall_time_s, price)


def _share(ordered: Sequence[float], share: float) -> float | None:
    """The nearest-rank quantile of what was measured."""
    return ordered[round(share * (len(ordered) - 1))] if ordered else None
