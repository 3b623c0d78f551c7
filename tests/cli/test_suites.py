"""suites: listed and added from a terminal, then used by a campaign and fixed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from videogen.cli.program import main

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "data" / "suite_example.toml"
Here = Callable[..., tuple[int, dict[str, Any]]]
PLAN = ("--name", "Own prompts", "--candidates", "wan-1.3b", "--baselines", "animatediff")


@pytest.fixture
def here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Here:
    monkeypatch.setenv("VIDEOGEN_DATA_DIR", str(tmp_path / "data"))
    for name in ("VIDEOGEN_COMFY_URLS", "GOOGLE_CLOUD_PROJECT", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> tuple[int, dict[str, Any]]:
        exit_code = main([*words, "--json"])
        return exit_code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return run


def _changed(folder: Path, before: str, after: str) -> str:
    path = folder / "changed.toml"
    text = EXAMPLE.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    return str(path)


def test_an_added_suite_is_listed_and_serves_a_campaign(here: Here) -> None:
    exit_code, added = here("suites", "add", str(EXAMPLE))
    again = here("suites", "add", str(EXAMPLE))[1]
    made, campaign = here(
        "campaigns", "create", *PLAN, "--suite", "example@1.0", "--prompts", "2", "--seeds", "1"
    )
    listed = here("suites", "list")[1]["suites"]

    assert (exit_code, made) == (0, 0)
    assert (added["is_new"], again["is_new"]) == (True, False)
    assert campaign["campaign"]["suite_id"] == "example@1.0"
    assert campaign["campaign"]["suite_sha256"] == added["content_sha256"]
    rows = {row["suite_id"]: row for row in listed}
    assert list(rows) == ["core@1.0", "example@1.0"]
    assert rows["core@1.0"]["n_prompts"] == 40
    assert rows["example@1.0"]["n_campaigns"] == 1
    assert rows["example@1.0"]["content_sha256"] == added["content_sha256"]


def test_a_suite_changes_until_a_campaign_uses_it(here: Here, tmp_path: Path) -> None:
    here("suites", "add", str(EXAMPLE))
    mended = _changed(tmp_path, "A kite", "A red kite")

    unasked, doubt = here("suites", "add", mended)
    first, answer = here("suites", "add", mended, "--replace")
    here("campaigns", "create", *PLAN, "--suite", "example", "--prompts", "2")
    refused, error = here("suites", "add", str(EXAMPLE))
    same = here("suites", "add", mended)[1]
    newer = here("suites", "add", _changed(tmp_path, '"1.0"', '"1.1"'))

    assert unasked == 2
    assert "--replace" in doubt["error"]["hint"]
    assert (first, answer["is_new"]) == (0, True)
    assert answer["replaced_sha256"] not in (None, answer["content_sha256"])
    assert answer["suite"]["prompts"][0]["text"].startswith("A red kite")
    assert refused == 2
    assert (error["error"]["field"], error["error"]["value"]) == ("version", "example@1.0")
    assert "new version" in error["error"]["hint"]
    assert same["is_new"] is False
    assert newer[0] == 0


def test_the_shipped_suites_name_and_version_are_its_own(here: Here, tmp_path: Path) -> None:
    taken = _changed(tmp_path, 'name = "example"', 'name = "core"')

    exit_code, answer = here("suites", "add", taken)

    assert exit_code == 2
    assert answer["error"]["value"] == "core@1.0"


def test_a_prompt_id_never_names_two_texts(here: Here, tmp_path: Path) -> None:
    exit_code, answer = here("suites", "add", _changed(tmp_path, "example-02", "core-02"))

    assert exit_code == 2
    assert (answer["error"]["field"], answer["error"]["value"]) == ("prompts.id", "core-02")
    assert "core@1.0" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("content", "code_field"),
    [
        (None, "path"),
        ("", "name"),
        ("name = ", "path"),
        ("#" * 2_000_000, "path"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(
    here: Here, tmp_path: Path, content: str | None, code_field: str
) -> None:
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_text(content)

    exit_code, answer = here("suites", "add", str(path))

    assert exit_code == 2
    assert answer["error"]["field"] == code_field
    assert "mine.toml" in answer["error"]["message"]


def test_a_folder_is_no_suite(here: Here, tmp_path: Path) -> None:
    exit_code, answer = here("suites", "add", str(tmp_path))

    assert (exit_code, answer["error"]["field"]) == (2, "path")
