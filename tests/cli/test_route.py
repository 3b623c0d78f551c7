"""`route`: what the rules choose, without a server and without a database."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command


@pytest.fixture
def asked(command: Command, tmp_path: Path) -> Any:
    def ask(content: str, **environment: str) -> Any:
        file = tmp_path / "request.json"
        file.write_text(content, encoding="utf-8")
        return command("route", str(file), "--json", **environment)

    return ask


def test_a_request_gets_a_condition_its_reason_and_its_fallbacks(
    asked: Any, tmp_path: Path
) -> None:
    request = {"prompt": "a kite", "purpose": "t2v", "min_height_px": 720, "local_only": False}

    said = asked(json.dumps({**request, "max_wall_time_s": 400}))

    assert said.exit_code == 0, said.stderr
    assert list(said.answer) == ["chosen", "reason", "fallbacks", "rejected"]
    assert said.answer["chosen"] == "veo-3.1-fast"
    assert "has not been asked" in said.answer["reason"]  # no server was
    assert said.answer["fallbacks"] == ["veo-3.1-lite", "veo-3.1"]
    assert not (tmp_path / "data").exists()


def test_what_cannot_serve_is_named_with_why(asked: Any) -> None:
    rejected = asked('{"min_height_px": 720, "max_wall_time_s": 400}').answer["rejected"]

    why = {each["condition"]: each["reason"] for each in rejected}
    assert why["animatediff"] == "Its picture is 512 px high; 720 px are asked for."
    assert why["veo-2"] == "Not available: the vendor has shut the model down."
    assert why["gemini-omni"] == "How long it takes is unknown, and 400 s is the limit."
    assert "hybrid" not in why


def test_what_nothing_can_serve_is_an_answer_too(asked: Any) -> None:
    said = asked('{"purpose": "lipsync"}')

    assert (said.exit_code, said.answer["chosen"], said.answer["fallbacks"]) == (0, None, [])
    assert said.answer["rejected"][-1] == {
        "condition": "wan-infinitetalk",
        "reason": "Made for this, but not set up here.",
    }


def test_the_reason_comes_in_thai_when_asked(asked: Any) -> None:
    reason = asked("{}", VIDEOGEN_LANGUAGE="th").answer["reason"]

    assert any("ก" <= letter <= "๙" for letter in reason)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ('{"max_cost_usd": NaN}', "max_cost_usd"),
        ('{"duration_s": -5}', "duration_s"),
        ('{"purpose": "dance"}', "purpose"),
        ('{"local_only": 1}', "local_only"),
        ("{", "file"),
    ],
)
def test_bad_input_ends_with_2_and_names_the_field(asked: Any, content: str, field: str) -> None:
    said = asked(content)

    assert said.exit_code == 2
    assert said.answer["error"]["field"] == field
