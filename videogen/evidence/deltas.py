"""Each condition against the one that the team works with today."""

from collections.abc import Sequence
from dataclasses import dataclass

from videogen.evidence.matrix import MatrixRow, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Deltas:
    """This condition less the reference, in each measure's own unit; None: one side is unknown."""

    quality: float | None = None
    cost_usd: float | None = None
    success_rate: float | None = None  # a share
    peak_vram_mib: float | None = None
    wall_time_s: float | None = None  # median
    videos_per_hour: float | None = None
    cost_usd_per_clip_s: float | None = None
    wall_time_s_per_clip_s: float | None = None
    setup_person_hours: float | None = None


def reference_row(rows: Sequence[MatrixRow]) -> MatrixRow | None:
    """The hybrid where the campaign has it as a baseline, else its first baseline."""
    baselines = [row for row in rows if row.role is Role.BASELINE]
    hybrids = [row for row in baselines if row.is_routed]
    return next(iter([*hybrids, *baselines]), None)


def deltas(row: MatrixRow, reference: MatrixRow | None) -> Deltas:
    """Empty for the reference itself, and where there is none."""
    if reference is None or row.condition == reference.condition:
        return Deltas()
    return Deltas(
        quality=_less(row.quality.estimate, reference.quality.estimate),
        cost_usd=_less(row.cost_usd.estimate, reference.cost_usd.estimate),
        success_rate=_less(row.success_rate.estimate, reference.success_rate.estimate),
        peak_vram_mib=_less(row.peak_vram_mib_max, reference.peak_vram_mib_max),
        wall_time_s=_less(row.wall_time_s_median, reference.wall_time_s_median),
        videos_per_hour=_less(row.videos_per_hour, reference.videos_per_hour),
        cost_usd_per_clip_s=_less(row.cost_usd_per_clip_s, reference.cost_usd_per_clip_s),
        wall_time_s_per_clip_s=_less(row.wall_time_s_per_clip_s, reference.wall_time_s_per_clip_s),
        setup_person_hours=_less(_person_hours(row), _person_hours(reference)),
    )


def _less(value: float | None, reference: float | None) -> float | None:
    return None if value is None or reference is None else value - reference


def _person_hours(row: MatrixRow) -> float | None:
    return None if row.setup is None else row.setup.person_hours
