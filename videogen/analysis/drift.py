"""After a change of versions or settings: did time or memory change with it?"""

import dataclasses
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from videogen.analysis.ranks import compare

ALPHA = 0.05
LEAST_CHANGE = 0.10
LEAST_RUNS = 5  # on each side
MOST_RUNS = 50  # on each side, those nearest to the change
_NOT_A_CHANGE = ("device", "memory_total_mib")  # another device is no drift: runs are kept apart
_SHORT_HASH = 8


class DriftMeasure(StrEnum):
    WALL_TIME_S = "wall_time_s"
    PEAK_VRAM_MIB = "peak_vram_mib"


class DriftFinding(StrEnum):
    CHANGED = "changed"
    NOT_SEEN = "not_seen"  # enough runs, and no change that counts
    FEW_RUNS = "few_runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintedRun:
    """A run of one condition, with what must be equal for two of them to be compared."""

    run_id: str
    at: datetime
    fingerprint: Mapping[str, Any]
    wall_time_s: float | None = None
    peak_vram_mib: float | None = None  # None as well where it is a lower bound only


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChange:
    """One part of the fingerprint; a nested one by its path, such as packs.WanVideoWrapper."""

    part: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureDrift:
    """One measure before and after one change; medians and ratio are None without any run."""

    measure: DriftMeasure
    finding: DriftFinding
    changes: tuple[VersionChange, ...]
    changed_at: datetime  # the first run that was made with it
    n_before: int
    n_after: int
    run_ids_before: tuple[str, ...]
    run_ids_after: tuple[str, ...]
    median_before: float | None = None
    median_after: float | None = None
    ratio: float | None = None  # after / before
    ratio_low: float | None = None
    ratio_high: float | None = None
    p_value: float | None = None

    @property
    def is_flagged(self) -> bool:
        return self.finding is DriftFinding.CHANGED


@dataclass(slots=True)
class _Era:
    """Consecutive runs with the same versions; what one run does not tell, another may."""

    known: dict[str, Any]
    runs: list[FingerprintedRun]


def find_drift(runs: Sequence[FingerprintedRun]) -> tuple[MeasureDrift, ...]:
    """Each change of the fingerprint and each measure, the newest change first.

    Args: runs: succeeded ones of one condition, device, origin, and all warm or all cold; oldest
        first.
    Flagged: p < 0.05 and at least 10 % up or down, with at least 5 runs on each side.
    """
    eras = _eras(runs)
    found: list[MeasureDrift] = []
    for before, after in zip(reversed(eras[:-1]), reversed(eras[1:]), strict=True):
        found += [_compared(measure, before, after) for measure in DriftMeasure]
    return tuple(found)


def _eras(runs: Sequence[FingerprintedRun]) -> list[_Era]:
    eras: list[_Era] = []
    for run in runs:
        told = dict(_flat(run.fingerprint))
        if eras and not _changes(eras[-1].known, told):
            eras[-1].known |= told
            eras[-1].runs.append(run)
        else:
            # What this run does not tell is as it was.
            eras.append(_Era({**(eras[-1].known if eras else {}), **told}, [run]))
    return eras


def _compared(measure: DriftMeasure, before: _Era, after: _Era) -> MeasureDrift:
    early = _measured(before.runs, measure)[-MOST_RUNS:]
    late = _measured(after.runs, measure)[:MOST_RUNS]
    drift = MeasureDrift(
        measure=measure,
        finding=DriftFinding.FEW_RUNS,
        changes=_changes(before.known, after.known),
        changed_at=after.runs[0].at,
        n_before=len(early),
        n_after=len(late),
        run_ids_before=tuple(run_id for run_id, _ in early),
        run_ids_after=tuple(run_id for run_id, _ in late),
        median_before=statistics.median(value for _, value in early) if early else None,
        median_after=statistics.median(value for _, value in late) if late else None,
    )
    if min(len(early), len(late)) < LEAST_RUNS:
        return drift
    compared = compare([value for _, value in early], [value for _, value in late])
    is_far = compared.ratio >= 1 + LEAST_CHANGE or compared.ratio <= 1 - LEAST_CHANGE
    is_changed = is_far and compared.p_value < ALPHA
    return dataclasses.replace(
        drift,
        finding=DriftFinding.CHANGED if is_changed else DriftFinding.NOT_SEEN,
        ratio=compared.ratio,
        ratio_low=compared.ratio_low,
        ratio_high=compared.ratio_high,
        p_value=compared.p_value,
    )


def _measured(runs: Sequence[FingerprintedRun], measure: DriftMeasure) -> list[tuple[str, float]]:
    found = [(run.run_id, getattr(run, measure.value)) for run in runs]
    return [(run_id, value) for run_id, value in found if value is not None and value > 0]


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[VersionChange, ...]:
    """A part that only one side tells has not changed, for all we know."""
    return tuple(
        VersionChange(part=part, before=_short(before[part]), after=_short(after[part]))
        for part in sorted(before.keys() & after.keys())
        if before[part] != after[part]
    )


def parts_of(fingerprint: Mapping[str, Any]) -> dict[str, str]:
    """Every part that is told by its path, such as packs.WanVideoWrapper; a hash shortened."""
    return {part: _short(value) for part, value in _flat(fingerprint)}


def _flat(told: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in told.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{name}.")
        elif value is not None and (path or name not in _NOT_A_CHANGE):
            yield f"{path}{name}", value


def _short(value: object) -> str:
    """A hash by its beginning."""
    said = str(value)
    is_hash = len(said) >= 32 and all(letter in "0123456789abcdef" for letter in said)
    return said[:_SHORT_HASH] if is_hash else said
