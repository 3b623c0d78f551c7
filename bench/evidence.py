"""The evidence of a million runs and a million ratings, beside plain SQL over the same rows."""

import atexit
import functools
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.app_process import ROOT
from bench.measurement import Measurement, compared
from bench.million_rows import CAMPAIGN_ID, fill_with_rows

N_MANY = 1_000_000
N_TIMES = 3
ALLOWED_WARM_MS = 50.0


@functools.cache
def folder_with(n_rows: int) -> Path:
    """Made once a run of the bench, gone with it."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    fill_with_rows(Path(folder.name), n_rows, n_rows)
    return Path(folder.name)


def cold_over_sql() -> Measurement:
    """Seconds from an open database to verdict and matrix; processes of both take turns."""
    times = [(_seconds("cold"), _seconds("sql")) for _ in range(N_TIMES)]
    value, baseline = (statistics.median(column) for column in zip(*times, strict=True))
    return compared(value, baseline, limit=1.3)


def warm() -> Measurement:
    """Milliseconds to evidence that is kept, its verdict and its matrix."""
    return compared(1000 * _seconds("warm"), ALLOWED_WARM_MS, limit=1.0)


def four_readers() -> Measurement:
    """Seconds until the last of four who ask a fresh process at once has it, beside one alone."""
    times = [(_seconds("four"), _seconds("one")) for _ in range(N_TIMES)]
    value, baseline = (statistics.median(column) for column in zip(*times, strict=True))
    return compared(value, baseline, limit=1.5)


def _seconds(way: str) -> float:
    folder = str(folder_with(N_MANY))
    answer = subprocess.run(
        [sys.executable, "-m", "bench.evidence_process", way, folder, CAMPAIGN_ID],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(json.loads(answer.stdout.splitlines()[-1]))
