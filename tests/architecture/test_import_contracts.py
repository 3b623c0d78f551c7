"""The import rule holds, and each contract fails when it is broken."""

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, name_of, python_files, tree_of

# One import per contract that breaks it: contract id -> (module to plant, what it imports).
BREACHES = {
    "layers": ("videogen/analysis/planted.py", "import videogen.store"),
    "circles": ("videogen/domain/planted.py", "import videogen.domain.planted_too"),
    "sandbox-alone": ("videogen/sandbox/planted.py", "import videogen.domain.run"),
    "sandbox-entry": ("videogen/runs/planted.py", "import videogen.sandbox"),
    "pages": ("pages/planted.py", "import videogen.domain.run"),
    "streamlit": ("videogen/runs/planted.py", "import streamlit"),
    "duckdb": ("videogen/evidence/planted.py", "import duckdb"),
    "pynvml": ("videogen/runs/planted.py", "import pynvml"),
    "google": ("videogen/pricing/planted.py", "from google import genai"),
    "httpx": ("videogen/runs/planted.py", "import httpx"),
    "websockets": ("videogen/runs/planted.py", "import websockets.sync.client"),
    "av": ("videogen/runs/planted.py", "def probe() -> None:\n    import av\n"),
    "typst": ("videogen/ui/planted.py", "def draw() -> None:\n    import typst\n"),
    "pillow": ("videogen/clips/planted.py", "def draw() -> None:\n    import PIL.Image\n"),
    "tables": ("videogen/analysis/planted.py", "import pandas"),
    "starlette": ("videogen/ui/planted.py", "from starlette.responses import Response"),
    "prometheus": ("videogen/runs/planted.py", "import prometheus_client"),
    "structlog": ("videogen/clips/planted.py", "import structlog"),
    "authlib": ("videogen/ui/planted.py", "import authlib.jose"),
}
# app.py is no package, so import-linter does not see it: the launcher may name these and no more.
# videogen.ui is among them for one function: what a page shows when its script failed.
APP_MAY_IMPORT = {
    "streamlit",
    "videogen.bootstrap",
    "videogen.settings",
    "videogen.ui",
    "videogen.web",
}


def _contracts() -> dict[str, str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {c["id"]: c["name"] for c in settings["tool"]["importlinter"]["contracts"]}


def _lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    return subprocess.run(
        [*command, *options], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the code and its contracts to plant an import in."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for folder in ("videogen", "pages"):
        shutil.copytree(
            ROOT / folder,
            tmp_path / folder,
            ignore=lambda _, names: [n for n in names if "." in n and not n.endswith(".py")],
        )
    return tmp_path


def test_the_import_rule_holds() -> None:
    report = _lint(ROOT)

    assert report.returncode == 0, report.stdout + report.stderr


def test_every_room_is_a_package_or_no_contract_would_see_it() -> None:
    folders = {path.parent for path in python_files("videogen")}

    assert [name_of(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_every_contract_has_a_breach_to_be_tried_with() -> None:
    assert set(_contracts()) == set(BREACHES)


@pytest.mark.parametrize("contract", BREACHES)
def test_a_contract_fails_when_it_is_broken(contract: str, house: Path) -> None:
    module, breach = BREACHES[contract]
    (house / module).write_text(breach + "\n", encoding="utf-8")
    (house / "videogen/domain/planted_too.py").write_text(
        "import videogen.domain.planted\n" if contract == "circles" else "", encoding="utf-8"
    )

    report = _lint(house, "--contract", contract)

    assert report.returncode == 1
    assert f"{_contracts()[contract]} BROKEN" in report.stdout
    assert "planted" in report.stdout


def test_a_room_that_no_layer_names_is_refused(house: Path) -> None:
    (house / "videogen" / "planted.py").write_text("", encoding="utf-8")

    report = _lint(house, "--contract", "layers")

    assert report.returncode == 1
    assert "videogen.planted" in report.stdout


def test_the_launcher_imports_only_what_it_starts() -> None:
    imported: set[str] = set()
    for node in ast.walk(tree_of(ROOT / "app.py")):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, "app.py is no package"
            whole = node.module == "videogen"
            imported |= {f"videogen.{a.name}" for a in node.names} if whole else {node.module}

    ours = {".".join(name.split(".")[:2]) for name in imported if name.startswith("videogen")}
    others = {name.split(".")[0] for name in imported if not name.startswith("videogen")}
    assert (ours | others) - sys.stdlib_module_names <= APP_MAY_IMPORT
