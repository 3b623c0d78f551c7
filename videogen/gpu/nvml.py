"""NVIDIA's management library through pynvml; every way it fails has a name."""

import math
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from videogen.gpu.trace import GpuReading

_BYTES_PER_MIB = 1024 * 1024
_MILLIWATTS_PER_WATT = 1000


class GpuUnreadableError(Exception):
    """`reason` names a sentence in texts (gpu.reason.*)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Nvml:
    """The devices of this machine, open for reading. Raises: GpuUnreadableError, anywhere."""

    def __init__(self) -> None:
        import pynvml

        self._pynvml: Any = pynvml
        self._call("nvmlInit")
        try:
            self._handles = self._find_devices()
        except GpuUnreadableError:
            self.close()
            raise

    @property
    def n_devices(self) -> int:
        return len(self._handles)

    def device_name(self, index: int) -> str:
        name = self._call("nvmlDeviceGetName", self._handles[index])
        return name.decode() if isinstance(name, bytes) else str(name)

    def read(self, index: int) -> GpuReading:
        """What the card does not report, as some laptop parts do not, is None."""
        handle = self._handles[index]
        memory = self._call("nvmlDeviceGetMemoryInfo", handle)
        milliwatts = self._optional("nvmlDeviceGetPowerUsage", handle)
        rates = self._optional("nvmlDeviceGetUtilizationRates", handle)
        celsius = self._optional(
            "nvmlDeviceGetTemperature", handle, self._pynvml.NVML_TEMPERATURE_GPU
        )
        return GpuReading(
            # Rounded up: a reading may never slip under a limit.
            memory_used_mib=math.ceil(memory.used / _BYTES_PER_MIB),
            memory_total_mib=memory.total // _BYTES_PER_MIB,
            power_w=None if milliwatts is None else float(milliwatts) / _MILLIWATTS_PER_WATT,
            utilisation_pct=None if rates is None else float(rates.gpu),
            temperature_c=None if celsius is None else float(celsius),
        )

    def memory_by_process(self, index: int) -> Mapping[int, int | None]:
        """Bytes by pid; None where the driver names the process alone, as Windows' does."""
        found: dict[int, int | None] = {}
        for kind in ("Compute", "Graphics"):
            listed = self._optional(f"nvmlDeviceGet{kind}RunningProcesses", self._handles[index])
            for process in listed or ():
                # One that computes and draws stands in both lists, each time with all its memory.
                known = (found.get(process.pid), process.usedGpuMemory)
                found[process.pid] = max((b for b in known if b is not None), default=None)
        return found

    def close(self) -> None:
        try:
            self._pynvml.nvmlShutdown()
        except self._pynvml.NVMLError:
            return  # a driver that is gone has nothing left to close

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _find_devices(self) -> list[object]:
        count = self._call("nvmlDeviceGetCount")
        if not count:
            raise GpuUnreadableError("no_gpu")
        return [self._call("nvmlDeviceGetHandleByIndex", index) for index in range(count)]

    def _optional(self, function: str, *arguments: object) -> Any:
        """None where this card or this driver does not know the question."""
        try:
            return getattr(self._pynvml, function)(*arguments)
        except self._pynvml.NVMLLibraryMismatchError:
            return None
        except self._pynvml.NVMLError as error:
            if error.value == self._pynvml.NVML_ERROR_GPU_IS_LOST:
                raise GpuUnreadableError("gpu_lost") from error
            return None

    def _call(self, function: str, *arguments: object) -> Any:
        try:
            return getattr(self._pynvml, function)(*arguments)
        except self._pynvml.NVMLError as error:
            raise GpuUnreadableError(self._reason(error.value)) from error

    def _reason(self, code: int) -> str:
        named = {
            self._pynvml.NVML_ERROR_LIBRARY_NOT_FOUND: "nvml_library_not_found",
            self._pynvml.NVML_ERROR_DRIVER_NOT_LOADED: "driver_not_loaded",
            self._pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH: "driver_version_mismatch",
            self._pynvml.NVML_ERROR_NO_PERMISSION: "no_permission",
            self._pynvml.NVML_ERROR_GPU_IS_LOST: "gpu_lost",
            self._pynvml.NVML_ERROR_NOT_SUPPORTED: "memory_not_reported",
        }
        return named.get(code, "driver_error")
