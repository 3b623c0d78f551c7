"""What the documents point to exists."""

import re
from pathlib import Path

from tests.architecture.sources import ROOT, name_of, project_files

LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")
MAKE_TARGET = re.compile(r"`make ([a-z]+)")
ROOM = re.compile(r"^(videogen/\w+(?:\.py|/)|pages/|app\.py|workflows/|tests/)", re.MULTILINE)


def _documents() -> list[Path]:
    return [path for path in project_files() if path.suffix == ".md"]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = [
        f"{name_of(document)}: {target}"
        for document in _documents()
        for target in LINK.findall(_text(document))
        if not (document.parent / target).exists()
    ]

    assert broken == []


def test_every_make_target_that_a_document_names_exists() -> None:
    makefile = _text(ROOT / "Makefile")

    named = {target for document in _documents() for target in MAKE_TARGET.findall(_text(document))}

    assert named
    assert {t for t in named if not re.search(rf"^{t}:", makefile, re.MULTILINE)} == set()


def test_every_decision_stands_in_the_index() -> None:
    folder = ROOT / "docs" / "adr"
    pages = {path.name for path in folder.glob("[0-9]*.md")}

    assert set(LINK.findall(_text(folder / "README.md"))) == pages


def test_the_picture_of_the_house_shows_rooms_that_exist_and_all_of_them() -> None:
    drawn = set(ROOM.findall(_text(ROOT / "docs" / "architecture.md")))
    rooms = {
        f"videogen/{path.name}/"
        for path in (ROOT / "videogen").iterdir()
        if (path / "__init__.py").exists()
    }

    assert [room for room in drawn if not (ROOT / room).exists()] == []
    assert rooms - drawn == set()
