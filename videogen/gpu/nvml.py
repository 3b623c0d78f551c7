"""NVIDIA's management library through pynvml; every way it fails has a name."""

import math
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
        handle = self._handles[index]
        memory = self._call("nvmlDeviceGetMemoryInfo", handle)
        return GpuReading(
            # Rounded up: a reading may never slip under a limit.
            memory_used_mib=math.ceil(memory.used / _BYTES_PER_MIB),
            memory_total_mib=memory.total // _BYTES_PER_MIB,
            power_w=self._power_w(handle),
        )

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

    def _power_w(self, handle: object) -> float | None:
        """None where the card does not report it, as some laptop parts do not."""
        try:
            return float(self._pynvml.nvmlDeviceGetPowerUsage(handle)) / _MILLIWATTS_PER_WATT
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
