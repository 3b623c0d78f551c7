"""The sandbox's own record of a simulated device during one prompt: GET /_sandbox/gpu/{id}."""

import itertools
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from videogen.domain.run import VramSample, VramTrace

_N_COLUMNS = 6  # t_s, memory MiB, W, the server's own MiB, utilisation %, degrees Celsius
_LEAST_COLUMNS = 3
_SECONDS_PER_HOUR = 3600

Number = TypeVar("Number", int, float)


def read_trace(body: Mapping[str, Any]) -> VramTrace | None:
    """None when it is not readable; a column that is not told is unknown."""
    try:
        samples = tuple(_sample(row) for row in body["samples"])
        return VramTrace(
            source="sandbox",
            device=body.get("device"),
            memory_total_mib=body.get("memory_total_mib"),
            baseline_vram_mib=body.get("baseline_mib"),
            peak_vram_mib=body.get("peak_mib"),
            energy_wh=_energy_wh(samples),
            samples=samples,
            process_peak_mib=max(_known(one.process_mib for one in samples), default=None),
            mean_utilisation_pct=_mean(_known(one.utilisation_pct for one in samples)),
            max_temperature_c=max(_known(one.temperature_c for one in samples), default=None),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _sample(row: Sequence[Any]) -> VramSample:
    if len(row) < _LEAST_COLUMNS:
        raise ValueError(f"a sample of {len(row)} columns")
    told = [*row, *[None] * (_N_COLUMNS - len(row))]
    power_w, process_mib, utilisation_pct, temperature_c = (
        None if value is None else float(value) for value in told[2:_N_COLUMNS]
    )
    return VramSample(
        t_s=float(told[0]),
        memory_mib=int(told[1]),
        power_w=power_w,
        process_mib=None if process_mib is None else int(process_mib),
        utilisation_pct=utilisation_pct,
        temperature_c=temperature_c,
    )


def _energy_wh(samples: Sequence[VramSample]) -> float | None:
    """Trapezoids under the power curve; None when any power is unknown."""
    if len(samples) < 2:
        return None
    watt_seconds = 0.0
    for before, after in itertools.pairwise(samples):
        if before.power_w is None or after.power_w is None:
            return None
        watt_seconds += (after.t_s - before.t_s) * (before.power_w + after.power_w) / 2
    return watt_seconds / _SECONDS_PER_HOUR


def _known(values: Iterable[Number | None]) -> list[Number]:
    return [value for value in values if value is not None]


def _mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if values else None
