"""Memory of an app with thirty open sessions beside the limit that a small server sets."""

import tempfile
from pathlib import Path

from bench.app_process import started
from bench.evidence_rows import fill_with_evidence
from bench.measurement import Measurement, compared
from bench.streamlit_client import PageVisit

N_SESSIONS = 30
PAGES = ("", "rate", "create", "campaigns", "runs", "system")
ALLOWED_MIB = 300.0


def thirty_sessions() -> Measurement:
    """MiB, proportional set size, with every session having drawn its page twice."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        fill_with_evidence(data_dir)
        with started(data_dir) as app:
            visits = [PageVisit(app.port, PAGES[n % len(PAGES)]) for n in range(N_SESSIONS)]
            for visit in [*visits, *visits]:
                visit.rerun_s()
            value = app.memory_mib()
            for visit in visits:
                visit.close()
    return compared(value, ALLOWED_MIB, limit=1.0)
