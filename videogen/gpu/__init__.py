"""Device memory and power during one attempt: from NVML, or from the server's own word."""

from videogen.gpu.monitor import GpuMonitor, Watching
from videogen.gpu.sources import NothingToRead, NvmlSource, ReadingSource, Source, choose_source
from videogen.gpu.trace import compacted

__all__ = [
    "GpuMonitor",
    "NothingToRead",
    "NvmlSource",
    "ReadingSource",
    "Source",
    "Watching",
    "choose_source",
    "compacted",
]
