"""Commands as a terminal runs them: the real program, its streams and its exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox_servers import play_faults
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.cli.program import main

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = ("VIDEOGEN_", "GOOGLE_", "GEMINI_", "REPLICATE_")


@dataclass(frozen=True, kw_only=True)
class Said:
    exit_code: int
    stdout: str
    stderr: str

    @property
    def answer(self) -> dict[str, Any]:
        """The last line of stdout, which is one JSON object."""
        parsed: dict[str, Any] = json.loads(self.stdout.splitlines()[-1])
        return parsed


Command = Callable[..., Said]


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The program's own `main`, in this process, on a data folder of its own.

    A start of Python for each command would take minutes; `program` shows what only one shows.
    """
    monkeypatch.chdir(ROOT)
    for name in set(os.environ) - set(_clean_environment()):
        monkeypatch.delenv(name)

    def run(*words: str, **environment: str) -> Said:
        capsys.readouterr()
        with monkeypatch.context() as here:
            for name, value in _environment(tmp_path, environment).items():
                here.setenv(name, value)
            try:
                exit_code = main(words)
            except SystemExit as left:  # how argparse ends after its help
                exit_code = int(left.code or 0)
        told = capsys.readouterr()
        return Said(exit_code=exit_code, stdout=told.out, stderr=told.err)

    return run


@pytest.fixture
def program(tmp_path: Path) -> Command:
    """Runs `python -m videogen ...` as a process of its own, on the same data folder."""

    def run(*words: str, **environment: str) -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "videogen", *words],
            cwd=ROOT,
            env={**_clean_environment(), **_environment(tmp_path, environment)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Said(exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr)

    return run


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}


def _environment(tmp_path: Path, more: Mapping[str, str]) -> dict[str, str]:
    return {
        "VIDEOGEN_DATA_DIR": str(tmp_path / "data"),
        "VIDEOGEN_LANGUAGE": "en",
        **more,
    }


@pytest.fixture(scope="module")
def sandbox(shared_servers: SandboxProcess) -> SandboxProcess:
    play_faults(shared_servers, [])
    return shared_servers
