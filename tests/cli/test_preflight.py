"""`preflight` as a terminal runs it, against a sandbox and against a server that lacks things."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backends.odd_server import Answer, OddServer, odd_server
from tests.backends.recordings import recording
from tests.cli.conftest import ROOT, Command
from videogen.store import Database
from videogen.texts import t

STATS = recording("system_stats")["body"]
GRAPH = str(ROOT / "workflows" / "wan-1.3b.json")


@pytest.fixture
def bare() -> Iterator[OddServer]:
    """A real ComfyUI as it is on its first day: no node pack, and no model in any folder."""
    with odd_server() as server:
        server.answers = {
            "/system_stats": Answer(STATS),
            "/models/checkpoints": Answer([]),
            "/models": Answer(["checkpoints"]),
        }
        server.otherwise = Answer({})
        yield server


def test_everything_that_a_bare_server_lacks_is_told_at_once_with_the_way_to_it(
    command: Command, bare: OddServer
) -> None:
    said = command("preflight", "--comfy-url", bare.url, "--condition", "wan-1.3b", "--json")

    assert said.exit_code == 1
    assert said.answer["ok"] is False
    lacks = said.answer["conditions"]["wan-1.3b"]
    nodes = {each["class"]: each for each in lacks["missing_nodes"]}
    assert nodes["WanVideoSampler"]["pack"] == "ComfyUI-WanVideoWrapper"
    assert "git clone" in nodes["WanVideoSampler"]["how"]
    models = {each["file"]: each for each in lacks["missing_models"]}
    vae = models["Wan2_1_VAE_bf16.safetensors"]
    assert vae["folder"] == "models/vae"
    assert vae["size_bytes"] > 0
    assert vae["source"].startswith("https://")
    assert len(models) == 3


def test_without_a_name_every_condition_that_runs_on_comfyui_is_checked(
    command: Command, bare: OddServer
) -> None:
    said = command("preflight", "--comfy-url", bare.url, "--json")

    assert {"animatediff", "wan-1.3b", "wan-14b"} <= set(said.answer["conditions"])
    assert not any(name.startswith(("veo", "hybrid")) for name in said.answer["conditions"])


def test_people_read_each_command_once(command: Command, bare: OddServer) -> None:
    said = command("preflight", "--comfy-url", bare.url, VIDEOGEN_LANGUAGE="en")
    thai = command("preflight", "--comfy-url", bare.url, VIDEOGEN_LANGUAGE="th")

    lines = said.stdout.splitlines()
    clones = [line for line in lines if "git clone" in line and "WanVideoWrapper" in line]
    assert len(clones) == 1
    assert any("models/vae/Wan2_1_VAE_bf16.safetensors" in line for line in lines)
    assert "ยังขาด" in thai.stdout
    assert (said.exit_code, thai.exit_code) == (1, 1)


def test_where_nothing_answers_it_ends_with_3_and_names_the_address(command: Command) -> None:
    said = command("preflight", "--comfy-url", "http://127.0.0.1:9", "--json")

    error = said.answer["error"]
    assert said.exit_code == 3
    assert (error["code"], error["field"]) == ("server_down", "comfy_url")
    assert error["value"] == "http://127.0.0.1:9"
    assert error["message"] == "Nothing answers at http://127.0.0.1:9."
    assert "wait" not in error["hint"]  # a command that ends waits for nothing


def test_a_condition_that_needs_no_comfyui_is_told_so(command: Command) -> None:
    said = command("preflight", "--comfy-url", "http://127.0.0.1:9", "--condition", "veo-3.1")

    assert said.exit_code == 2
    assert "veo-3.1 does not run on ComfyUI" in said.stderr


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--comfy-url", "ftp://x"), "comfy_url"),
        (("--comfy-url", "http://127.0.0.1:9", "--condition", "nonsense"), "condition"),
        (("--comfy-url", "http://127.0.0.1:9", "--condition", "veo-3.1"), "condition"),
    ],
)
def test_bad_input_ends_with_2_and_names_the_field(
    command: Command, words: tuple[str, ...], field: str
) -> None:
    said = command("preflight", *words, "--json")

    assert said.exit_code == 2
    assert said.answer["error"]["field"] == field


def test_a_workflow_of_ones_own_is_checked_by_its_name_and_among_all(
    command: Command, bare: OddServer
) -> None:
    command("workflows", "import", GRAPH, "--name", "Kites")

    named = command("preflight", "--comfy-url", bare.url, "--condition", "Kites", "--json")
    every = command("preflight", "--comfy-url", bare.url, "--json")

    assert (named.exit_code, list(named.answer["conditions"])) == (1, ["Kites"])
    assert len(named.answer["conditions"]["Kites"]["missing_models"]) == 3
    assert {"Kites", "wan-14b"} <= set(every.answer["conditions"])
    assert every.answer["own_workflows"] == "read"


def test_while_the_app_has_the_data_shipped_ones_are_checked_and_own_ones_are_told_to_wait(
    command: Command, bare: OddServer, tmp_path: Path
) -> None:
    with Database.open(tmp_path / "data" / "videogen.duckdb"):
        own = command("preflight", "--comfy-url", bare.url, "--condition", "Kites", "--json")
        shipped = command("preflight", "--comfy-url", bare.url, "--condition", "wan-1.3b", "--json")
        every = command("preflight", "--comfy-url", bare.url)

    assert (own.exit_code, own.answer["error"]["code"]) == (4, "held")
    assert shipped.answer["own_workflows"] == "not_needed"
    assert every.exit_code == 1
    assert t("cli.preflight.own_held", "en") in every.stdout
