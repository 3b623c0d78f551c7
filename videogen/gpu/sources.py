"""Where device readings come from, best first: NVML here, the server's own word, nothing."""

import dataclasses
import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from videogen.domain.run import Origin
from videogen.errors import VideogenError
from videogen.gpu.nvml import GpuUnreadableError, Nvml
from videogen.gpu.server_process import ServerProcesses, listening_pids, port_of
from videogen.gpu.trace import GpuReading

MemoryReading = Callable[[], tuple[int, int] | None]  # (used, total) in MiB

_NVML_INTERVAL_S = 0.07  # 14 a second: at least 10 arrive on a busy machine, for 0.5 % of a core
_READING_INTERVAL_S = 1.0  # each is an HTTP request to a server that is at work
_BYTES_PER_MIB = 1024 * 1024
_HOST = re.compile(r"(?:.*(?://|@))?(\[[^]]+\]|[^:/@]+)")


class OpenSource(Protocol):
    """Raises GpuUnreadableError from any call."""

    def read(self) -> Mapping[int, GpuReading]:
        """Readings by device index; empty when there is none just now."""

    def device_name(self, index: int) -> str | None: ...

    def close(self) -> None: ...


class Source(Protocol):
    @property
    def name(self) -> str:
        """Stands in the trace: nvml, system_stats, none."""

    @property
    def interval_s(self) -> float: ...

    @property
    def is_lower_bound(self) -> bool: ...

    @property
    def silence(self) -> str:
        """The reason when no reading ever came."""

    def open(self) -> OpenSource:
        """Raises: GpuUnreadableError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NvmlSource:
    """This machine's devices; `device_index` None watches all, the one that rises most counts.

    With `server_port` the memory of whoever listens there is told apart from that of others.
    """

    device_index: int | None = None
    server_port: int | None = None
    interval_s: float = _NVML_INTERVAL_S
    name: str = "nvml"
    is_lower_bound: bool = False
    silence: str = "driver_error"

    def open(self) -> "OpenNvml":
        return OpenNvml(self.device_index, self.server_port)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSource:
    """A server that tells its memory in use: peaks between two questions are not seen."""

    reading: MemoryReading
    device: str | None = None
    interval_s: float = _READING_INTERVAL_S
    name: str = "system_stats"
    is_lower_bound: bool = True
    silence: str = "server_gives_no_reading"

    def open(self) -> "OpenReadings":
        return OpenReadings(self.reading, self.device)


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingToRead:
    """No device that could be asked, such as a cloud model's ("cloud")."""

    silence: str
    interval_s: float = _READING_INTERVAL_S
    name: str = "none"
    is_lower_bound: bool = False

    def open(self) -> OpenSource:
        raise GpuUnreadableError(self.silence)


class OpenNvml:
    def __init__(self, device_index: int | None, server_port: int | None) -> None:
        self._nvml = Nvml()
        if device_index is not None and device_index >= self._nvml.n_devices:
            self._nvml.close()
            raise GpuUnreadableError("no_such_device")
        every = range(self._nvml.n_devices)
        self._indices = every if device_index is None else (device_index,)
        pids = frozenset() if server_port is None else listening_pids(server_port)
        self._server = ServerProcesses(pids) if pids else None

    def read(self) -> Mapping[int, GpuReading]:
        return {index: self._read_device(index) for index in self._indices}

    def _read_device(self, index: int) -> GpuReading:
        return dataclasses.replace(self._nvml.read(index), process_mib=self._process_mib(index))

    def _process_mib(self, index: int) -> int | None:
        """Unknown, not 0, as long as the driver does not list the server: it may not see it."""
        if self._server is None:
            return None
        listed = self._nvml.memory_by_process(index)
        own = [listed[pid] for pid in self._server.own(frozenset(listed))]
        known = [held for held in own if held is not None]
        if not known or len(known) < len(own):
            return None
        return math.ceil(sum(known) / _BYTES_PER_MIB)

    def device_name(self, index: int) -> str | None:
        return self._nvml.device_name(index)

    def close(self) -> None:
        self._nvml.close()


class OpenReadings:
    def __init__(self, reading: MemoryReading, device: str | None) -> None:
        self._reading = reading
        self._device = device

    def read(self) -> Mapping[int, GpuReading]:
        try:
            answer = self._reading()
        except VideogenError:
            return {}  # a busy server may miss one question
        if answer is None:
            return {}
        used_mib, total_mib = answer
        return {0: GpuReading(memory_used_mib=used_mib, memory_total_mib=total_mib)}

    def device_name(self, index: int) -> str | None:
        return self._device if index == 0 else None

    def close(self) -> None:
        """Nothing is held open."""


def choose_source(
    server: str | None,
    *,
    memory_reading: MemoryReading | None = None,
    server_device: str | None = None,
    origin: Origin | None = None,
    device_index: int | None = None,
) -> Source:
    """The best source for one back end.

    Args: server: its URL, or its name such as "comfy@127.0.0.1:8188"; None for a cloud model.
        server_device: the device as the server names it: a loopback address may be a tunnel to
        another machine, so NVML counts only where it knows that card.
    """
    if server is None:
        return NothingToRead(silence="cloud")
    why_not_nvml = "server_gives_no_reading"
    if _is_this_machine(server) and origin is not Origin.SANDBOX:
        try:
            if _has_card(server_device):
                return NvmlSource(device_index=device_index, server_port=port_of(server))
        except GpuUnreadableError as error:
            why_not_nvml = error.reason
    if memory_reading is None:
        return NothingToRead(silence=why_not_nvml)
    return ReadingSource(reading=memory_reading, device=server_device, silence=why_not_nvml)


def _has_card(server_device: str | None) -> bool:
    with Nvml() as nvml:
        names = [nvml.device_name(index) for index in range(nvml.n_devices)]
    return server_device is None or any(name in server_device for name in names)


def _is_this_machine(server: str) -> bool:
    found = _HOST.match(server)
    host = found.group(1).strip("[]") if found else ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
