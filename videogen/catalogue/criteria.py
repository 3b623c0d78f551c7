"""The thresholds that a new installation starts with."""

from datetime import UTC, date, datetime, time
from pathlib import Path

from pydantic import Field

from videogen.catalogue.toml_file import FromFile, parsed, read_toml
from videogen.domain.decision import Criteria


class _CriteriaRow(FromFile):
    version: int = Field(ge=1)
    quality_min: float = Field(ge=1, le=5)
    cost_usd_max: float = Field(gt=0)
    peak_vram_mib_max: int = Field(gt=0)
    success_rate_min: float = Field(gt=0, le=1)
    since: date
    source: str
    why: str


class _CriteriaFile(FromFile):
    criteria: tuple[_CriteriaRow, ...] = Field(min_length=1)


def load_criteria(path: Path) -> Criteria:
    """The newest version in the file. Raises: InvalidInputError."""
    row = max(parsed(_CriteriaFile, path, read_toml(path)).criteria, key=lambda r: r.version)
    return Criteria(
        version=row.version,
        quality_min=row.quality_min,
        cost_usd_max=row.cost_usd_max,
        peak_vram_mib_max=row.peak_vram_mib_max,
        success_rate_min=row.success_rate_min,
        who=row.source,
        why=row.why,
        since=datetime.combine(row.since, time(), UTC),
    )
