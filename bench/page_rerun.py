"""A rerun of the Decision page over a rerun of an empty page under the same launcher."""

import statistics
import tempfile
from pathlib import Path

from bench.app_process import started
from bench.evidence_rows import fill_with_evidence
from bench.measurement import Measurement, compared
from bench.streamlit_client import PageVisit

N_RERUNS = 30
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
        with started(data_dir) as app:
            value = median_rerun_s(app.port)
        with started(Path(folder) / "empty", app=empty_app(Path(folder))) as app:
            baseline = median_rerun_s(app.port)
    return compared(value, baseline, limit=None)


def empty_app(folder: Path, script: str = EMPTY_PAGE) -> Path:
    """Our launcher around a page that does nothing."""
    page, app = folder / "empty_page.py", folder / "empty_app.py"
    page.write_text(script, encoding="utf-8")
    app.write_text(EMPTY_APP.format(page=str(page)), encoding="utf-8")
    return app


def median_rerun_s(port: int, page_name: str = "") -> float:
    visit = PageVisit(port, page_name)
    visit.rerun_s()  # the first draw fills the caches
    times = [visit.rerun_s() for _ in range(N_RERUNS)]
    visit.close()
    return statistics.median(times)
