"""Whether a server's memory creeps, and whether an update changed time or memory."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from videogen import texts
from videogen.analysis.drift import LEAST_RUNS as LEAST_RUNS_A_SIDE
from videogen.analysis.drift import (
    DriftFinding,
    FingerprintedRun,
    MeasureDrift,
    VersionChange,
    find_drift,
)
from videogen.analysis.memory_creep import LEAST_RUNS as LEAST_RUNS_OF_A_TREND
from videogen.analysis.memory_creep import (
    BaselineReading,
    CreepFinding,
    MemoryCreep,
    find_creep,
)
from videogen.domain.run import Origin
from videogen.store import (
    BaselineRow,
    Database,
    FingerprintRow,
    newest_baselines,
    newest_fingerprints,
)
from videogen.texts import t

BASELINES_READ = 100
RUNS_READ = 500  # more would only tell of updates long past
_MIB_PER_GB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Creep:
    """One back end's memory before each run, since it was last restarted or freed."""

    backend: str
    origin: Origin
    device: str | None
    since: datetime  # the first run that was looked at
    until: datetime
    limit_mib: float | None
    trend: MemoryCreep

    @property
    def is_flagged(self) -> bool:
        return self.trend.is_flagged

    @property
    def is_sandbox(self) -> bool:
        return self.origin is Origin.SANDBOX


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One measure of one condition before and after one change on one back end."""

    condition_id: str
    origin: Origin
    backend: str
    device: str | None
    is_cold: bool | None
    measured: MeasureDrift

    @property
    def is_flagged(self) -> bool:
        return self.measured.is_flagged

    @property
    def is_sandbox(self) -> bool:
        return self.origin is Origin.SANDBOX


def memory_creep(
    database: Database, backend: str, *, limit_mib: float | None = None
) -> Creep | None:
    """None where this back end never told its memory.

    Args: limit_mib: what a peak must stay under; without it, the device's memory.
    """
    rows = _like_the_newest(newest_baselines(database, backend, limit=BASELINES_READ))
    measured = [row for row in rows if row.baseline_vram_mib is not None]
    if not measured or measured[-1].origin is None:
        return None
    newest = measured[-1]
    limits = [limit for limit in (limit_mib, newest.memory_total_mib) if limit is not None]
    limit = min(limits, default=None)
    return Creep(
        backend=backend,
        origin=measured[-1].origin,
        device=newest.device,
        since=measured[0].submitted_at,
        until=newest.submitted_at,
        limit_mib=limit,
        trend=find_creep([_reading(row) for row in rows], limit_mib=limit),
    )


def drift(database: Database, condition_id: str, origin: Origin) -> tuple[Drift, ...]:
    """Every change of versions or settings within the newest runs, the newest first.

    Only like is compared with like: one back end, one device, warm runs; runs of which nobody can
    tell whether they were warm, such as a cloud model's, among themselves.
    """
    rows = newest_fingerprints(database, condition_id, origin, limit=RUNS_READ)
    found = [
        Drift(
            condition_id=condition_id,
            origin=origin,
            backend=runs[0].backend,
            device=_device(runs[0]),
            is_cold=runs[0].is_cold,
            measured=measured,
        )
        for runs in _alike(rows)
        for measured in find_drift([_fingerprinted(row) for row in runs])
    ]
    return tuple(sorted(found, key=lambda one: one.measured.changed_at, reverse=True))


def creep_text(creep: Creep, language: str) -> str:
    """One or two sentences: what was seen, and what to do."""
    trend = creep.trend
    if trend.finding is CreepFinding.FEW_RUNS:
        facts = {"n_runs": trend.n_runs, "n_least": LEAST_RUNS_OF_A_TREND}
        return t("health.creep.few_runs", language, **facts)
    if trend.finding is CreepFinding.STEADY or trend.growth_mib is None:
        return t("health.creep.steady", language, n_runs=trend.n_runs)
    growth_gb = trend.growth_mib / _MIB_PER_GB
    said = t("health.creep.grows", language, growth_gb=growth_gb, n_runs=trend.n_runs)
    if trend.runs_to_limit is None or creep.limit_mib is None:
        return said
    n_left, limit_gb = round(trend.runs_to_limit), creep.limit_mib / _MIB_PER_GB
    ahead = t("health.creep.to_limit", language, n_left=n_left, limit_gb=limit_gb)
    return f"{said} {ahead}"


def drift_text(found: Drift, language: str) -> str:
    """What changed, by how much and how sure, or that it cannot be told yet."""
    measured = found.measured
    facts: dict[str, Any] = {
        "changes": changes_text(measured.changes, language),
        "n_before": measured.n_before,
        "n_after": measured.n_after,
        "n_least": LEAST_RUNS_A_SIDE,
        "before": measured.median_before,
        "after": measured.median_after,
        "change_pct": _change_pct(measured.ratio),
        "low_pct": _change_pct(measured.ratio_low),
        "high_pct": _change_pct(measured.ratio_high),
    }
    if measured.finding is DriftFinding.FEW_RUNS:
        key = f"health.drift.few_runs.{measured.measure.value}"
    elif measured.finding is DriftFinding.CHANGED:
        key = f"health.drift.changed.{measured.measure.value}"
    else:
        key = f"health.drift.not_seen.{measured.measure.value}"
    return t(key, language, **facts)


def changes_text(changes: Sequence[VersionChange], language: str) -> str:
    """Such as "ComfyUI 0.25.0 → 0.26.1"."""
    return ", ".join(
        f"{_part_name(one.part, language)} {one.before} → {one.after}" for one in changes
    )


def _part_name(part: str, language: str) -> str:
    key = f"health.part.{part}"
    return t(key, language) if texts.has_key(key) else part.rpartition(".")[2]


def _change_pct(ratio: float | None) -> float | None:
    return None if ratio is None else 100 * (ratio - 1)


def _like_the_newest(rows: Sequence[BaselineRow]) -> list[BaselineRow]:
    """One origin, device and way of reading; a run without a reading still changed what is held."""
    told = [row for row in rows if row.baseline_vram_mib is not None]
    if not told:
        return []
    newest = told[-1]
    kind = (newest.source, newest.device)
    same_origin = [row for row in rows if row.origin is newest.origin]
    return [
        row
        for row in same_origin
        if row.baseline_vram_mib is None or (row.source, row.device) == kind
    ]


def _reading(row: BaselineRow) -> BaselineReading:
    return BaselineReading(
        run_id=row.run_id,
        condition_id=row.condition_id,
        baseline_mib=row.baseline_vram_mib,
        peak_mib=row.peak_vram_mib,
        is_cold=row.is_cold,
    )


def _alike(rows: Sequence[FingerprintRow]) -> list[list[FingerprintRow]]:
    groups: dict[tuple[object, ...], list[FingerprintRow]] = defaultdict(list)
    for row in rows:
        if row.is_cold is not True:
            memory = row.fingerprint.get("memory_total_mib")
            groups[row.backend, _device(row), memory, row.is_cold].append(row)
    return list(groups.values())


def _device(row: FingerprintRow) -> str | None:
    return row.fingerprint.get("device")


def _fingerprinted(row: FingerprintRow) -> FingerprintedRun:
    peak_mib = None if row.peak_is_lower_bound else row.peak_vram_mib
    return FingerprintedRun(
        run_id=row.run_id,
        at=row.ended_at,
        fingerprint=row.fingerprint,
        wall_time_s=row.wall_time_s,
        peak_vram_mib=peak_mib,
    )
