"""The Runs page with 100,000 runs over the same page with 100."""

import tempfile
from pathlib import Path

from bench.app_process import started
from bench.many_runs import fill_with_runs
from bench.measurement import Measurement, compared
from bench.page_rerun import median_rerun_s

N_MANY = 100_000
N_FEW = 100
PAGE = "runs"
LIMIT = 1.5


def queue_page_rerun() -> Measurement:
    """Median seconds of a rerun, websocket to last message."""
    with tempfile.TemporaryDirectory() as folder:
        value = _rerun_s(Path(folder) / "many", N_MANY)
        baseline = _rerun_s(Path(folder) / "few", N_FEW)
    return compared(value, baseline, limit=LIMIT)


def _rerun_s(data_dir: Path, n_runs: int) -> float:
    fill_with_runs(data_dir, n_runs)
    with started(data_dir) as app:
        return median_rerun_s(app.port, PAGE)
