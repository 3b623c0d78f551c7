"""One device's curve: baseline, peak and energy from every sample, few samples kept."""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from videogen.domain.run import VramSample, VramTrace

Number = TypeVar("Number", int, float)

MAX_SAMPLES = 300  # a chart's width; six hours at 20 Hz are 432,000
_SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuReading:
    memory_used_mib: int
    memory_total_mib: int
    power_w: float | None = None
    process_mib: int | None = None  # of the server's own processes
    utilisation_pct: float | None = None
    temperature_c: float | None = None


class TraceRecorder:
    """Takes readings in the order of time and never grows beyond `MAX_SAMPLES`."""

    def __init__(self) -> None:
        self.n_readings = 0
        self.baseline_mib: int | None = None
        self.peak_mib: int | None = None
        self.total_mib: int | None = None
        self.process_peak_mib: int | None = None
        self.max_temperature_c: float | None = None
        self._utilisation_sum_pct = 0.0
        self._n_utilisation = 0
        self._energy_ws: float | None = 0.0
        self._before: tuple[float, float | None] | None = None
        self._kept: list[VramSample] = []
        self._bucket_size = 1  # readings that one kept sample stands for
        self._in_bucket = 0

    def add(self, t_s: float, reading: GpuReading) -> None:
        self.n_readings += 1
        used_mib = reading.memory_used_mib
        self.baseline_mib = used_mib if self.baseline_mib is None else self.baseline_mib
        self.peak_mib = max(used_mib, self.peak_mib or 0)
        self.total_mib = reading.memory_total_mib
        self.process_peak_mib = _higher(self.process_peak_mib, reading.process_mib)
        self.max_temperature_c = _higher(self.max_temperature_c, reading.temperature_c)
        if reading.utilisation_pct is not None:
            self._utilisation_sum_pct += reading.utilisation_pct
            self._n_utilisation += 1
        self._integrate(t_s, reading.power_w)
        self._keep(
            VramSample(
                t_s=round(t_s, 3),
                memory_mib=used_mib,
                power_w=reading.power_w,
                process_mib=reading.process_mib,
                utilisation_pct=reading.utilisation_pct,
                temperature_c=reading.temperature_c,
            )
        )

    @property
    def rise_mib(self) -> int:
        return (self.peak_mib or 0) - (self.baseline_mib or 0)

    @property
    def energy_wh(self) -> float | None:
        """None as soon as one power reading was missing: part of the energy is not the energy."""
        if self._energy_ws is None or self.n_readings < 2:
            return None
        return self._energy_ws / _SECONDS_PER_HOUR

    @property
    def mean_utilisation_pct(self) -> float | None:
        return self._utilisation_sum_pct / self._n_utilisation if self._n_utilisation else None

    @property
    def samples(self) -> tuple[VramSample, ...]:
        return tuple(self._kept)

    def _integrate(self, t_s: float, power_w: float | None) -> None:
        if power_w is None:
            self._energy_ws = None
        elif self._before is not None and self._energy_ws is not None:
            before_s, before_w = self._before
            self._energy_ws += (t_s - before_s) * (power_w + (before_w or 0.0)) / 2
        self._before = (t_s, power_w)

    def _keep(self, sample: VramSample) -> None:
        if self._in_bucket == 0:
            if len(self._kept) == MAX_SAMPLES:
                self._kept = _highest_of_each(self._kept, 2)
                self._bucket_size *= 2
            self._kept.append(sample)
        else:
            self._kept[-1] = _highest([self._kept[-1], sample])
        self._in_bucket = (self._in_bucket + 1) % self._bucket_size


def compacted(trace: VramTrace) -> VramTrace:
    """A trace that someone else recorded, with no more samples than we keep; its peak stays."""
    if len(trace.samples) <= MAX_SAMPLES:
        return trace
    size = math.ceil(len(trace.samples) / MAX_SAMPLES)
    kept = _highest_of_each(list(trace.samples), size)
    return dataclasses.replace(trace, samples=tuple(kept))


def _highest_of_each(samples: list[VramSample], size: int) -> list[VramSample]:
    return [_highest(samples[at : at + size]) for at in range(0, len(samples), size)]


def _highest(samples: Sequence[VramSample]) -> VramSample:
    """The one with the most memory, and the most that the server held in any of them.

    The two peaks may lie apart; the server's part stays within the device's all the same.
    """
    highest = max(samples, key=lambda sample: sample.memory_mib)
    held = [sample.process_mib for sample in samples if sample.process_mib is not None]
    return dataclasses.replace(highest, process_mib=max(held)) if held else highest


def _higher(before: Number | None, now: Number | None) -> Number | None:
    if before is None or now is None:
        return now if before is None else before
    return max(before, now)
