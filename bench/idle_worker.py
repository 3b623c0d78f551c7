"""What an app costs that has nothing to do: three back ends, a long history, nobody looking."""

import tempfile
import time
from pathlib import Path

from bench.app_process import started
from bench.many_runs import fill_with_runs
from bench.measurement import Measurement, compared
from videogen.bootstrap.sandbox_process import start_sandbox

N_RUNS = 100_000
SETTLE_S = 10.0
WATCHED_S = 30.0
LIMIT = 0.01


def idle_worker() -> Measurement:
    """Share of one core that the whole app takes while its queue is empty."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        fill_with_runs(data_dir, N_RUNS, share_queued=0.0)
        sandbox = start_sandbox(Path(folder) / "sandbox", time_scale=60.0)
        settings = {
            "VIDEOGEN_COMFY_URLS": sandbox.comfy_url,
            "VIDEOGEN_GOOGLE_BASE_URL": sandbox.google_url,
        }
        try:
            with started(data_dir, settings=settings) as app:
                time.sleep(SETTLE_S)
                before_s = app.cpu_s()
                time.sleep(WATCHED_S)
                used_s = app.cpu_s() - before_s
        finally:
            sandbox.end()
    return compared(used_s, WATCHED_S, limit=LIMIT)
