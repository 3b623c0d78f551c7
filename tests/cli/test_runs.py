"""`runs` from a terminal: filters and pages, asking again, and resolving uncertain runs."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command, Said
from tests.store.records import (
    NOON,
    make_attempt,
    make_campaign,
    make_reservation,
    make_run,
    minutes,
)
from videogen.cli.program import main
from videogen.domain.prompt import Prompt
from videogen.domain.run import AttemptState, FailureClass, Origin, RunStatus
from videogen.store import Database, month_spend, reserve, save

RUNS: dict[str, dict[str, Any]] = {
    "oom": {"status": RunStatus.FAILED, "failure_class": FailureClass.OUT_OF_VRAM},
    "lost": {"status": RunStatus.LOST, "failure_class": FailureClass.LOST, "owner": "mali"},
    "other": {"status": RunStatus.SUCCEEDED, "condition_id": "veo@2", "origin": Origin.SANDBOX},
    "unsure": {"status": RunStatus.UNCERTAIN, "failure_class": FailureClass.UNCERTAIN},
    "elsewhere": {"status": RunStatus.FAILED, "campaign_id": "c2", "condition_id": "wan@3"},
}

PROMPT = Prompt(prompt_id="p1", text="A red kite over a field of rice\nin the early morning light")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A data folder with one run of each kind, oldest first, and money held for one."""
    path = tmp_path / "data" / "videogen.duckdb"
    with Database.open(path) as database:
        save(database, make_campaign("c1"), make_campaign("c2"), PROMPT)
        for place, (run_id, changes) in enumerate(RUNS.items()):
            fields = {"origin": Origin.LIVE, "queued_at": minutes(place), **changes}
            save(database, make_run(run_id, **fields))
        save(
            database,
            make_attempt("a1", "unsure", state=AttemptState.UNCERTAIN, submitted_at=NOON),
        )
        reserve(database, make_reservation("a1", "3.20"), Decimal(50))
    return path


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The program's own `main` in this process: a start of Python for each would take minutes."""
    monkeypatch.setenv("VIDEOGEN_DATA_DIR", str(tmp_path / "data"))

    def run(*words: str, **environment: str) -> Said:
        for name, value in {"VIDEOGEN_LANGUAGE": "en", **environment}.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        try:
            exit_code = main(words)
        except SystemExit as left:  # how argparse ends after its help
            exit_code = int(left.code or 0)
        told = capsys.readouterr()
        return Said(exit_code=exit_code, stdout=told.out, stderr=told.err)

    return run


def _ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["run_id"] for row in rows]


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), ["elsewhere", "unsure", "other", "lost", "oom"]),
        (("--status", "failed", "--campaign", "c1"), ["oom"]),
        (("--condition", "wan"), ["elsewhere", "unsure", "lost", "oom"]),  # every version
        (("--condition", "wan@3", "--owner", "alice"), ["elsewhere"]),
        (("--failure-class", "lost"), ["lost"]),
        (("--origin", "sandbox"), ["other"]),
        (("--limit", "2", "--before", "unsure"), ["other", "lost"]),
    ],
)
def test_runs_are_listed_newest_first_by_what_is_asked(
    command: Command, words: tuple[str, ...], expected: list[str]
) -> None:
    said = command("runs", "list", *words, "--json")

    assert said.exit_code == 0, said.stderr
    assert _ids(said.answer["runs"]) == expected


@pytest.mark.usefixtures("file")
def test_a_page_that_begins_nowhere_is_refused(command: Command) -> None:
    said = command("runs", "list", "--before", "nowhere", "--json")

    assert said.exit_code == 2
    assert said.answer["error"]["value"] == "nowhere"


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--condition", "bogus"), "condition"),
        (("--condition", "wan@99"), "condition"),
        (("--campaign", "bogus"), "campaign_id"),
    ],
)
def test_an_unknown_filter_is_refused_not_answered_with_nothing(
    command: Command, words: tuple[str, str], field: str
) -> None:
    said = command("runs", "list", *words, "--json")

    assert said.exit_code == 2
    assert said.answer["error"]["field"] == field
    assert said.answer["error"]["value"] == words[1]


@pytest.mark.usefixtures("file")
def test_a_known_condition_without_runs_is_an_empty_list(command: Command) -> None:
    said = command("runs", "list", "--condition", "veo-3.1", "--json")

    assert (said.exit_code, said.answer) == (0, {"runs": []})


def test_a_listed_run_says_what_was_asked_for_and_what_it_took(
    command: Command, file: Path
) -> None:
    with Database.open(file) as database:
        made = {"status": RunStatus.SUCCEEDED, "wall_time_s": 261.4, "cost_usd": Decimal("0.0254")}
        save(database, make_run("made", owner="nok", queued_at=NOON, **made))

    took = command("runs", "list", "--owner", "nok").stdout
    waits = command("runs", "list", "--owner", "mali").stdout

    assert all(word in took for word in ("2026-", "succeeded", "wan@1", "261.4 s", "$0.0254"))
    assert "A red kite over a field of rice in the e…" in took
    assert "  -  " in waits  # unknown, not zero


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize(("lang", "word"), [("en", "smaller size"), ("th", "สั่งรันใหม่")])
def test_a_shown_failure_says_what_to_do(command: Command, lang: str, word: str) -> None:
    said = command("runs", "show", "oom", VIDEOGEN_LANGUAGE=lang)

    assert said.exit_code == 0, said.stderr
    assert word in said.stdout


@pytest.mark.usefixtures("file")
def test_all_failed_runs_are_asked_for_again_once(command: Command) -> None:
    said = command("runs", "requeue", "--failed", "--campaign", "c1", "--json")
    again = command("runs", "requeue", "--failed", "--campaign", "c1")

    assert [row["requeued_from"] for row in said.answer["runs"]] == ["oom", "lost"]
    assert (again.exit_code, again.stdout.strip()) == (0, "No run fits.")


@pytest.mark.usefixtures("file")
def test_one_class_is_asked_for_again(command: Command) -> None:
    said = command("runs", "requeue", "--failed", "--class", "out_of_vram", "--json")

    assert [row["requeued_from"] for row in said.answer["runs"]] == ["oom"]


@pytest.mark.usefixtures("file")
def test_one_run_is_asked_for_again(command: Command) -> None:
    said = command("runs", "requeue", "lost", "--json")

    assert said.answer["run"]["requeued_from"] == "lost"
    assert said.answer["run"]["status"] == "queued"


@pytest.mark.parametrize(
    ("words", "status", "spent", "held"),
    [
        (("--not-made",), "failed", "0", "0"),
        (("--billed", "2.80"), "failed", "2.80", "0"),
        (("--fetch", "operations/42"), "running", "0", "3.20"),
    ],
)
def test_an_uncertain_run_is_resolved(
    command: Command, file: Path, words: tuple[str, ...], status: str, spent: str, held: str
) -> None:
    said = command("runs", "resolve", "unsure", *words, "--why", "asked the vendor", "--json")

    assert said.exit_code == 0, said.stderr
    assert said.answer["run"]["status"] == status
    with Database.open(file) as database:
        spend = month_spend(database, "2026-11")
    assert (spend.spent_usd, spend.held_usd) == (Decimal(spent), Decimal(held))


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("resolve", "unsure", "--billed", "much", "--why", "x"), "billed_usd"),
        (("resolve", "unsure", "--billed=-1", "--why", "x"), "billed_usd"),
        (("resolve", "unsure", "--billed", "NaN", "--why", "x"), "billed_usd"),
        (("resolve", "unsure", "--billed", "1E30", "--why", "x"), "billed_usd"),
        (("resolve", "unsure", "--billed", "1e13", "--why", "x"), "billed_usd"),
        (("resolve", "unsure", "--fetch", "", "--why", "x"), "external_id"),
        (("resolve", "unsure", "--fetch", "--why", "x"), "external_id"),
        (("resolve", "unsure", "--not-made", "--why", " "), "why"),
        (("resolve", "unsure", "--not-made"), "command"),
        (("resolve", "unsure", "--not-made", "--billed", "1", "--why", "x"), "command"),
        (("resolve", "oom", "--not-made", "--why", "x"), "run_id"),
        (("requeue", "unsure"), "run_id"),
        (("requeue", "oom", "--class", "lost"), "class"),
        (("requeue", "oom", "--failed"), "command"),
        (("requeue",), "command"),
        (("requeue", "--failed", "--campaign", "nowhere"), "campaign_id"),
    ],
)
def test_bad_input_ends_with_2_and_names_the_field(
    command: Command, words: tuple[str, ...], field: str
) -> None:
    said = command("runs", *words, "--json")

    assert said.exit_code == 2
    assert said.answer["error"]["field"] == field
    assert said.answer["error"]["hint"]
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("lang", ["en", "th"])
def test_each_action_has_help_with_an_example(command: Command, lang: str) -> None:
    for action in ("list", "show", "cancel", "requeue", "resolve"):
        said = command("runs", action, "--help", VIDEOGEN_LANGUAGE=lang)

        assert said.exit_code == 0, said.stderr
        assert f"python -m videogen runs {action}" in said.stdout
