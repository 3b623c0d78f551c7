"""Starting the app loads none of the heavy libraries; they are loaded when first used."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

HEAVY = ["google.genai", "scipy", "av", "typst", "fontTools", "fastapi", "prometheus_client", "ray"]
REPORT = """
import importlib, json, sys
importlib.import_module({module!r})
print(json.dumps([name for name in {heavy!r} if name in sys.modules]))
"""


def _heavy_loaded_by(module: str, data_dir: Path) -> list[str]:
    code = REPORT.format(module=module, heavy=HEAVY)
    started = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"VIDEOGEN_DATA_DIR": str(data_dir)},  # the launcher makes its secret
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 0, started.stderr[-2000:]
    loaded = json.loads(started.stdout.splitlines()[-1])
    assert isinstance(loaded, list)
    return loaded


# The shell is a script that wants a visitor: what it imports stands for it.
SHELL = ["videogen.ui.entrance", "videogen.ui.header"]


@pytest.mark.parametrize("module", [*SHELL, "videogen.web", "videogen.cli", "app"])
def test_starting_loads_nothing_heavy(module: str, tmp_path: Path) -> None:
    assert _heavy_loaded_by(module, tmp_path) == []


def test_a_heavy_library_would_be_seen(tmp_path: Path) -> None:
    assert _heavy_loaded_by("av", tmp_path) == ["av"]
