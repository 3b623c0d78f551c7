"""Watches the device while one attempt runs, in a thread of its own."""

import threading
import time
from collections import defaultdict
from types import TracebackType
from typing import Self

from videogen.domain.run import VramTrace
from videogen.gpu.nvml import GpuUnreadableError
from videogen.gpu.sources import OpenSource, Source
from videogen.gpu.trace import TraceRecorder, compacted

_STOP_PATIENCE_S = 2.0  # a server that does not answer may not hold a finished run back


class GpuMonitor:
    """One for the whole process; each `watch` is a thread and a set of readings of its own."""

    def watch(self, source: Source) -> "Watching":
        return Watching(source)


class Watching:
    """`with monitor.watch(source) as watching:` reads the baseline, then samples to the end."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._open: OpenSource | None = None
        self._reason: str | None = None
        self._recorders: defaultdict[int, TraceRecorder] = defaultdict(TraceRecorder)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, name="gpu-monitor", daemon=True)
        self._began = time.monotonic()
        self._device_name: str | None = None

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        try:
            self._open = self._source.open()
            self._read(self._open)
        except GpuUnreadableError as error:
            self._reason = error.reason
        if self._open is not None and self._reason is None:
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def trace(self, handed_over: VramTrace | None = None) -> VramTrace:
        """What was seen; ends the watching. A trace that the server recorded itself goes first."""
        self._end()
        if handed_over is not None:
            return compacted(handed_over)
        index = self._device_index()
        if index is None:
            return VramTrace(source=self._source.name, reason=self._reason or self._source.silence)
        recorder = self._recorders[index]
        is_whole = self._reason is None
        return VramTrace(
            source=self._source.name,
            device=self._device_name,
            memory_total_mib=recorder.total_mib,
            baseline_vram_mib=recorder.baseline_mib,
            # A curve that broke off may have missed its peak: unknown, with the reason.
            peak_vram_mib=recorder.peak_mib if is_whole else None,
            is_lower_bound=self._source.is_lower_bound,
            energy_wh=recorder.energy_wh if is_whole else None,
            samples=recorder.samples,
            reason=self._reason,
            process_peak_mib=recorder.process_peak_mib if is_whole else None,
            mean_utilisation_pct=recorder.mean_utilisation_pct if is_whole else None,
            max_temperature_c=recorder.max_temperature_c if is_whole else None,
        )

    @property
    def n_readings(self) -> int:
        return sum(recorder.n_readings for recorder in self._recorders.values())

    def _sample(self) -> None:
        opened = self._open
        due = time.monotonic() + self._source.interval_s
        while opened is not None and not self._stop.wait(max(0.0, due - time.monotonic())):
            try:
                self._read(opened)
            except GpuUnreadableError as error:
                self._reason = error.reason
                return
            due = max(due + self._source.interval_s, time.monotonic())

    def _read(self, opened: OpenSource) -> None:
        for index, reading in opened.read().items():
            if self._stop.is_set():
                return  # an answer that comes after the end belongs to no attempt
            self._recorders[index].add(time.monotonic() - self._began, reading)

    def _end(self) -> None:
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(_STOP_PATIENCE_S)
        opened, self._open = self._open, None
        if opened is not None:
            self._device_name = self._name_of_device(opened)
            opened.close()

    def _name_of_device(self, opened: OpenSource) -> str | None:
        index = self._device_index()
        try:
            return None if index is None else opened.device_name(index)
        except GpuUnreadableError:
            return None

    def _device_index(self) -> int | None:
        """The device whose memory rose most: the one that the run used."""
        return max(
            sorted(self._recorders), key=lambda at: self._recorders[at].rise_mib, default=None
        )
