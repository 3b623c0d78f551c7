"""The commands that the README and the help show work when they are pasted."""

import re
import shlex
import subprocess
import sys

import pytest

from tests.cli.conftest import ROOT, Command

SERVERLESS = ("analyse", "decide", "route")  # the others need a server or keep what they make


def _pasted(line: str) -> subprocess.CompletedProcess[str]:
    here = shlex.quote(sys.executable)
    command = re.sub(r"(\.venv/bin/)?python (?=-m)", lambda _: f"{here} ", line)
    return subprocess.run(
        ["/bin/sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", SERVERLESS)
def test_what_the_readme_shows_can_be_pasted(name: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [line] = [line for line in readme.splitlines() if f"-m videogen {name} " in line]

    done = _pasted(line.strip())

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("name", SERVERLESS)
def test_what_the_help_shows_can_be_pasted(command: Command, name: str, language: str) -> None:
    shown = command(name, "--help", VIDEOGEN_LANGUAGE=language).stdout.splitlines()
    [line] = [line for line in shown if f"-m videogen {name} " in line]

    done = _pasted(line.split(": ", 1)[1])

    assert done.returncode == 0, done.stderr
