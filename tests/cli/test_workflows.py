"""workflows: brought in, shared and removed from a terminal."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.cli.program import main

ROOT = Path(__file__).resolve().parents[2]
GRAPH = ROOT / "workflows" / "wan-i2v-14b.json"
Here = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Here:
    monkeypatch.setenv("VIDEOGEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("VIDEOGEN_COMFY_URLS", raising=False)

    def run(*words: str) -> tuple[int, dict[str, Any]]:
        exit_code = main([*words, "--json"])
        return exit_code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return run


def _error(answer: tuple[int, dict[str, Any]]) -> tuple[int, str, str, str]:
    exit_code, said = answer
    error = said["error"]
    return exit_code, error["code"], error["field"], error["hint"]


def test_a_workflow_is_imported_listed_shared_removed_and_comes_back(
    here: Here, tmp_path: Path
) -> None:
    out = tmp_path / "Kites.videogen.json"

    made = here("workflows", "import", str(GRAPH), "--name", "Kites")
    listed = here("workflows", "list")[1]["workflows"]
    shared = here("workflows", "export", "Kites", "--out", str(out))
    removed = here("workflows", "remove", "Kites")
    again = here("workflows", "import", str(out))

    assert [one[0] for one in (made, shared, removed, again)] == [0, 0, 0, 0]
    assert made[1]["workflow"]["purpose"] == "i2v"
    assert {"prompt", "seed", "width_px"} <= set(made[1]["slots"])
    assert [(one["name"], one["inputs"], one["n_frames"]) for one in listed] == [
        ("Kites", ["image"], 81)
    ]
    assert shared[1]["size_bytes"] == out.stat().st_size
    assert again[1]["workflow"] == made[1]["workflow"]


def test_what_the_server_lacks_is_told_and_the_workflow_kept_all_the_same(
    here: Here, tmp_path: Path, sandbox: SandboxProcess
) -> None:
    graph = json.loads(GRAPH.read_text())
    loader = next(n for n in graph.values() if n["class_type"] == "WanVideoModelLoader")
    loader["inputs"] |= {"model": "kites_i2v.safetensors", "quantization": "sorcery"}
    graph["90"] = {"class_type": "SomebodysNode", "inputs": {}}
    file = tmp_path / "kites.json"
    file.write_text(json.dumps(graph))

    exit_code, answer = here("workflows", "import", str(file), "--comfy-url", sandbox.comfy_url)
    asked = ("--name", "Whole", "--comfy-url", sandbox.comfy_url)
    whole = here("workflows", "import", str(GRAPH), *asked)

    assert (exit_code, answer["ok"]) == (1, False)
    server = answer["server"]
    assert server["missing_nodes"] == [{"class": "SomebodysNode", "pack": None, "how": None}]
    (model,) = server["missing_models"]
    assert (model["file"], model["folder"]) == (
        "kites_i2v.safetensors",
        "models/diffusion_models",
    )
    assert [one["input"] for one in server["misfits"]] == ["quantization"]
    assert (whole[0], whole[1]["ok"]) == (0, True)


def test_bad_files_and_names_end_with_two_and_the_next_step(here: Here, tmp_path: Path) -> None:
    drawn = tmp_path / "ui.json"
    drawn.write_text(json.dumps({"nodes": [], "links": []}))

    refused = _error(here("workflows", "import", str(drawn)))
    gone = _error(here("workflows", "import", str(tmp_path / "gone.json")))
    taken = _error(here("workflows", "import", str(GRAPH), "--name", "WAN-14B"))
    unknown = _error(here("workflows", "remove", "wan-14b"))

    assert refused[:3] == (2, "invalid_input", "workflow")
    assert "Export (API)" in refused[3]
    assert (gone[0], gone[2]) == (2, "file")
    assert taken[0] == 2
    assert "WAN-14B 2" in taken[3]
    assert (unknown[0], unknown[2]) == (2, "name")


def test_a_server_that_does_not_answer_ends_with_three_and_nothing_is_kept(here: Here) -> None:
    exit_code, said = here("workflows", "import", str(GRAPH), "--comfy-url", "http://127.0.0.1:9")

    assert (exit_code, said["error"]["code"]) == (3, "server_down")
    assert here("workflows", "list")[1]["workflows"] == []
