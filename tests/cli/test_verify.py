"""verify and decisions from a terminal: exit codes, and what a program reads."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.reports.bundle_files import as_json, changed, fill, written
from videogen.cli.program import main
from videogen.store import Database

Here = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Here:
    monkeypatch.setenv("VIDEOGEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("VIDEOGEN_LANGUAGE", "en")
    for name in ("VIDEOGEN_COMFY_URLS", "GOOGLE_CLOUD_PROJECT", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> tuple[int, dict[str, Any]]:
        exit_code = main([*words, "--json"])
        return exit_code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return run


def test_a_frozen_decision_is_listed_shown_and_verified_where_nothing_else_is(
    here: Here,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Database.open(tmp_path / "data" / "videogen.duckdb") as database:
        fill(database)

    frozen = here("decisions", "freeze", "--campaign", "c1", "--who", "Anan", "--why", "Meeting")
    row = frozen[1]["decision"]
    listed = here("decisions", "list", "--campaign", "c1")[1]["decisions"]
    shown = here("decisions", "show", row["decision_id"])[1]["decision"]
    bundle = tmp_path / "data" / row["bundle_file"]
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setenv("VIDEOGEN_DATA_DIR", str(elsewhere))
    verified = here("verify", str(bundle))
    forgery = changed(
        bundle,
        tmp_path / "forgery.zip",
        "figures.json",
        as_json(lambda told: told.update({"conditions.wan-1.3b.cost.n": 41})),
    )
    differs = here("verify", str(forgery))
    spoken = main(["verify", str(forgery)]), capsys.readouterr().out

    assert (frozen[0], listed) == (0, [row])
    assert shown["evidence"]["decision.verdict"] == row["verdict"]
    assert (verified[0], verified[1]["ok"], verified[1]["differ"]) == (0, True, [])
    assert verified[1]["figures"] == len(shown["evidence"])
    assert verified[1]["sha256"] == row["bundle_sha256"]
    assert not elsewhere.exists()
    assert (differs[0], differs[1]["ok"]) == (1, False)
    assert differs[1]["differ"] == ["file:figures.json", "conditions.wan-1.3b.cost.n"]
    assert differs[1]["details"]["conditions.wan-1.3b.cost.n"] == {"told": 41, "recomputed": 40}
    assert spoken[0] == 1
    assert "conditions.wan-1.3b.cost.n: bundle says 41, recomputed 40" in spoken[1]


def test_what_is_no_bundle_is_bad_input(here: Here, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    other.write_text("hello")
    empty = written(tmp_path / "empty.zip", {"hello.txt": b"hello"})

    answers = [here("verify", str(file)) for file in (other, empty, tmp_path / "none.zip")]

    assert [exit_code for exit_code, _ in answers] == [2, 2, 2]
    assert all(answer["error"]["code"] == "invalid_input" for _, answer in answers)
    assert answers[1][1]["error"]["value"] == "assumptions.json"
    assert "stdin" not in answers[2][1]["error"]["hint"]
