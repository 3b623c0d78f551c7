"""Rows of a bundle: harmless in a spreadsheet, as they were when they are read again."""

import csv
from pathlib import Path

import pytest

from tests.evidence import records
from videogen.domain.prompt import Prompt, PromptSuite
from videogen.store import Database, get_prompt, save
from videogen.store.bundle import export_campaign, import_campaign, row_file

TEXTS = ("=1+1", "@x", "'=quoted", "-5", "-a cat", 'plain, with "quotes"', "'")


def filled(database: Database) -> None:
    prompts = tuple(Prompt(prompt_id=f"p{n}", text=text) for n, text in enumerate(TEXTS))
    suite = PromptSuite(suite_id="s1", name="=s", version="1", prompts=prompts, training=())
    save(database, suite)
    records.plan(database, suite_id="s1", prompt_ids=tuple(one.prompt_id for one in prompts))


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    folder = tmp_path / "rows"
    folder.mkdir()
    with Database.open(tmp_path / "a" / "videogen.duckdb") as database:
        filled(database)
        export_campaign(database, "c1", folder)
    return folder


def test_no_text_of_a_row_file_is_a_formula(rows: Path) -> None:
    with row_file(rows, "prompt").open(encoding="utf-8", newline="") as lines:
        written = {row["prompt_id"]: row["text"] for row in csv.DictReader(lines)}

    assert written["p0"] == "'=1+1"
    assert written["p2"] == "''=quoted"
    assert written["p3"] == "-5"


def test_rows_come_back_as_they_were(rows: Path, tmp_path: Path) -> None:
    with Database.open(tmp_path / "b" / "videogen.duckdb") as database:
        import_campaign(database, rows)

        found = [get_prompt(database, f"p{n}").text for n in range(len(TEXTS))]

    assert found == list(TEXTS)


def test_rows_written_before_there_was_a_guard_are_taken_as_they_stand(
    rows: Path, tmp_path: Path
) -> None:
    with Database.open(tmp_path / "b" / "videogen.duckdb") as database:
        import_campaign(database, rows, is_guarded=False)

        assert get_prompt(database, "p0").text == "'=1+1"
