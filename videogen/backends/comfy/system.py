"""A server's light, versions and device, from /system_stats, /queue and the sandbox's paths."""

import contextlib
import re
import threading
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx

from videogen.backends.comfy.device_trace import read_trace
from videogen.backends.comfy.history import QueuePlace, queue_place
from videogen.backends.comfy.wire import BRISK, ComfyWire
from videogen.domain.condition import BackendKind
from videogen.domain.generation import BackendLight, BackendStatus
from videogen.domain.run import Origin, VramTrace
from videogen.errors import BackendError, NotComfyError, ServerTooOldError

MIB = 1024 * 1024
OLDEST_VERSION = (0, 3, 45)  # from here on a client may choose the prompt_id
FIRST_TO_INTERRUPT_BY_ID = (0, 3, 57)  # older ones ignore the prompt_id and stop whoever runs
WEDGED_AFTER_S = 15.0  # between two prompts a healthy server unloads models and collects garbage
WEDGED_AFTER_LOOKS = 3


class Device(NamedTuple):
    name: str
    total_mib: int
    free_mib: int


class SystemWatch:
    """Asks one server how it is; remembers only since when its queue stands still."""

    def __init__(self, wire: ComfyWire) -> None:
        self._wire = wire
        self._lock = threading.Lock()
        self._wedged_since_s: float | None = None
        self._n_wedged_looks = 0
        self._version: object = None

    def note(self, place: QueuePlace) -> None:
        with self._lock:
            if not place.is_wedged:
                self._wedged_since_s, self._n_wedged_looks = None, 0
                return
            self._wedged_since_s = self._wedged_since_s or time.monotonic()
            self._n_wedged_looks += 1

    @property
    def is_wedged(self) -> bool:
        """Work has waited and none was done, time and again: the server's worker is dead."""
        with self._lock:
            since_s, n_looks = self._wedged_since_s, self._n_wedged_looks
        if since_s is None or n_looks < WEDGED_AFTER_LOOKS:
            return False
        return time.monotonic() - since_s > WEDGED_AFTER_S

    def interrupts_by_id(self) -> bool:
        """Unknown counts as no."""
        if self._version is None:
            with contextlib.suppress(BackendError):
                self.checked_stats()
        return _is_at_least(self._version, FIRST_TO_INTERRUPT_BY_ID) is True

    def status(self) -> BackendStatus:
        """Never raises: what is wrong becomes the reason beside a dark light."""
        try:
            return self._ask()
        except BackendError as error:
            return BackendStatus(
                name=self._wire.name,
                kind=BackendKind.COMFY.value,
                light=BackendLight.DOWN,
                reason=error.code,
            )

    def checked_stats(self, timeout: httpx.Timeout | None = BRISK) -> dict[str, Any]:
        """/system_stats of a server that we can work with.

        Raises: NotComfyError, ServerTooOldError, BackendUnavailableError, SignInError.
        """
        stats = self._wire.get_json("/system_stats", timeout=timeout)
        system = stats.get("system")
        if not isinstance(system, dict) or "devices" not in stats:
            raise NotComfyError(self._wire.name, detail="/system_stats has no system and devices")
        self._version = version = system.get("comfyui_version")
        if is_too_old(version):
            raise ServerTooOldError(self._wire.name, version=version, oldest="0.3.45")
        return stats

    def origin(self) -> tuple[Origin, float | None]:
        """Sandbox with its time scale, or live."""
        info = self._wire.optional_json("/_sandbox/info")
        if info is None or info.get("sandbox") is not True:
            return Origin.LIVE, None
        scale = info.get("time_scale")
        return Origin.SANDBOX, float(scale) if isinstance(scale, int | float) else None

    def memory_reading(self) -> tuple[int, int] | None:
        device = first_device(self._wire.get_json("/system_stats", timeout=BRISK))
        return None if device is None else (device.total_mib - device.free_mib, device.total_mib)

    def sandbox_trace(self, prompt_id: str) -> VramTrace | None:
        body = self._wire.optional_json(f"/_sandbox/gpu/{quote(prompt_id, safe='')}")
        return None if body is None else read_trace(body)

    def _ask(self) -> BackendStatus:
        stats = self.checked_stats()
        place = queue_place(self._wire.get_json("/queue", timeout=BRISK), "")
        self.note(place)
        origin, time_scale = self.origin()
        device = first_device(stats)
        light, reason = BackendLight.UP, None
        if place.n_running or place.n_pending:
            light = BackendLight.BUSY
        if self.is_wedged:
            light, reason = BackendLight.DOWN, "server_wedged"
        return BackendStatus(
            name=self._wire.name,
            kind=BackendKind.COMFY.value,
            light=light,
            reason=reason,
            origin=origin,
            time_scale=time_scale,
            version=stats["system"].get("comfyui_version"),
            device=device_name(stats),
            memory_total_mib=None if device is None else device.total_mib,
            memory_used_mib=None if device is None else device.total_mib - device.free_mib,
            n_running=place.n_running,
            n_pending=place.n_pending,
            fingerprint=fingerprint(stats),
        )


def is_too_old(version: object) -> bool:
    """An unreadable version is unknown, not too old: the echo of the prompt_id decides then."""
    return _is_at_least(version, OLDEST_VERSION) is False


def _is_at_least(version: object, wanted: tuple[int, int, int]) -> bool | None:
    numbers = re.findall(r"\d+", version)[:3] if isinstance(version, str) else []
    return None if len(numbers) < 3 else tuple(int(n) for n in numbers) >= wanted


def first_device(stats: Mapping[str, Any]) -> Device | None:
    """The first device with memory of its own; a CPU's is the machine's, so unknown."""
    for device in _devices(stats):
        total, free = device.get("vram_total"), device.get("vram_free")
        if device.get("type") == "cpu" or not isinstance(total, int) or not isinstance(free, int):
            continue
        return Device(_short_name(str(device.get("name"))), total // MIB, free // MIB)
    return None


def device_name(stats: Mapping[str, Any]) -> str | None:
    devices = _devices(stats)
    return _short_name(str(devices[0].get("name"))) if devices else None


def fingerprint(stats: Mapping[str, Any]) -> dict[str, Any]:
    """What must be equal for two measurements to be compared."""
    system = stats.get("system")
    system = system if isinstance(system, dict) else {}
    device = first_device(stats)
    return {
        "comfyui": system.get("comfyui_version"),
        "python": str(system["python_version"]).split(" ")[0]
        if "python_version" in system
        else None,
        "pytorch": system.get("pytorch_version"),
        "os": system.get("os"),
        "device": device_name(stats),
        "memory_total_mib": None if device is None else device.total_mib,
    }


def _devices(stats: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    devices = stats.get("devices")
    return [d for d in devices if isinstance(d, dict)] if isinstance(devices, list) else []


def _short_name(name: str) -> str:
    """Without index and allocator, as in "cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync"."""
    return re.sub(r"^\w+:\d+ ", "", name).split(" : ", maxsplit=1)[0].strip()
