"""`ratings export, import` as a terminal runs them."""

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.panel.campaigns import NOW, make_panel
from videogen.panel import simulate_raters
from videogen.store import Database, gate_ratings


@pytest.fixture(autouse=True)
def campaign(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with Database.open(tmp_path / "data" / "videogen.duckdb") as database:
        make_panel(database)
        simulate_raters(database, "c1", 1, 1, NOW)


def _n_gate(tmp_path: Path) -> int:
    with Database.open(tmp_path / "data" / "videogen.duckdb") as database:
        return len(gate_ratings(database, "c1"))


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_ratings_go_to_a_file_and_come_back_as_known(
    command: Command, tmp_path: Path, form: str
) -> None:
    out = tmp_path / f"ratings.{form}"

    went = command("ratings", "export", "--campaign", "c1", "--out", str(out), "--json")
    came = command("ratings", "import", str(out), "--campaign", "c1", "--json")

    assert (went.exit_code, went.answer["format"]) == (0, form)
    assert came.exit_code == 0
    assert came.answer["n_added"] == 0
    assert came.answer["n_known"] == went.answer["n_ratings"] > 0


def test_a_file_that_was_typed_by_hand_is_taken_in(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "votes.csv"
    file.write_text("condition,prompt_id,rater,score\nwan-14b,p0,มะลิ,5\n", encoding="utf-8-sig")
    before = _n_gate(tmp_path)

    came = command("ratings", "import", str(file), "--campaign", "c1")

    assert came.exit_code == 0
    assert came.stdout.startswith("Ratings taken in: 1, of raters: 1")
    assert _n_gate(tmp_path) == before + 1


def test_every_wrong_row_is_told_with_its_number_and_the_fix(
    command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "votes.csv"
    rows = [["wan-14b", "p0", "Malee", 5], ["wan-14b", "p0", "Anan", 7], ["sora", "p0", "Anan", 3]]
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([["condition", "prompt_id", "rater", "score"], *rows])

    told = command("ratings", "import", str(file), "--campaign", "c1")
    as_json = command("ratings", "import", str(file), "--campaign", "c1", "--json")

    assert told.exit_code == as_json.exit_code == 2
    assert told.stdout == ""
    assert "Row 3: score is 7" in told.stderr
    assert "Row 4: condition is sora" in told.stderr
    assert "animatediff, wan-1.3b, wan-14b" in told.stderr
    error = as_json.answer["error"]
    assert (error["code"], error["n_more"]) == ("ratings_refused", 0)
    assert [(row["row"], row["field"], row["value"]) for row in error["rows"]] == [
        (3, "score", "7"),
        (4, "condition", "sora"),
    ]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("export", "--campaign", "nowhere", "--out", "x.csv"), "campaign_id"),
        (("export", "--campaign", "c1", "--out", "x.ods"), "format"),
        (("export", "--campaign", "c1", "--out", "/nowhere/x.csv"), "out"),
        (("import", "nowhere.csv", "--campaign", "c1"), "file"),
    ],
)
def test_bad_input_is_named_with_exit_code_2(
    command: Command, words: tuple[str, ...], field: str
) -> None:
    said = command("ratings", *words, "--json")

    assert said.exit_code == 2
    assert said.answer["error"]["field"] == field
    assert json.dumps(said.answer)
