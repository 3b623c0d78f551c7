"""`route`: what the rules choose, without a server; what is measured counts where it is free."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Command
from tests.evidence.records import campaign, grid, panel
from videogen.catalogue import default_conditions, load_manifests
from videogen.domain.decision import Criteria
from videogen.domain.run import Run
from videogen.store import Database, save


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
    assert list(said.answer)[:4] == ["chosen", "reason", "fallbacks", "rejected"]
    assert [each["condition"] for each in said.answer["ranked"]] == [
        said.answer["chosen"],
        *said.answer["fallbacks"],
    ]
    assert (said.answer["rules_version"], said.answer["basis"]["source"]) == ("brief-2", "claims")
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
    said = asked('{"purpose": "lipsync", "inputs": ["audio"]}')

    assert (said.exit_code, said.answer["chosen"], said.answer["fallbacks"]) == (0, None, [])
    why = {each["condition"]: each["reason"] for each in said.answer["rejected"]}
    assert why["wan-infinitetalk"] == "It needs a file that is not given: image."


def test_another_version_of_the_rules_can_be_asked(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text("{}")

    older = command("route", str(file), "--rules", "brief-1", "--json")
    none = command("route", str(file), "--rules", "brief-9", "--json")

    assert older.answer["rules_version"] == "brief-1"
    assert (none.exit_code, none.answer["error"]["field"]) == (2, "rules")


def test_what_is_measured_here_changes_the_choice_unless_the_data_are_in_use(
    asked: Any, tmp_path: Path
) -> None:
    with Database.open(tmp_path / "data" / "videogen.duckdb") as database:
        _measure(database)

        held = asked("{}").answer

    free = asked("{}").answer
    assert (held["chosen"], held["basis"]["source"]) == ("animatediff", "claims")
    assert "in use" in held["basis"]["note"]
    assert free["chosen"] == "wan-1.3b"
    assert "rated better here than animatediff, for no more money" in free["reason"]
    assert "over 40 runs" in free["reason"]
    assert "by 4 raters" in free["reason"]
    assert free["basis"]["conditions"]["wan-1.3b"] == {"n_runs": 40, "n_raters": 4}


def test_data_that_do_not_open_are_no_reason_to_fail(asked: Any, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "videogen.duckdb").write_bytes(b"no database")

    said = asked("{}")

    assert (said.exit_code, said.answer["chosen"]) == (0, "animatediff")
    assert "do not open" in said.answer["basis"]["note"]


def test_the_reason_comes_in_thai_when_asked(asked: Any) -> None:
    reason = asked("{}", VIDEOGEN_LANGUAGE="th").answer["reason"]

    assert any("ก" <= letter <= "๙" for letter in reason)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ('{"max_cost_usd": NaN}', "max_cost_usd"),
        ('{"motion": "wild"}', "motion"),
        ("{", "file"),
    ],
)
def test_bad_input_ends_with_2_and_names_the_field(asked: Any, content: str, field: str) -> None:
    said = asked(content)

    assert said.exit_code == 2
    assert said.answer["error"]["field"] == field


def _measure(database: Database) -> None:
    """AnimateDiff dearer and liked less than WAN 1.3B."""
    shipped = default_conditions(ROOT / "data", load_manifests(ROOT / "workflows"))
    known = {one.name: one for one in shipped}
    weak, strong = known["animatediff"], known["wan-1.3b"]
    planned = campaign(candidates=(strong.condition_id,), baselines=(weak.condition_id,))
    save(database, Criteria(version=1), weak, strong, planned)
    for condition, usd, score in ((weak, "0.26", 2), (strong, "0.05", 5)):
        made = [
            replace(one, cost_usd=Decimal(usd)) if isinstance(one, Run) else one
            for one in grid(condition)
        ]
        save(
            database,
            *made,
            *panel(dict.fromkeys(("anan", "beam", "chai", "dao"), score), condition),
        )
