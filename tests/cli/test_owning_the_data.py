"""runs, decide, and what a command says while another process owns the data folder."""

import json
import socket
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from videogen.store import Database

EVIDENCE: dict[str, object] = {
    "candidates": ["a"],
    "criteria": {
        "quality_min": 4.0,
        "cost_usd_max": 1.5,
        "peak_vram_mib_max": 22528,
        "success_rate_min": 0.9,
    },
    "planned": None,
    "conditions": {
        "a": {"location": "local", "origin": "live", "runs": [], "ratings": None},
    },
}


def test_runs_of_an_empty_folder_are_an_empty_list(command: Command) -> None:
    said = command("runs", "list", "--json")

    assert said.exit_code == 0, said.stderr
    assert said.answer == {"runs": []}


def test_an_unknown_run_ends_with_2(command: Command) -> None:
    said = command("runs", "show", "no-such-run", "--json")

    assert said.exit_code == 2
    assert said.answer["error"]["code"] == "not_found"


def test_a_data_folder_that_another_process_holds_ends_with_4_and_says_so(
    program: Command, tmp_path: Path
) -> None:
    with Database.open(tmp_path / "data" / "videogen.duckdb"):
        said = program("runs", "list", "--json")

    assert said.exit_code == 4
    assert said.answer["error"]["code"] == "held"


def test_decide_needs_no_database_and_answers_in_thai_when_asked(
    command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "evidence.json"
    file.write_text(json.dumps(EVIDENCE), encoding="utf-8")

    said = command("decide", str(file), "--json", VIDEOGEN_LANGUAGE="th")

    assert said.exit_code == 0, said.stderr
    assert said.answer["verdict"] == "not_yet"
    reason = said.answer["conditions"]["a"]["criteria"]["success"]["reason"]
    assert any("ก" <= letter <= "๙" for letter in reason)
    assert not (tmp_path / "data").exists()


def test_decide_on_broken_json_names_the_file(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    file.write_text("{", encoding="utf-8")

    said = command("decide", str(file), "--json")

    assert said.exit_code == 2
    assert said.answer["error"]["field"] == "file"


def test_evidence_without_conditions_is_told_to_add_one(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    file.write_text(json.dumps({**EVIDENCE, "conditions": {}}), encoding="utf-8")

    error = command("decide", str(file), "--json").answer["error"]

    assert error["field"] == "candidates[0]"
    assert "[" not in error["hint"]


def test_every_command_has_help_with_an_example(command: Command) -> None:
    for name in ("demo", "sandbox", "generate", "check-server", "runs", "decide", "app"):
        said = command(name, "--help")

        assert said.exit_code == 0, name
        assert f"python -m videogen {name}" in said.stdout, name


@pytest.mark.parametrize("text", ["NaN", '{"candidates": Infinity}', "[" * 100_000])
def test_what_json_does_not_know_is_refused_in_one_json_line(
    command: Command, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "evidence.json"
    file.write_text(text, encoding="utf-8")

    said = command("decide", str(file), "--json")

    assert said.exit_code == 2
    assert said.answer["error"]["code"] == "invalid_input"
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize(
    ("words", "environment", "field"),
    [
        (("runs", "list", "--status", "foo", "--json"), {}, "command"),
        (("runs", "list", "--limit", "-1", "--json"), {}, "limit"),
        (("runs", "list", "--limit", "many", "--json"), {}, "limit"),
        (
            ("runs", "list", "--json"),
            {"VIDEOGEN_MONTHLY_CAP_USD": "-1"},
            "VIDEOGEN_MONTHLY_CAP_USD",
        ),
        (("runs", "list", "--json"), {"VIDEOGEN_PORT": "99999"}, "VIDEOGEN_PORT"),
    ],
)
def test_a_mistyped_command_or_setting_is_bad_input_in_one_json_line(
    command: Command, words: tuple[str, ...], environment: dict[str, str], field: str
) -> None:
    said = command(*words, **environment)

    assert said.exit_code == 2
    assert said.answer["error"]["field"] == field
    assert "Traceback" not in said.stderr


def test_a_data_folder_that_cannot_be_is_named(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.write_text("", encoding="utf-8")

    said = command("runs", "list", "--json", VIDEOGEN_DATA_DIR=str(file))

    assert said.exit_code == 2
    assert said.answer["error"]["code"] == "data_folder_unusable"


def test_a_taken_port_ends_the_app_with_4_and_one_line(command: Command) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        app = command("app", VIDEOGEN_PORT=port)
        sandbox = command("sandbox", "--comfy-port", port, "--google-port", "0")

    assert (app.exit_code, sandbox.exit_code) == (4, 4)
    assert port in app.stderr
    assert len(app.stderr.splitlines()) == 1
    assert len(sandbox.stderr.splitlines()) == 1
