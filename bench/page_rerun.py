"""A rerun of the Decision page over a rerun of an empty page, on the same machine."""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.evidence_rows import fill_with_evidence
from bench.measurement import Measurement, compared
from bench.streamlit_client import PageVisit, wait_until_healthy

N_RERUNS = 30
ROOT = Path(__file__).resolve().parent.parent
EMPTY_APP = 'import streamlit as st\nst.write("")\n'


def decision_page_rerun() -> Measurement:
    """Median seconds of a rerun, websocket to last message; the page shows 150 rated runs."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        fill_with_evidence(data_dir)
        empty_app = Path(folder) / "empty.py"
        empty_app.write_text(EMPTY_APP, encoding="utf-8")
        with _started([sys.executable, "-m", "videogen", "app"], data_dir) as port:
            value = _median_rerun_s(port)
        command = [sys.executable, "-m", "streamlit", "run", str(empty_app)]
        command += ["--server.headless=true", "--server.fileWatcherType=none"]
        with _started(command, data_dir, streamlit=True) as port:
            baseline = _median_rerun_s(port)
    return compared(value, baseline, limit=None)


def _median_rerun_s(port: int) -> float:
    visit = PageVisit(port)
    visit.rerun_s()  # the first draw fills the caches
    times = [visit.rerun_s() for _ in range(N_RERUNS)]
    visit.close()
    return statistics.median(times)


@contextmanager
def _started(command: list[str], data_dir: Path, *, streamlit: bool = False) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    if streamlit:
        command = [*command, f"--server.port={port}", "--server.address=127.0.0.1"]
    environment = {
        **os.environ,
        "VIDEOGEN_PORT": str(port),
        "VIDEOGEN_DATA_DIR": str(data_dir),
    }
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=data_dir if streamlit else ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_healthy(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)
