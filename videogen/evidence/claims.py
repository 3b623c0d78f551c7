"""What was claimed or published about a condition, to stand beside what is measured here."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from videogen.domain.condition import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A figure from outside; low = high where it is one number, in the measure's own unit."""

    condition: str | None  # None: said of the whole plan, such as its weeks
    measure: str  # quality, cost_usd, wall_time_s, peak_vram_mib, cost_usd_month, ...
    low: float | None
    high: float | None
    kind: str  # claimed, published
    source: str
    as_of: str | None = None  # ISO date
    note: str | None = None
    word: str | None = None  # where it is no figure, such as "low" for a risk
    day: str | None = None  # where the figure is a day, ISO
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What several claims of one measure say together, with the claims that say it."""

    low: float
    high: float
    claims: tuple[Claim, ...]


def load_claims(path: Path) -> tuple[Claim, ...]:
    """Every [[claim]] that has a measure; a missing file holds none."""
    if not path.exists():
        return ()
    with path.open("rb") as file:
        rows = tomllib.load(file).get("claim", [])
    return tuple(_claim(row) for row in rows if "measure" in row)


def claims_of(claims: Sequence[Claim], condition: str) -> Mapping[str, tuple[Claim, ...]]:
    """A condition's claims by measure, in the file's order."""
    by_measure: dict[str, tuple[Claim, ...]] = {}
    for claim in claims:
        if claim.condition == condition:
            by_measure[claim.measure] = (*by_measure.get(claim.measure, ()), claim)
    return by_measure


def span_of(
    claims: Sequence[Claim], measure: str, condition: str | None = None, *, kind: str = "claimed"
) -> Span | None:
    """From the lowest to the highest figure, ends that were left open not counted; None: nobody
    said one.
    """
    said = tuple(
        claim
        for claim in claims
        if (claim.measure, claim.condition, claim.kind) == (measure, condition, kind)
        and (claim.low is not None or claim.high is not None)
    )
    ends = [end for claim in said for end in (claim.low, claim.high) if end is not None]
    return Span(low=min(ends), high=max(ends), claims=said) if ends else None


def word_of(claims: Sequence[Claim], measure: str) -> str | None:
    """Of a claim that is no figure."""
    return next((claim.word for claim in claims if claim.measure == measure), None)


def retired_on(claims: Sequence[Claim], condition: str | None) -> date | None:
    """The day, where a vendor has shut it down."""
    if condition is None:
        return None
    days = (c.day for c in claims if c.measure == "retired_on" and c.condition == condition)
    day = next(days, None)
    return None if day is None else date.fromisoformat(day)


def _claim(row: Mapping[str, Any]) -> Claim:
    one = row.get("value")
    condition, as_of, day = (row.get(name) for name in ("condition", "as_of", "day"))
    return Claim(
        condition=None if condition is None else str(condition),
        measure=str(row["measure"]),
        low=_number(row.get("low", one)),
        high=_number(row.get("high", one)),
        kind=str(row.get("kind", "claimed")),
        source=str(row.get("source", "")),
        as_of=None if as_of is None else str(as_of),
        note=row.get("note"),
        word=row.get("word"),
        day=None if day is None else str(day),
        width_px=row.get("width_px"),
        height_px=row.get("height_px"),
        n_frames=row.get("n_frames"),
    )


def _number(value: object) -> float | None:
    """Money stands as text in the file, so that TOML does not make it binary."""
    return float(value) if isinstance(value, (int, float, str)) else None
