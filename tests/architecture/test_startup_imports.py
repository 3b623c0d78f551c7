"""Starting the app loads none of the heavy libraries; they are loaded when first used."""

import json
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT

HEAVY = ["google.genai", "scipy", "av", "typst", "fontTools", "ray"]
REPORT = """
import importlib, json, sys
importlib.import_module({module!r})
print(json.dumps([name for name in {heavy!r} if name in sys.modules]))
"""


def _heavy_loaded_by(module: str) -> list[str]:
    code = REPORT.format(module=module, heavy=HEAVY)
    started = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert started.returncode == 0, started.stderr[-2000:]
    loaded = json.loads(started.stdout.splitlines()[-1])
    assert isinstance(loaded, list)
    return loaded


@pytest.mark.parametrize("module", ["videogen.ui.shell", "videogen.web", "videogen.cli", "app"])
def test_starting_loads_nothing_heavy(module: str) -> None:
    assert _heavy_loaded_by(module) == []


def test_a_heavy_library_would_be_seen() -> None:
    assert _heavy_loaded_by("av") == ["av"]
