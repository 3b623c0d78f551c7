"""What was claimed or published about a condition, to stand beside what is measured here."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from videogen.domain.condition import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A figure from outside; low = high where it is one number, in the measure's own unit."""

    condition: str
    measure: str  # quality, cost_usd, wall_time_s, peak_vram_mib, cost_usd_month, ...
    low: float | None
    high: float | None
    kind: str  # claimed, published
    source: str
    as_of: str | None = None  # ISO date
    note: str | None = None
    width_px: int | None = None  # of the clips that it is told of; None: not said
    height_px: int | None = None
    n_frames: int | None = None

    @property
    def says_of_which_clips(self) -> bool:
        return (self.width_px, self.height_px, self.n_frames) != (None, None, None)

    def is_of_clips_like(self, condition: Condition) -> bool:
        """It says of which clips it is told, and all that it says fits."""
        pairs = (
            (self.width_px, condition.width_px),
            (self.height_px, condition.height_px),
            (self.n_frames, condition.n_frames),
        )
        return self.says_of_which_clips and all(said in (None, own) for said, own in pairs)


def load_claims(path: Path) -> tuple[Claim, ...]:
    """Every [[claim]] that has a condition and a measure; a missing file holds none."""
    if not path.exists():
        return ()
    with path.open("rb") as file:
        rows = tomllib.load(file).get("claim", [])
    return tuple(_claim(row) for row in rows if "condition" in row and "measure" in row)


def claims_of(claims: Sequence[Claim], condition: str) -> Mapping[str, tuple[Claim, ...]]:
    """A condition's claims by measure, in the file's order."""
    by_measure: dict[str, tuple[Claim, ...]] = {}
    for claim in claims:
        if claim.condition == condition:
            by_measure[claim.measure] = (*by_measure.get(claim.measure, ()), claim)
    return by_measure


def _claim(row: Mapping[str, Any]) -> Claim:
    one = row.get("value")
    as_of = row.get("as_of")
    return Claim(
        condition=str(row["condition"]),
        measure=str(row["measure"]),
        low=_number(row.get("low", one)),
        high=_number(row.get("high", one)),
        kind=str(row.get("kind", "claimed")),
        source=str(row.get("source", "")),
        as_of=None if as_of is None else str(as_of),
        note=row.get("note"),
        width_px=row.get("width_px"),
        height_px=row.get("height_px"),
        n_frames=row.get("n_frames"),
    )


def _number(value: object) -> float | None:
    """Money stands as text in the file, so that TOML does not make it binary."""
    return float(value) if isinstance(value, (int, float, str)) else None
