"""The report as one HTML file that asks nothing of any server: styles and charts stand inside."""

import html
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
    Headline,
    Paragraph,
    Part,
    Table,
    kept_together,
    shown,
)
from videogen.reports.styles import CHART, LAYOUT, PRINT, THEME

# Nothing may be fetched and nothing may run, whatever a name or a prompt holds.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'  # what stands inside HTML needs none
PHONE_COLUMNS = 3


def render_html(document: Document) -> bytes:
    """UTF-8, the same bytes for the same document."""
    mark = f'<p class="mark">{_esc(document.mark)}</p>' if document.mark else ""
    contents = "".join(
        f'<li><a href="#{_esc(part.anchor)}">{_esc(part.title)}</a></li>' for part in document.parts
    )
    parts = "".join(_part(part, document.mark) for part in document.parts)
    page = (
        f'<!doctype html>\n<html lang="{document.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{_esc(document.title)}: {_esc(document.campaign)}</title>"
        f"<style>{THEME}{LAYOUT}{CHART}{PRINT}</style></head>\n"
        f"<body>{mark and f'<div class=banner>{mark}</div>'}<main>"
        f'<header><p class="eyebrow">{_esc(document.title)}</p>'
        f"<h1>{_esc(document.campaign)}</h1>{_headline(document.headline)}</header>\n"
        f"{_facts(document.facts)}{_blocks(document.summary)}"
        f'<nav aria-label="{_esc(document.contents)}"><h2>{_esc(document.contents)}</h2>'
        f"<ol>{contents}</ol></nav>\n{parts}"
        f"<footer><p>{_esc(document.made)}</p>{mark}</footer></main></body></html>\n"
    )
    return page.encode()


def _headline(headline: Headline) -> str:
    note = f'<p class="small">{_esc(headline.note)}</p>' if headline.note else ""
    return (
        f'<section class="verdict {headline.tone}"><p class="word">{_esc(headline.word)}</p>'
        f'<p class="say">{_esc(headline.sentence)}</p>{note}</section>'
    )


def _part(part: Part, mark: str) -> str:
    again = f'<p class="mark">{_esc(mark)}</p>' if mark else ""
    return (
        f'<section class="part" id="{_esc(part.anchor)}"><h2>{_esc(part.title)}</h2>'
        f'<p class="question">{_esc(part.question)}</p>{again}{_blocks(part.blocks)}</section>\n'
    )


def _blocks(blocks: Sequence[Block]) -> str:
    return "".join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    match block:
        case Table():
            return _table(block)
        case Chart():
            return _chart(block)
        case Facts():
            return _facts(block)
        case Paragraph():
            return f"<p{_class(block.tone)}>{_esc(block.text)}</p>"
        case Bullets():
            return f"<ul>{''.join(f'<li>{_esc(item)}</li>' for item in block.items)}</ul>"
        case Heading():
            return f"<h3>{_esc(block.text)}</h3>"
        case _:
            assert_never(block)


def _chart(chart: Chart) -> str:
    note = f"<figcaption>{_esc(chart.note)}</figcaption>" if chart.note else ""
    drawn = chart.svg.replace(NAMESPACE, "")
    return f'<h3>{_esc(chart.title)}</h3><figure><div class="scroll">{drawn}</div>{note}</figure>'


def _facts(facts: Facts) -> str:
    pairs = "".join(
        f"<div><dt>{_esc(label)}</dt><dd>{_esc(value)}</dd></div>" for label, value in facts.pairs
    )
    return f"<dl>{pairs}</dl>"


def _table(table: Table) -> str:
    heads = "".join(
        f'<th scope="col"{_class(_column(table, place))}>{_esc(head)}</th>'
        for place, head in enumerate(table.heads)
    )
    rows = "".join(f"<tr>{_cells(table, row)}</tr>" for row in table.rows)
    title = f"<h3>{_esc(table.title)}</h3>" if table.title else ""
    note = f'<p class="note">{_esc(table.note)}</p>' if table.note else ""
    label = _esc(table.title or ", ".join(table.heads))
    look = f"scroll{_stacked(table)}"
    return (
        # A table wider than the window is reached with the keyboard too, and says what it is.
        f'{title}<div class="{look}" tabindex="0" role="region" aria-label="{label}"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{note}"
    )


def _stacked(table: Table) -> str:
    """Sentences, figures with notes and many columns stand under each other on a phone."""
    has_notes = any(cell.notes for row in table.rows for cell in row[1:])
    return " stack" if table.wide or has_notes or len(table.heads) > PHONE_COLUMNS else ""


def _cells(table: Table, row: Sequence[Cell]) -> str:
    first, *others = row
    tail = "".join(
        f'<td{_class(_column(table, place))} data-head="{_esc(table.heads[place])}">'
        f"<div>{_cell(cell)}</div></td>"
        for place, cell in enumerate(others, start=1)
    )
    return f'<th scope="row">{_cell(first)}</th>{tail}'


def _cell(cell: Cell) -> str:
    text = _esc(kept_together(cell.text))
    notes = "".join(f"<small>{_esc(kept_together(note))}</small>" for note in cell.notes)
    figure = f'<span class="chip {cell.tone}">{text}</span>' if cell.tone else text
    return f"{figure}{notes}"


def _column(table: Table, place: int) -> str:
    if place in table.numeric:
        return "num"
    return "wide" if place in table.wide else ""


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def _esc(text: str) -> str:
    return html.escape(shown(text), quote=True)
