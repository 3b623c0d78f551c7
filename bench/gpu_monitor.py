"""What the GPU monitor costs at its own rate, on a stand-in for the driver's library."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measurement import Measurement, compared

SECONDS = 10.0
LEAST_RATE_HZ = 10.0  # a slower monitor would be cheap and useless
LIMIT = 0.01
ONE_CORE = 1.0
ROOT = Path(__file__).resolve().parent.parent
STAND_IN = ROOT / "tests" / "gpu" / "nvml_stand_in.c"
CURVE = """
device NVIDIA_GeForce_RTX_5090_Laptop_GPU
point 0 900 20000
point 3 9000 150000
point 6 21000 150000
load 97 71
process {server} 8000
process {other} 700
drawing {other} 700
"""
# In a process of its own: the loader looks for the library once, and its CPU time is its own.
WATCH = """
import json, sys, time
from videogen.gpu import GpuMonitor, choose_source
with GpuMonitor().watch(choose_source(sys.argv[1])) as watching:
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    time.sleep(float(sys.argv[2]))
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    trace = watching.trace()
print(json.dumps([cpu_s / wall_s, watching.n_readings / wall_s, trace.process_peak_mib]))
"""


def gpu_monitor() -> Measurement:
    """Share of one core while it samples device, process, power, load and temperature."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        share, rate_hz, process_mib = _watched(Path(folder), int(server.getsockname()[1]))
    if rate_hz < LEAST_RATE_HZ or process_mib is None:
        raise RuntimeError(f"{rate_hz:.1f} readings a second, own process {process_mib} MiB")
    return compared(share, ONE_CORE, limit=LIMIT)


def _watched(folder: Path, port: int) -> tuple[float, float, int | None]:
    compiler = shutil.which("cc")
    if compiler is None:
        raise RuntimeError("no C compiler (cc) for the stand-in of the driver's library")
    library = folder / "libnvidia-ml.so.1"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, STAND_IN], check=True)
    script = folder / "script"
    script.write_text(CURVE.format(server=os.getpid(), other=os.getppid()), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", WATCH, f"comfy@127.0.0.1:{port}", str(SECONDS)],
        env={
            **os.environ,
            "LD_LIBRARY_PATH": str(folder),
            "NVML_STAND_IN_SCRIPT": str(script),
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS + 60,
    )
    share, rate_hz, process_mib = json.loads(done.stdout)
    return share, rate_hz, process_mib
