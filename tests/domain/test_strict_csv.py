"""Cells that a spreadsheet would run: guarded when written, as they were when read again."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videogen.domain import strict_csv

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n"), max_size=12).map(
    str.strip
)


@pytest.mark.parametrize("cell", ["=1+1", "+CMD|' /C calc'!A0", "-a", "@SUM(A1)", "\tx", "\r=1"])
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(cell: str) -> None:
    assert strict_csv.guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-5", "+0.25", "-1e-9", "plain", "a=b", ""])
def test_numbers_and_plain_words_stay_as_they_are(cell: str) -> None:
    assert strict_csv.guarded(cell) == cell


@settings(max_examples=150)
@given(st.lists(st.one_of(CELLS, CELLS.map(lambda text: f"={text}")), min_size=1, max_size=4))
def test_what_was_guarded_is_read_as_it_was(cells: list[str]) -> None:
    assert [strict_csv.unguarded(strict_csv.guarded(cell)) for cell in cells] == cells


def test_a_table_guards_every_text_and_leaves_unknown_cells_empty() -> None:
    written = strict_csv.table([("who", "n"), ("=HYPERLINK(1)", -3), ("'=a", None)])

    assert list(csv.reader(io.StringIO(written))) == [
        ["who", "n"],
        ["'=HYPERLINK(1)", "-3"],
        ["''=a", ""],
    ]
    assert [cells for _, cells in strict_csv.rows(written)][1:] == [
        ["=HYPERLINK(1)", "-3"],
        ["'=a", ""],
    ]
