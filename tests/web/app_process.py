"""The whole app as its own process on a free port, with a data folder of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
FOREIGN_ENVIRONMENT = ("VIDEOGEN_", "GOOGLE_", "GEMINI_", "REPLICATE_", "STREAMLIT_")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppProcess:
    url: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def spawn(data_dir: Path, port: int, log: Path, **more: str) -> subprocess.Popen[bytes]:
    """`more` is added to the app's environment."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN_ENVIRONMENT)}
    own |= {"VIDEOGEN_DATA_DIR": str(data_dir), "VIDEOGEN_PORT": str(port), **more}
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=own, stdout=out, stderr=out
        )


@contextmanager
def running_app(
    data_dir: Path, port: int | None = None, **environment: str
) -> Iterator[AppProcess]:
    """`port` where something must know it before the app runs."""
    port = port or free_port()
    log = data_dir.parent / f"app-{port}.log"
    process = spawn(data_dir, port, log, **environment)
    app = AppProcess(url=f"http://127.0.0.1:{port}", port=port, process=process, log=log)
    try:
        _wait_until_healthy(app)
        yield app
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(app: AppProcess) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and app.process.poll() is None:
        try:
            if httpx.get(f"{app.url}/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the app did not come up:\n{app.log.read_text()[-3000:]}")
