"""campaigns: planned, forecast, started and followed from a terminal, each in its own process."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.cli.campaigns import ACTIONS
from videogen.cli.program import main

Here = Callable[..., tuple[int, dict[str, Any]]]
PLAN = ("--name", "WAN or not", "--candidates", "wan-1.3b", "--baselines", "animatediff")


@pytest.fixture
def here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Here:
    """The same program inside this process: many refusals in the time of one start."""
    monkeypatch.setenv("VIDEOGEN_DATA_DIR", str(tmp_path / "data"))
    for name in ("VIDEOGEN_COMFY_URLS", "GOOGLE_CLOUD_PROJECT", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> tuple[int, dict[str, Any]]:
        exit_code = main([*words, "--json"])
        return exit_code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return run


def test_a_dry_run_forecasts_and_stores_nothing(here: Here) -> None:
    exit_code, answer = here(
        *("campaigns", "create", *PLAN, "--prompts", "30", "--seeds", "1,2"),
        *("--rated-seeds", "2", "--cap-usd", "25", "--dry-run"),
    )

    assert exit_code == 0
    assert answer["forecast"]["n_runs"] == 120
    assert answer["forecast"]["conditions"]["wan-1.3b"]["n_runs"] == 60
    assert answer["forecast"]["n_clips_to_rate"] == 60
    assert answer["proves"]["success"]["can_pass"] is True
    assert answer["problems"][0]["kind"] == "no_backend"
    assert "VIDEOGEN_COMFY_URLS" in answer["problems"][0]["sentence"]
    assert answer["campaign"]["cap_usd"] == 25
    assert here("campaigns", "list") == (0, {"campaigns": []})


def test_a_campaign_is_planned_started_made_and_shown(
    command: Command, sandbox: SandboxProcess
) -> None:
    servers = {"VIDEOGEN_COMFY_URLS": sandbox.comfy_url}
    made = command("campaigns", "create", *PLAN, "--prompts", "1", "--owner", "Nok", "--json")
    campaign_id = made.answer["campaign"]["campaign_id"]

    started = command("campaigns", "start", campaign_id, "--wait", "--json", **servers)

    assert started.exit_code == 0, started.stderr
    assert started.answer["n_queued"] == 2
    shown = command("campaigns", "show", campaign_id, "--json").answer
    assert shown["conditions"] == {"wan-1.3b": {"succeeded": 1}, "animatediff": {"succeeded": 1}}
    assert shown["campaign"]["preregistration_sha256"]
    assert shown["campaign"]["owner"] == "Nok"
    assert [event["kind"] for event in shown["events"]] == ["campaign.started"]
    (row,) = command("campaigns", "list", "--json").answer["campaigns"]
    assert (row["name"], row["n_runs"], row["n_ended"]) == ("WAN or not", 2, 2)


def test_what_is_queued_is_paused_resumed_and_cancelled(
    here: Here, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDEOGEN_COMFY_URLS", sandbox.comfy_url)
    _, made = here("campaigns", "create", *PLAN, "--prompts", "2")
    campaign_id = made["campaign"]["campaign_id"]
    here("campaigns", "start", campaign_id)

    _, paused = here("campaigns", "pause", campaign_id, "--owner", "Chai")
    refused, waiting = here("campaigns", "start", campaign_id, "--wait")
    _, resumed = here("campaigns", "resume", campaign_id)
    _, cancelled = here("campaigns", "cancel", campaign_id)
    _, again = here("campaigns", "requeue", campaign_id)

    assert paused["campaign"]["paused_at"] is not None
    assert (refused, waiting["error"]["field"]) == (2, "campaign_id")
    assert resumed["campaign"]["paused_at"] is None
    assert {run["status"] for run in cancelled["runs"]} == {"cancelled"}
    assert len(again["runs"]) == 4


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--prompts", "0"), "n_prompts"),
        (("--seeds", "one"), "seeds"),
        (("--seeds", "1,-5"), "seeds"),
        (("--rated-seeds", "9"), "rated_seeds"),
        (("--raters", "0"), "planned_n_raters"),
        (("--cap-usd=-1",), "cap_usd"),
        (("--cap-usd", "NaN"), "cap_usd"),
        (("--cap-usd", "much"), "cap_usd"),
        (("--suite", "none"), "suite"),
        (("--baselines", "wan-1.3b"), "baselines"),
        (("--candidates", "wan-99b"), "candidates"),
        (("--candidates", ""), "candidates"),
        (("--name", " "), "name"),
    ],
)
def test_bad_input_ends_with_2_and_names_the_field(
    words: tuple[str, ...], field: str, here: Here
) -> None:
    exit_code, answer = here("campaigns", "create", *PLAN, *words)

    assert exit_code == 2
    assert answer["error"]["field"] == field
    assert answer["error"]["hint"]


def test_what_the_vendor_has_shut_down_is_not_planned(here: Here) -> None:
    exit_code, answer = here(
        *("campaigns", "create", "--name", "Veo 2", "--candidates", "wan-1.3b,veo-2"),
    )

    assert exit_code == 2
    assert (answer["error"]["field"], answer["error"]["value"]) == ("candidates", "veo-2")
    assert here("campaigns", "list") == (0, {"campaigns": []})


def test_what_only_a_sandbox_would_play_is_planned(
    here: Here, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDEOGEN_GOOGLE_BASE_URL", sandbox.google_url)

    exit_code, answer = here("campaigns", "create", "--name", "Veo 2", "--candidates", "veo-2")

    assert (exit_code, answer["campaign"]["name"]) == (0, "Veo 2")


@pytest.mark.parametrize("language", ["en", "th"])
def test_each_action_has_help_with_an_example(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("VIDEOGEN_LANGUAGE", language)
    for action in ACTIONS:
        with pytest.raises(SystemExit):
            main(["campaigns", action, "--help"])

        told = capsys.readouterr().out
        assert f"python -m videogen campaigns {action}" in told
        assert "campaign_id" not in told


def test_a_campaign_that_is_not_there_is_named(here: Here) -> None:
    exit_code, answer = here("campaigns", "show", "nothing")

    assert exit_code == 2
    assert answer["error"]["field"] == "campaign_id"


def test_a_start_without_a_server_says_what_to_set(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, made = here("campaigns", "create", *PLAN, "--prompts", "1")
    campaign_id = made["campaign"]["campaign_id"]

    without, _ = here("campaigns", "start", campaign_id)
    monkeypatch.setenv("VIDEOGEN_COMFY_URLS", "http://127.0.0.1:9")
    down, answer = here("campaigns", "start", campaign_id)

    assert (without, down) == (2, 3)
    assert answer["error"]["code"] == "server_down"
