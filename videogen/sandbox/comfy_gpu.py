"""What lies on the played card between jobs, and what an update of the server changed."""

from dataclasses import dataclass

from videogen.sandbox.profiles import Device, Profile

SERVER_VERSION = "0.25.0"  # the version whose traffic was recorded


@dataclass(slots=True, kw_only=True)
class PlayedGpu:
    device: Device
    model: str | None = None  # None: no model is loaded
    resident_mib: int = 0
    leaked_mib: int = 0
    version: str = SERVER_VERSION
    time_factor: float = 1.0
    memory_factor: float = 1.0

    @property
    def baseline_mib(self) -> int:
        """Memory in use while nothing runs."""
        held = self.device.baseline_mib + self.resident_mib + self.leaked_mib
        return min(held, self.device.memory_total_mib)

    def is_cold(self, model: str) -> bool:
        return bool(model) and self.model != model

    def make_room(self, model: str) -> None:
        """Another model's loader moves out what is there before the run begins."""
        if self.is_cold(model):
            self.model, self.resident_mib = None, 0

    def keep(self, model: str, profile: Profile) -> None:
        self.model, self.resident_mib = model, profile.resident_mib

    def leak(self, mib: float) -> None:
        self.leaked_mib += round(mib)

    def unload(self) -> None:
        """POST /free with unload_models: the allocator gives everything back, leaks too."""
        self.model, self.resident_mib, self.leaked_mib = None, 0, 0

    def update(self, *, version: str, time_factor: float, memory_factor: float) -> None:
        self.version, self.time_factor, self.memory_factor = version, time_factor, memory_factor
