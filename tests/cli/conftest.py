"""Commands as a terminal runs them: the real program, its streams and its exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox_servers import sandbox_servers
from videogen.bootstrap.sandbox_process import SandboxProcess

ROOT = Path(__file__).resolve().parents[2]


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
def command(tmp_path: Path) -> Command:
    """Runs `python -m videogen ...` on a data folder of its own."""

    def run(*words: str, **environment: str) -> Said:
        clean: Mapping[str, str] = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("VIDEOGEN_", "GOOGLE_", "GEMINI_", "REPLICATE_"))
        }
        done = subprocess.run(
            [sys.executable, "-m", "videogen", *words],
            cwd=ROOT,
            env={
                **clean,
                "VIDEOGEN_DATA_DIR": str(tmp_path / "data"),
                "VIDEOGEN_LANGUAGE": "en",
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Said(exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr)

    return run


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with sandbox_servers(tmp_path_factory.mktemp("servers")) as servers:
        yield servers
