"""backup, restore, check and retention from a terminal: what they say, and their exit codes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.store.records import make_run
from videogen.cli import main
from videogen.store import Database, find_runs, save

Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Exit code and the JSON answer; in this process, on a data folder of its own."""
    monkeypatch.setenv("VIDEOGEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("VIDEOGEN_BACKUP_DIR", raising=False)

    def call(*words: str) -> tuple[int, dict[str, Any]]:
        exit_code = main([*words, "--json"])
        return exit_code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return call


def test_data_go_to_a_backup_and_come_back(run: Run, tmp_path: Path) -> None:
    made, told = run("backup")
    assert (made, list(told)) == (0, ["backup"])
    listed, backups = run("backup", "--list")
    assert (listed, len(backups["backups"])) == (0, 1)

    drilled, restored = run("restore", "latest", "--to", str(tmp_path / "drill"))
    assert (drilled, list(restored)) == (0, ["restored"])
    assert (tmp_path / "drill" / "videogen.duckdb").is_file()

    assert run("retention", "--days", "30")[0] == 0


def test_a_check_ends_with_1_when_something_was_found(run: Run, tmp_path: Path) -> None:
    with Database.open(tmp_path / "data" / "videogen.duckdb") as database:
        save(database, make_run("r1"))

    exit_code, told = run("check")

    report = told["check"]
    assert exit_code == 1
    assert {one["subject"] for one in report["findings"]} == {
        "run.condition_id",
        "run.prompt_id",
        "run.campaign_id",
    }
    with Database.open(tmp_path / "data" / "videogen.duckdb") as database:
        assert [one.run_id for one in find_runs(database)] == ["r1"]


@pytest.mark.parametrize(
    "words",
    [
        ("restore", "latest"),
        ("retention", "--days", "9"),
        ("check", "--mend"),
        ("backup", "--with-secret"),
    ],
)
def test_what_needs_the_folder_for_itself_is_refused_while_somebody_holds_it(
    run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "data" / "backups" / "20260302T093000000000Z").mkdir(parents=True)
    (tmp_path / "data" / "backups" / "20260302T093000000000Z" / "manifest.json").write_text("{}")

    with Database.open(tmp_path / "data" / "videogen.duckdb"):
        exit_code, told = run(*words)

    error = told["error"]
    assert (exit_code, error["code"]) == (4, "held")
