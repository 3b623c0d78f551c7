"""Run by the tests in a process of its own, whose loader finds the stand-in: prints a trace.

The loader reads LD_LIBRARY_PATH at start-up only, and pynvml keeps what it has loaded.
Arguments: seconds to watch; optionally what the server calls its device ("-": nothing), and its
port.
"""

import dataclasses
import json
import sys
import time

from videogen.gpu import GpuMonitor, choose_source


def main() -> None:
    seconds = float(sys.argv[1])
    device = sys.argv[2] if len(sys.argv) > 2 and sys.argv[2] != "-" else None
    port = sys.argv[3] if len(sys.argv) > 3 else "8188"
    source = choose_source(
        f"comfy@127.0.0.1:{port}", memory_reading=lambda: (5000, 8192), server_device=device
    )
    with GpuMonitor().watch(source) as watching:
        time.sleep(seconds)
        trace = watching.trace()
    answer = {"n_readings": watching.n_readings, **dataclasses.asdict(trace)}
    sys.stdout.write(json.dumps(answer) + "\n")


main()
