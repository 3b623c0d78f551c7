"""The memory curve of a played job: what NVML would have shown on that machine."""

import math
import random
from dataclasses import dataclass
from typing import Any

from videogen.sandbox.profiles import Device

_MAX_SAMPLES = 200
_COLUMNS = ("t_s", "memory_mib", "power_w", "process_mib", "utilisation_pct", "temperature_c")
_WARM_UP_S = 45.0  # ours: the time constant of a laptop card's heating
_LOADED_SHARE = 0.80  # of the peak: weights and text encoder on the card
_PLATEAU_SHARE = 0.88  # while sampling
_DECODE_FROM, _DECODE_AT, _DECODE_TO = 0.90, 0.93, 0.97  # shares of the run


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuTrace:
    """The planned curve of one run; `share` is the played part of it, 0 to 1."""

    device: Device
    duration_s: float  # simulated
    baseline_mib: int  # before the run: the idle card, what is loaded, what has leaked
    peak_mib: int
    load_share: float
    is_idle: bool  # a cached run loads nothing

    def mib_at(self, share: float) -> int:
        baseline = self.baseline_mib
        if self.is_idle or share <= 0:
            return baseline
        room = self.peak_mib - baseline
        return baseline + round(room * self._height(share))

    def _height(self, share: float) -> float:
        if share < self.load_share:
            return _LOADED_SHARE * share / self.load_share
        if share < _DECODE_FROM:
            noise = random.Random(round(share * 1000)).uniform(-0.01, 0.01)  # noqa: S311
            return _PLATEAU_SHARE + noise
        if share < _DECODE_AT:
            return _PLATEAU_SHARE
        return 1.0 if share <= _DECODE_TO else _LOADED_SHARE

    def power_at(self, share: float) -> float:
        if self.is_idle or share <= 0 or share >= 1:
            return self.device.idle_power_w
        busy = 0.35 if share < self.load_share else 1.0
        noise = random.Random(round(share * 1000) + 7).uniform(0.96, 1.04)  # noqa: S311
        return round(self.device.load_power_w * busy * noise, 1)

    def _row(self, share: float) -> list[float]:
        mib = self.mib_at(share)
        return [
            round(share * self.duration_s, 3),
            mib,
            self.power_at(share),
            max(0, mib - self.device.foreign_mib),
            self.utilisation_at(share),
            self.temperature_at(share),
        ]

    def utilisation_at(self, share: float) -> float:
        """Per cent of the time in which a kernel ran; loading waits for the disk."""
        if self.is_idle or share <= 0 or share >= 1:
            return 0.0
        busy = 22.0 if share < self.load_share else 98.0
        noise = random.Random(round(share * 1000) + 13).uniform(-2.0, 2.0)  # noqa: S311
        return round(busy + noise, 1)

    def temperature_at(self, share: float) -> float:
        """Rises to the load's temperature in about two minutes of work."""
        cool, hot = self.device.idle_temperature_c, self.device.load_temperature_c
        if self.is_idle:
            return cool
        return round(hot - (hot - cool) * math.exp(-share * self.duration_s / _WARM_UP_S), 1)

    def as_json(self, share: float, *, ran_out: bool = False) -> dict[str, Any]:
        """Samples up to the played share, at most 200: [simulated seconds, MiB, watts, MiB of the
        server's own processes, utilisation in per cent, degrees Celsius].
        """
        wanted = max(2, min(_MAX_SAMPLES - 2, int(self.duration_s * share * 10)))
        shares = [share * index / (wanted - 1) for index in range(wanted)]
        if share >= _DECODE_AT:
            shares = sorted({*shares, _DECODE_AT})
        samples = [self._row(at) for at in shares]
        if ran_out:
            full = self.device.memory_total_mib - 160  # the allocator gives up just below the top
            samples.append([*samples[-1]])
            samples[-1][1], samples[-1][3] = full, full - self.device.foreign_mib
            samples[-1][2] = self.device.load_power_w
        return {
            "device": self.device.name,
            "memory_total_mib": self.device.memory_total_mib,
            "baseline_mib": self.baseline_mib,
            "peak_mib": max(sample[1] for sample in samples),
            "columns": list(_COLUMNS),
            "samples": samples,
        }
