"""A rerun of the Decision page over a rerun of an empty page under the same launcher."""

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
EMPTY_PAGE = 'import streamlit as st\nst.write("")\n'
EMPTY_APP = """
import streamlit as st
from videogen.web import serve
app = st.App({page!r}, lifespan=serve.lifespan)
serve.run(app)
"""


def decision_page_rerun() -> Measurement:
    """Median seconds of a rerun, websocket to last message; the page shows 160 rated runs."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        fill_with_evidence(data_dir)
        with _started(ROOT / "app.py", data_dir) as port:
            value = _median_rerun_s(port)
        with _started(_empty_app(Path(folder)), Path(folder) / "empty") as port:
            baseline = _median_rerun_s(port)
    return compared(value, baseline, limit=None)


def _empty_app(folder: Path) -> Path:
    page, app = folder / "empty_page.py", folder / "empty_app.py"
    page.write_text(EMPTY_PAGE, encoding="utf-8")
    app.write_text(EMPTY_APP.format(page=str(page)), encoding="utf-8")
    return app


def _median_rerun_s(port: int) -> float:
    visit = PageVisit(port)
    visit.rerun_s()  # the first draw fills the caches
    times = [visit.rerun_s() for _ in range(N_RERUNS)]
    visit.close()
    return statistics.median(times)


@contextmanager
def _started(app: Path, data_dir: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "VIDEOGEN_PORT": str(port),
        "VIDEOGEN_DATA_DIR": str(data_dir),
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
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)
