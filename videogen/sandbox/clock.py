import time
from dataclasses import dataclass


def now_ms() -> int:
    """Wall clock in milliseconds since the epoch: the unit of ComfyUI's timestamps."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxClock:
    """Plays simulated seconds faster or slower than real ones."""

    time_scale: float  # simulated seconds per real second

    def __post_init__(self) -> None:
        if not self.time_scale > 0:
            raise ValueError(f"time_scale must be above 0, not {self.time_scale}")

    def real_s(self, simulated_s: float) -> float:
        return simulated_s / self.time_scale

    def simulated_s(self, real_s: float) -> float:
        return real_s * self.time_scale
