"""CSV as people save it: any of three delimiters, any line ends, a byte order mark or none."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from videogen.errors import InvalidInputError

DELIMITERS = ",;\t"
# A spreadsheet would run a cell that begins with one of these; it takes one after ' as text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
GUARD = "'"
NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
# What Excel asks a first line for, and hides; only where it stands alone is it none of the header.
DECLARATION = re.compile(rf'\s*"?sep=([{DELIMITERS}])"?[ \t]*(?:\r\n?|\n|$)', re.IGNORECASE)


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Number (the header is row 1) and stripped cells of each row that is not blank.

    Raises: InvalidInputError: the file is empty, a row has another number of cells than the
    header, or a quotation mark is not closed.
    """
    text, declared, n_above = _without_declaration(text.removeprefix("\ufeff"))
    first = text.lstrip().partition("\n")[0]
    if not first:
        raise InvalidInputError("ratings_empty", field="file")
    delimiter = declared or max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter, strict=True)
    is_guarded = GUARD in text
    length, number = 0, 0
    try:
        for row in reader:
            number += 1
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            length = length or len(cells)
            if len(cells) != length:
                raise InvalidInputError(
                    "ratings_row_ragged", field="row", value=len(cells), row=number, length=length
                )
            yield number, [unguarded(cell) for cell in cells] if is_guarded else cells
    except csv.Error:  # its words are English, whatever language the reader has
        raise InvalidInputError(
            "ratings_row_broken", field="row", value=number + 1, line=n_above + reader.line_num
        ) from None


def _without_declaration(text: str) -> tuple[str, str | None, int]:
    """The text below a line `sep=;`, the delimiter that it names, and how many lines it took."""
    found = DECLARATION.match(text)
    if found is None:
        return text, None, 0
    return text[found.end() :], found[1], len(found[0].splitlines())


def guarded(cell: str) -> str:
    """As a spreadsheet shows it and never runs it; a number is no formula."""
    is_harmless = not cell.startswith((*FORMULA_STARTS, GUARD)) or NUMBER.fullmatch(cell)
    return cell if is_harmless else GUARD + cell


def table(lines: Iterable[Sequence[object]]) -> str:
    """Every line as CSV, each text in it guarded; None is an empty cell."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for line in lines:
        writer.writerow(["" if cell is None else guarded(str(cell)) for cell in line])
    return out.getvalue()


def unguarded(cell: str) -> str:
    is_guarded = cell.startswith(GUARD) and cell[1:].startswith((*FORMULA_STARTS, GUARD))
    return cell[1:] if is_guarded else cell
