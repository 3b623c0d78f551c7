"""The report as PDF on A4: typst sets it, charts stay vectors, the letters travel inside."""

import dataclasses
import functools
import io
import json
import re
import tempfile
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from videogen.reports.document import Block, Cell, Chart, Document, Table, kept_together
from videogen.reports.styles import PAPER_CHART

TEMPLATE = Path(__file__).with_name("report.typ")
# One family has Thai and Latin letters. Typst sets no weights of a variable font, so each weight
# is made from it as a font of its own.
FONT_PACKAGE, FONT_FILE = "fontpkg_noto_sans_thai", "NotoSansThai[wdth,wght].ttf"
WEIGHTS = (400, 700)
_LONG = re.compile(r"[\w./@:-]{16,}")
_JOINT = re.compile(r"[_./@:-]|[A-Za-z0-9]{16}")


def render_pdf(document: Document) -> bytes:
    """A4, tagged, with the report's own moment as its date."""
    import typst

    with tempfile.TemporaryDirectory(prefix="videogen-fonts-") as folder:
        for weight in WEIGHTS:
            (Path(folder) / f"{weight}.ttf").write_bytes(_font(weight))
        # As data, never as source: nothing that a person wrote can be read as typst's markup.
        said = json.dumps(_plain(document), ensure_ascii=False)
        made: bytes = typst.compile(
            TEMPLATE.read_bytes(),
            format="pdf",
            font_paths=typst.Fonts(include_system_fonts=False, font_paths=[folder]),
            ignore_system_fonts=True,
            sys_inputs={"document": said},
            timestamp=int(document.made_at.timestamp()),
        )
    return made


@functools.cache
def _font(weight: int) -> bytes:
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    source = files(FONT_PACKAGE) / "files" / FONT_FILE
    with source.open("rb") as file, TTFont(file) as variable:
        axes = {"wght": weight, "wdth": 100}
        fixed = instancer.instantiateVariableFont(variable, axes, updateFontNames=True)
        made = io.BytesIO()
        fixed.save(made)
    return made.getvalue()


def _plain(document: Document) -> dict[str, Any]:
    parts = [
        {**_fields(part), "blocks": [_block(one) for one in part.blocks]} for part in document.parts
    ]
    return {
        **_fields(document),
        "campaign": _breakable(document.campaign),
        "headline": _fields(document.headline),
        "facts": _fields(document.facts),
        "summary": [_block(one) for one in document.summary],
        "parts": parts,
    }


def _block(block: Block) -> dict[str, Any]:
    plain = {"kind": type(block).__name__.lower(), **_fields(block)}
    if isinstance(block, Table):
        plain["rows"] = [[_cell(cell) for cell in row] for row in block.rows]
        plain["numeric"], plain["wide"] = sorted(block.numeric), sorted(block.wide)
    if isinstance(block, Chart):
        plain["svg"] = block.svg.replace("<title>", f"<style>{PAPER_CHART}</style><title>", 1)
    return plain


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "text": _breakable(cell.text),
        "notes": [_breakable(note) for note in cell.notes],
        "tone": cell.tone,
    }


def _breakable(text: str) -> str:
    """Figures stay with their units; long names and digests may be parted where they must."""
    return _LONG.sub(lambda word: _JOINT.sub("\\g<0>\u200b", word[0]), kept_together(text))


def _fields(record: Any) -> dict[str, Any]:
    named = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in named.items()
    }
