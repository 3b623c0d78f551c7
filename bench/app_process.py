"""The app as a process of its own on a free port, and what the operating system says of it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.streamlit_client import wait_until_healthy

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "app.py"
STOP_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AppProcess:
    pid: int
    port: int

    def cpu_s(self) -> float:
        """Processor seconds that it has used so far, all threads together (Linux)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def memory_mib(self) -> float:
        """Proportional set size: shared pages are counted once over all processes (Linux)."""
        rollup = Path(f"/proc/{self.pid}/smaps_rollup").read_text(encoding="utf-8")
        (line,) = (line for line in rollup.splitlines() if line.startswith("Pss:"))
        return int(line.split()[1]) / 1024


@contextmanager
def started(
    data_dir: Path, *, app: Path = APP, settings: Mapping[str, str] | None = None
) -> Iterator[AppProcess]:
    """Healthy when the block begins, ended with it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "VIDEOGEN_PORT": str(port),
        "VIDEOGEN_DATA_DIR": str(data_dir),
        **(settings or {}),
    }
    process = subprocess.Popen(
        [sys.executable, str(app)],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_healthy(port)
        yield AppProcess(pid=process.pid, port=port)
    finally:
        process.terminate()
        process.wait(timeout=STOP_PATIENCE_S)
