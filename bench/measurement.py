"""One figure beside its baseline."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    value: float
    baseline: float
    ratio: float
    limit: float | None  # None: shown, not held


def compared(value: float, baseline: float, *, limit: float | None) -> Measurement:
    return Measurement(value=value, baseline=baseline, ratio=value / baseline, limit=limit)
