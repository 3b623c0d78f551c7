"""The four thresholds as versions: a new one is checked, signed and never replaces an old one."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from videogen import store
from videogen.analysis import decide
from videogen.domain.decision import Criteria, CriterionName, Decision
from videogen.domain.event import Event
from videogen.domain.rating import plain_name
from videogen.errors import InvalidInputError
from videogen.evidence.loading import CampaignEvidence, counted_under
from videogen.store import Database

CURRENCY = "USD"  # every cost of ours is in US dollars; another currency would be compared wrongly
MIB_PER_GB = 1024  # GB as card makers count it
QUALITY_BOUNDS = (1.0, 5.0)  # the ACR scale
SUCCESS_BOUNDS = (0.5, 1.0)
MEMORY_BOUNDS_GB = (1, 1000)
COST_BOUNDS_USD = (0.001, 1_000_000.0)
MAX_CHARACTERS = 300


class MemoryUnit(StrEnum):
    GB = "GB"
    MIB = "MiB"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdsAsked:
    """As a person enters them; nothing is checked yet."""

    quality_min: float | None
    cost_max: float | None
    currency: str | None
    peak_vram_max: float | None
    memory_unit: MemoryUnit
    success_rate_min: float | None  # a share, 0.9 for 90 %
    why: str


def add_thresholds(
    database: Database, asked: ThresholdsAsked, *, who: str, now: datetime
) -> Criteria:
    """The next version; campaigns that have begun keep the one that they registered.

    Raises: InvalidInputError: names the field, its value and the fix.
    """
    newest = store.criteria(database)
    new = Criteria(
        version=newest.version + 1,
        quality_min=_checked_quality(asked.quality_min),
        cost_usd_max=_checked_cost(asked.cost_max, asked.currency),
        peak_vram_mib_max=_checked_memory(asked.peak_vram_max, asked.memory_unit),
        success_rate_min=_checked_success(asked.success_rate_min),
        who=_words(who, "who", "threshold_who"),
        why=_words(asked.why, "why", "threshold_why"),
        since=now,
    )
    if not changed_limits(newest, new):
        raise InvalidInputError("thresholds_same", field="quality_min", value=newest.version)
    store.save(database, new, _event(newest, new, now))
    return new


def decided_by(database: Database, found: CampaignEvidence, criteria: Criteria) -> Decision:
    """What these thresholds would say of the same evidence."""
    registered = found.evidence.criteria
    if criteria.peak_vram_mib_max == registered.peak_vram_mib_max:
        return decide(replace(found.evidence, criteria=criteria))
    return decide(counted_under(database, found, criteria))


def limits_of(criteria: Criteria) -> Mapping[CriterionName, float]:
    """MOS, US dollars per successful clip, MiB, share of first-time runs."""
    return {
        CriterionName.QUALITY: criteria.quality_min,
        CriterionName.COST: criteria.cost_usd_max,
        CriterionName.VRAM: float(criteria.peak_vram_mib_max),
        CriterionName.SUCCESS: criteria.success_rate_min,
    }


def changed_limits(
    before: Criteria, after: Criteria
) -> Mapping[CriterionName, tuple[float, float]]:
    """What differs between two versions, old and new value."""
    old, new = limits_of(before), limits_of(after)
    return {name: (old[name], new[name]) for name in old if old[name] != new[name]}


def _event(before: Criteria, after: Criteria, now: datetime) -> Event:
    changed = changed_limits(before, after)
    return Event(
        at=now,
        kind="thresholds.changed",
        subject_id=f"v{after.version}",
        data={
            "who": after.who,
            "why": after.why,
            "before": {name.value: old for name, (old, _) in changed.items()},
            "after": {name.value: new for name, (_, new) in changed.items()},
        },
    )


def _checked_quality(value: float | None) -> float:
    low, high = QUALITY_BOUNDS
    return _between("quality_min", value, low, high)


def _checked_cost(value: float | None, currency: str | None) -> float:
    named = (currency or "").strip().upper()
    if not named:
        raise InvalidInputError("threshold_currency", field="currency", value="")
    if named != CURRENCY:
        raise InvalidInputError("threshold_currency_other", field="currency", value=named)
    low, high = COST_BOUNDS_USD
    if value is None or not math.isfinite(value) or not low <= value <= high:
        ends = {"low": f"{low:g}", "high": f"{high:,.0f}"}
        raise InvalidInputError("threshold_cost", field="cost_usd_max", value=_shown(value), **ends)
    return value


def _checked_memory(value: float | None, unit: MemoryUnit) -> int:
    per_unit = MIB_PER_GB if unit is MemoryUnit.GB else 1
    low, high = (bound * MIB_PER_GB for bound in MEMORY_BOUNDS_GB)
    if value is None or not math.isfinite(value) or not low <= value * per_unit <= high:
        said = "–" if value is None else f"{value:g} {unit.value}"
        raise InvalidInputError("threshold_vram", field="peak_vram_mib_max", value=said)
    return round(value * per_unit)


def _checked_success(value: float | None) -> float:
    low, high = SUCCESS_BOUNDS
    if value is None or not math.isfinite(value) or not low <= value <= high:
        said = "–" if value is None else f"{value * 100:g} %"
        raise InvalidInputError("threshold_success", field="success_rate_min", value=said)
    return value


def _between(field: str, value: float | None, low: float, high: float) -> float:
    if value is None or not math.isfinite(value) or not low <= value <= high:
        raise InvalidInputError(
            "threshold_range", field=field, value=_shown(value), low=f"{low:g}", high=f"{high:g}"
        )
    return value


def _words(value: str, field: str, problem: str) -> str:
    words = plain_name(value)
    if not words:
        raise InvalidInputError(problem, field=field, value="")
    return words[:MAX_CHARACTERS]


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"
