"""The report as GitHub-flavoured Markdown: the same figures where there is no browser."""

import html
import re
from collections.abc import Sequence
from typing import assert_never

from videogen.reports.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Document,
    Facts,
    Heading,
    Paragraph,
    Part,
    Table,
    shown,
)

# Whatever a person wrote stays text: no markup, no link, no HTML, no mention of somebody.
_MARKUP = re.compile(r"[\\`*_\[\]|~#@$]")
_LIST_MARK = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$)")
_ADDRESS = re.compile(r"(?i)\b(https?|ftp)://|\bwww\.")


def render_markdown(document: Document) -> bytes:
    """UTF-8, the same bytes for the same document."""
    lines = [
        f"# {_esc(document.title)}: {_esc(document.campaign)}",
        *_marked(document.mark),
        f"**{_esc(document.headline.word)}** · {_esc(document.headline.sentence)}",
        *([_esc(document.headline.note)] if document.headline.note else []),
        _facts(document.facts),
        *map(_block, document.summary),
    ]
    for part in document.parts:
        lines += _part(part, document.mark)
    lines += ["---", _esc(document.made), *_marked(document.mark)]
    return ("\n\n".join(lines) + "\n").encode()


def _part(part: Part, mark: str) -> list[str]:
    return [
        f"## {_esc(part.title)}",
        _esc(part.question),
        *_marked(mark),
        *map(_block, part.blocks),
    ]


def _marked(mark: str) -> list[str]:
    return [f"> **{_esc(mark)}**"] if mark else []


def _block(block: Block) -> str:
    match block:
        case Table():
            return _table(block)
        case Chart():
            # The picture is for the other formats; its words and the tables tell the same.
            said = f"### {_esc(block.title)}\n\n{_esc(block.description)}"
            return f"{said}\n\n{_esc(block.note)}" if block.note else said
        case Facts():
            return _facts(block)
        case Paragraph():
            return _esc(block.text)
        case Bullets():
            return "\n".join(f"- {_esc(item)}" for item in block.items)
        case Heading():
            return f"### {_esc(block.text)}"
        case _:
            assert_never(block)


def _facts(facts: Facts) -> str:
    return "\n".join(f"- {_esc(label)}: {_esc(value)}" for label, value in facts.pairs)


def _table(table: Table) -> str:
    rule = "|".join(" ---: " if at in table.numeric else " --- " for at in range(len(table.heads)))
    lines = [_row([_esc(head) for head in table.heads]), f"|{rule}|"]
    lines += [_row([_cell(cell) for cell in row]) for row in table.rows]
    title = f"### {_esc(table.title)}\n\n" if table.title else ""
    note = f"\n\n{_esc(table.note)}" if table.note else ""
    return title + "\n".join(lines) + note


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    lines = [line for text in (cell.text, *cell.notes) for line in text.split("\n")]
    return "<br>".join(_esc(line) for line in lines)


def _esc(text: str) -> str:
    """Some readers of Markdown take HTML even behind a backslash: entities hold everywhere."""
    plain = _MARKUP.sub(r"\\\g<0>", html.escape(" ".join(shown(text).split()), quote=False))
    return _LIST_MARK.sub(r"\1\\\2", _ADDRESS.sub(_unlinked, plain))


def _unlinked(address: re.Match[str]) -> str:
    return address[0].replace(":", "&#58;").replace(".", "&#46;")
