"""Size, names and what must not stand in any file."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, name_of, project_files, python_files

MAX_LINES = 400
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "service", "misc"}
TEXT_ENDINGS = {".py", ".toml", ".md", ".po", ".sql", ".js", ".css", ".txt", ".yml", ""}
# Each pattern is written so that it does not match itself.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:wor[k]|hom[e]/\w+|roo[t]|User[s])/")
REGISTRY = re.compile(
    r"inde[x]-url|truste[d]-host|https?://[\w.-]*(?:artifactor[y]|nexu[s]|devp[i])"
)
LEFT_OVER = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X])\b")
PINNED = re.compile(r"^[A-Za-z0-9_.\-]+(\[[a-z,]+\])?==[0-9][\w.]*$")


def _lines_matching(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name_of(path)}:{number}: {line.strip()[:100]}"
        for path in project_files()
        if path.suffix in TEXT_ENDINGS
        for number, line in enumerate(_text(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def test_no_module_is_longer_than_one_can_hold_in_the_head() -> None:
    lengths = {name_of(path): len(_text(path).splitlines()) for path in python_files()}

    too_long = {name: length for name, length in lengths.items() if length > MAX_LINES}
    assert too_long == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    nameless = [name_of(path) for path in python_files() if path.stem in EMPTY_NAMES]

    assert nameless == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    assert _lines_matching(MACHINE_PATH) == []


def test_no_file_names_a_package_registry() -> None:
    assert _lines_matching(REGISTRY) == []


def test_no_file_holds_a_note_to_do_it_later() -> None:
    assert _lines_matching(LEFT_OVER) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (MACHINE_PATH, "open('/" + "work/main/data')"),
        (MACHINE_PATH, "see /" + "home/somebody/videogen"),
        (REGISTRY, "pip install --" + "index" + "-url https://example.org"),
        (LEFT_OVER, "# TO" + "DO: later"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


@pytest.mark.parametrize("file_name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_to_one_version(file_name: str) -> None:
    lines = [line.strip() for line in _text(ROOT / file_name).splitlines()]

    requirements = [line for line in lines if line and not line.startswith(("#", "-r "))]
    assert requirements
    assert [line for line in requirements if not PINNED.match(line)] == []
