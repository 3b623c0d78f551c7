"""What tells of a back end's health: readings and times of its newest runs, a few hundred rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from videogen.domain.run import Origin
from videogen.store.database import Database

# Narrowed to the newest before the joins, so that a long history costs one scan.
NEWEST_BASELINES = """
    WITH newest AS (
        SELECT attempt_id, run_id, condition_id, submitted_at, ended_at,
            baseline_vram_mib, peak_vram_mib
        FROM attempt WHERE backend = $backend AND submitted_at IS NOT NULL
        ORDER BY submitted_at DESC, attempt_id DESC LIMIT $limit
    )
    SELECT run_id, submitted_at, newest.baseline_vram_mib, newest.peak_vram_mib,
        coalesce(newest.condition_id, run.condition_id) AS condition_id, run.origin,
        -- A run's word is that of its last attempt, which ended with it.
        CASE WHEN newest.ended_at >= run.ended_at THEN run.is_cold END AS is_cold,
        vram_trace.source, vram_trace.device, vram_trace.memory_total_mib
    FROM newest JOIN run USING (run_id) LEFT JOIN vram_trace USING (attempt_id)
    ORDER BY submitted_at, newest.attempt_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineRow:
    """An attempt that was sent, and the device memory in use just before it."""

    run_id: str
    condition_id: str
    submitted_at: datetime
    origin: Origin | None
    is_cold: bool | None
    baseline_vram_mib: int | None
    peak_vram_mib: int | None
    source: str | None  # of the trace; None as well where there is none
    device: str | None
    memory_total_mib: int | None


def newest_baselines(database: Database, backend: str, *, limit: int) -> list[BaselineRow]:
    """Of one back end, oldest first."""
    return database.rows(BaselineRow, NEWEST_BASELINES, backend=backend, limit=limit)


# A routed run's time is that of every attempt, and a degraded one was made with other settings.
NEWEST_FINGERPRINTS = """
    WITH newest AS (
        SELECT run_id, ended_at, wall_time_s, peak_vram_mib, peak_is_lower_bound, is_cold
        FROM run
        WHERE condition_id = $condition_id AND origin = $origin AND status = 'succeeded'
          AND NOT is_degraded AND routed_to IS NULL AND ended_at IS NOT NULL
        ORDER BY ended_at DESC, run_id DESC LIMIT $limit
    )
    SELECT run_id, newest.ended_at, newest.wall_time_s, newest.peak_vram_mib,
        newest.peak_is_lower_bound, newest.is_cold, attempt.backend, attempt.fingerprint
    FROM newest JOIN attempt USING (run_id)
    WHERE attempt.state = 'succeeded' AND NOT attempt.degraded
    ORDER BY newest.ended_at, run_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintRow:
    """A succeeded run as its condition asks for it, and what it was made with."""

    run_id: str
    ended_at: datetime
    backend: str
    is_cold: bool | None
    wall_time_s: float | None
    peak_vram_mib: int | None
    peak_is_lower_bound: bool | None
    fingerprint: Mapping[str, Any] = field(default_factory=dict)


def newest_fingerprints(
    database: Database, condition_id: str, origin: Origin, *, limit: int
) -> list[FingerprintRow]:
    """Of one condition and origin, oldest first."""
    return database.rows(
        FingerprintRow, NEWEST_FINGERPRINTS, condition_id=condition_id, origin=origin, limit=limit
    )
