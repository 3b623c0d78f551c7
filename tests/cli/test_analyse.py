"""`analyse` as a terminal runs it: a file of ratings in, figures or one clear refusal out."""

import json
import random
import time
from pathlib import Path

import pytest

from tests.analysis.oracles import oracle
from tests.cli.conftest import Command
from videogen.cli.program import main

HEADER = "clip_id,prompt_id,condition,rater,dimension,score,rated_at\n"


def analysed(capsys: pytest.CaptureFixture[str], file: Path, *words: str) -> dict[str, object]:
    exit_code = main(["analyse", str(file), "--json", *words])

    answer: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert exit_code == (2 if "error" in answer else 0)
    return answer


def test_raw_scores_give_the_figures_of_the_interface(command: Command, tmp_path: Path) -> None:
    data = oracle("p910_demo_small")
    file = tmp_path / "ratings.json"
    file.write_text(json.dumps({"raw": data["raw"], "content_ids": [0]}), encoding="utf-8")

    said = command("analyse", str(file), "--json")

    assert said.exit_code == 0
    assert said.stderr == ""
    assert set(said.answer) == {
        "mos",
        "sos",
        "ci95",
        "mean",
        "mean_ci95_low",
        "mean_ci95_high",
        "mean_method",
        "p910",
        "bt500_rejected",
        "krippendorff_alpha_ordinal",
        "icc2k",
    }
    assert said.answer["mos"] == pytest.approx(data["mos"], abs=1e-9)
    assert said.answer["p910"]["quality"] == pytest.approx(data["p910"]["quality"], abs=1e-6)
    assert said.answer["bt500_rejected"] == data["bt500_rejected"]
    assert set(said.answer["icc2k"]) == {"estimate", "low", "high"}


def test_a_csv_says_the_same_and_names_its_clips_and_raters(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    raw = oracle("p910_demo_small")["raw"]
    as_json, as_csv = tmp_path / "ratings.json", tmp_path / "ratings.csv"
    as_json.write_text(json.dumps({"raw": raw}), encoding="utf-8")
    rows = [
        f"clip {c},,wan,rater {r},overall,{'' if score is None else score},"
        for c, row in enumerate(raw)
        for r, score in enumerate(row)
    ]
    as_csv.write_text("\ufeff" + HEADER + "\n".join(rows), encoding="utf-8")

    by_csv = analysed(capsys, as_csv)

    names = {"clip_ids": by_csv.pop("clip_ids"), "raters": by_csv.pop("raters")}
    assert by_csv == analysed(capsys, as_json)
    assert names["raters"] == [f"rater {r}" for r in range(20)]


def test_clips_of_one_prompt_are_one_prompt_in_the_mean(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "ratings.csv"
    scores = {("c1", "p1"): (5, 4), ("c2", "p1"): (3, 4), ("c3", "p2"): (2, 1)}
    rows = [
        f"{clip},{prompt},wan,rater {r},overall,{score},"
        for (clip, prompt), given in scores.items()
        for r, score in enumerate(given)
    ]
    file.write_text(HEADER + "\n".join(rows), encoding="utf-8")

    answer = analysed(capsys, file)

    assert answer["mos"] == [4.5, 3.5, 1.5]
    assert answer["mean"] == 2.75  # of 4 and 1.5


@pytest.mark.parametrize("language", ["en", "th"])
def test_without_json_it_is_told_in_sentences(command: Command, language: str) -> None:
    said = command("analyse", "docs/example_ratings.csv", VIDEOGEN_LANGUAGE=language)

    assert said.exit_code == 0
    assert "animatediff, wan-1.3b" in said.stdout
    assert "BT.500" in said.stdout
    assert ("Mean opinion" if language == "en" else "คะแนนเฉลี่ย") in said.stdout
    assert "{" not in said.stdout


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ([[4, 3, 5], [None, None, None]], ["#1: not rated"]),
        ([[4, 3, 5]], ["Clips: 1, raters: 3, ratings: 3."]),
        ([[4, None], [5, None]], ["Without a single rating: #1."]),
        ([[4, 4], [4, 4]], ["Mean opinion 4.00: unanimous", "#1: 4.00, unanimous (n = 2)"]),
        ([[4, 3, 1], [4, 5, None]], ["under 80 % of the clips: #2"]),
        ([[4], [2]], ["Mean opinion 3.00; an interval needs", "n = 1, no interval"]),
        ([[3, 4, 4]] * 60, ["and 20 more"]),
        ([[5, 4, 3], [4, 3, 4], [3, 2, 5], [2, 3, 1]], ["follows one rater exactly"]),
        ([[5, 5, 1, 1], [1, 5, 5, 1]], ["a noisy panel"]),
    ],
)
def test_what_cannot_be_known_is_said_and_not_shown_as_zero(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    raw: list[list[int | None]],
    wanted: list[str],
) -> None:
    monkeypatch.setenv("VIDEOGEN_LANGUAGE", "en")
    file = tmp_path / "ratings.json"
    file.write_text(json.dumps({"raw": raw}), encoding="utf-8")

    main(["analyse", str(file)])

    said = capsys.readouterr().out
    assert [each for each in wanted if each not in said] == []
    assert "± 0.00" not in said


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        ("r.json", '{"raw": [[4, 0]]}', "raw[0][1]"),
        ("r.json", '{"raw": [[4, NaN]]}', "raw[0][1]"),
        ("r.json", '{"raw": [[4, 1e999]]}', "raw[0][1]"),
        ("r.json", '{"raw": [[4, 1' + "0" * 400 + "]]}", "raw[0][1]"),
        ("r.json", '{"raw": [["\\ud800", 4]]}', "file"),
        ("r.json", '{"raw": [[4, 5], [3]]}', "raw[1]"),
        ("r.json", '{"scores": []}', "raw"),
        ("r.json", '{"raw": [[4, 5]', "file"),
        ("r.json", "", "file"),
        ("r.csv", "", "file"),
        ("r.csv", HEADER, "score"),
        ("r.csv", "clip,score\n1,2\n", "header"),
        ("r.csv", HEADER + "c1,p1,wan,Nok,overall,6,\n", "score"),
        ("r.csv", HEADER + "c1,p1,wan,Nok,overall,3.5,\n", "score"),
    ],
)
@pytest.mark.parametrize("language", ["en", "th"])
def test_a_file_that_cannot_be_used_is_refused_with_place_and_fix(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    text: str,
    field: str,
    language: str,
) -> None:
    monkeypatch.setenv("VIDEOGEN_LANGUAGE", language)
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")

    error = analysed(capsys, file)["error"]

    assert isinstance(error, dict)
    assert error["field"] == field
    assert error["message"]
    assert error["hint"]


def test_a_condition_is_not_looked_for_in_json(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "ratings.json"
    file.write_text('{"raw": [[4, 5]]}', encoding="utf-8")

    error = analysed(capsys, file, "--condition", "wan")["error"]

    assert isinstance(error, dict)
    assert error["field"] == "condition"


def test_a_thousand_raters_on_a_thousand_clips_are_answered_in_seconds(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    draw = random.Random(1)
    row = [draw.randint(1, 5) for _ in range(2000)]
    file = tmp_path / "ratings.json"
    file.write_text(
        json.dumps({"raw": [row[clip : clip + 1000] for clip in range(1000)]}), encoding="utf-8"
    )
    began = time.monotonic()

    answer = analysed(capsys, file)

    assert time.monotonic() - began < 20  # 2 s when nothing else runs
    assert isinstance(answer["mos"], list)
    assert len(answer["mos"]) == 1000
