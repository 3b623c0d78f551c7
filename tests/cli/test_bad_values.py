"""Values that no command can use: one line, exit code 2, and the option's own name."""

import json
from pathlib import Path

import pytest

from videogen.cli.program import main


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("sandbox", "--time-scale", "0"), "time_scale"),
        (("sandbox", "--time-scale", "inf"), "time_scale"),
        (("sandbox", "--comfy-port", "99999"), "comfy_port"),
        (("sandbox", "--comfy-port", "x"), "comfy_port"),
        (("sandbox", "--time-scale", "fast"), "time_scale"),
        (("sandbox", "--google-port", "-1"), "google_port"),
        (("sandbox", "--faults", "nofile.json"), "faults"),
        (("sandbox", "--nodes", "nofile.json"), "nodes"),
        (("demo", "--time-scale", "nan"), "time_scale"),
        (("demo", "--time-scale", "fast"), "time_scale"),
        (("demo", "--prompts", "0"), "prompts"),
        (("runs", "list", "--limit", "many"), "limit"),
        (("preflight", "--comfy-url", ""), "comfy_url"),
        (("check-server", "--comfy-url", " "), "comfy_url"),
    ],
)
def test_a_value_that_cannot_be_used_ends_with_2_and_names_its_option(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], field: str
) -> None:
    exit_code = main([*words, *(() if words[0] == "sandbox" else ("--json",))])

    told = capsys.readouterr()
    assert exit_code == 2
    if words[0] == "sandbox":
        assert field in told.err
        assert len(told.err.splitlines()) == 1
    else:
        assert json.loads(told.out.splitlines()[-1])["error"]["field"] == field


def test_a_whole_number_is_asked_for_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    main(["runs", "list", "--limit", "-1"])

    assert "-1 is not a whole number from 1" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content", ["{", '[{"kind": "bogus"}]', "5", '[{"kind": "stall", "times": "x"}]', '["stall"]']
)
def test_a_faults_file_that_cannot_be_played_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str
) -> None:
    file = tmp_path / "faults.json"
    file.write_text(content, encoding="utf-8")

    exit_code = main(["sandbox", "--faults", str(file)])

    assert exit_code == 2
    assert "faults" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["decide", "analyse"])
def test_half_a_surrogate_pair_is_refused_in_json_that_can_be_read(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path, command: str
) -> None:
    file = tmp_path / "evidence.json"
    file.write_text('{"raw": [["\\ud800"]], "criteria": {}, "\\ud800": 1, "candidates": "\\ud800"}')

    exit_code = main([command, str(file), "--json"])

    last = capfdbinary.readouterr().out.splitlines()[-1]
    assert exit_code == 2
    assert json.loads(last.decode("utf-8"))["error"]["code"] == "invalid_input"


def test_a_byte_order_mark_is_no_fault_of_a_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "ratings.json"
    file.write_text('{"raw": [[4, 5]]}', encoding="utf-8-sig")

    exit_code = main(["analyse", str(file), "--json"])

    assert exit_code == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["mos"] == [4.5]
