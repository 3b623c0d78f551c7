"""`report`: files to take away, and what is said where none can be made."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.reports.cases import content
from videogen.cli.program import main
from videogen.store import Database

CAMPAIGN = ("report", "--campaign", "c1")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    with Database.open(folder / "videogen.duckdb") as database:
        content(database, name="ทดสอบวิดีโอ")
    return folder


@pytest.fixture(autouse=True)
def environment(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDEOGEN_DATA_DIR", str(data))
    monkeypatch.setenv("VIDEOGEN_LANGUAGE", "en")


def _last(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return answer


def test_several_formats_come_at_once_under_names_that_every_disk_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "reports"

    code = main(
        [*CAMPAIGN, "--lang", "th", "--format", "html, md,bundle", "--out", str(out), "--json"]
    )

    files = [Path(one) for one in _last(capsys)["files"]]
    assert code == 0
    assert [file.name.split(".", 1)[1] for file in files] == ["th.html", "th.md", "zip"]
    assert all(file.name.startswith("c1-20") and file.stat().st_size > 0 for file in files)
    assert "ทดสอบวิดีโอ" in files[0].read_text(encoding="utf-8")
    assert sorted(out.iterdir()) == sorted(files)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["--format", "xls"], "format"),
        (["--format", ""], "format"),
        (["--lang", "de"], "lang"),
    ],
)
def test_an_unknown_word_is_refused_with_those_that_are_known(
    words: list[str], field: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([*CAMPAIGN, *words, "--out", str(tmp_path), "--json"])

    error = _last(capsys)["error"]
    assert (code, error["field"]) == (2, field)
    assert "Use one" in error["hint"]


def test_an_unknown_campaign_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["report", "--campaign", "nope", "--out", str(tmp_path), "--json"])

    assert code == 2
    assert _last(capsys)["error"]["code"] == "not_found"
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_takes_no_files_is_told_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a-file"
    file.touch()

    codes = [main([*CAMPAIGN, "--out", str(out), "--json"]) for out in (file, file / "below")]

    assert codes == [2, 2]
    assert _last(capsys)["error"]["field"] == "out"
