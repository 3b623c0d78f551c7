"""The monitor in a process of its own, on the stand-in for the driver's library."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def watch(folder: Path, script_file: Path, script: str, seconds: float, *more: str) -> Any:
    """The trace as JSON; `more` are watch_once's arguments: the server's device and its port."""
    script_file.write_text(script, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("watch_once.py")), str(seconds), *more],
        env={
            **os.environ,
            "NVML_STAND_IN_SCRIPT": str(script_file),
            "PYTHONPATH": str(ROOT),
            "LD_LIBRARY_PATH": str(folder),
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)
