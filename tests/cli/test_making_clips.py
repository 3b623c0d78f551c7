"""generate, check-server and demo against the real sandbox program."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from tests.cli.conftest import Command
from tests.sandbox_servers import play_faults
from videogen.bootstrap.sandbox_process import SandboxProcess

ROOT = Path(__file__).resolve().parents[2]


def test_generate_writes_a_clip_and_says_what_it_took(
    command: Command, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    out = tmp_path / "cat.mp4"

    said = command(
        *("generate", "--condition", "animatediff", "--comfy-url", sandbox.comfy_url),
        *("--prompt", "a cat on a roof", "--seed", "5", "--out", str(out), "--json"),
    )

    assert said.exit_code == 0, said.stderr
    assert said.answer["status"] == "succeeded"
    assert said.answer["wall_time_s"] > 0
    assert said.answer["cost_usd"] > 0
    assert 8_000 < said.answer["peak_vram_mib"] < 13_000
    assert said.answer["phases"]["executing"] == pytest.approx(said.answer["wall_time_s"])
    with av.open(str(out)) as container:
        assert container.streams.video[0].width == 512


def test_generate_sends_a_routed_condition_where_the_rules_say(
    command: Command, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    out = tmp_path / "routed.mp4"

    said = command(
        *("generate", "--condition", "hybrid", "--comfy-url", sandbox.comfy_url),
        *("--prompt", "a cat", "--out", str(out), "--json"),
    )

    assert said.exit_code == 0, said.stderr
    with av.open(str(out)) as container:
        assert container.streams.video[0].width == 512  # AnimateDiff, the rules' default


def test_generate_runs_a_workflow_file(
    command: Command, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    out = tmp_path / "own.mp4"

    said = command(
        *("generate", "--workflow", str(ROOT / "workflows" / "server_check.json")),
        *("--comfy-url", sandbox.comfy_url, "--prompt", "any", "--out", str(out), "--json"),
    )

    assert said.exit_code == 0, said.stderr
    assert out.stat().st_size > 0


def test_a_failed_run_ends_with_1_and_its_failure_class(
    command: Command, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    play_faults(sandbox, [{"kind": "out_of_vram", "times": 2}])  # it is tried once more, smaller

    said = command(
        *("generate", "--condition", "wan-14b", "--comfy-url", sandbox.comfy_url),
        *("--prompt", "a dog", "--out", str(tmp_path / "dog.mp4"), "--json"),
    )

    assert said.exit_code == 1
    assert said.answer["failure_class"] == "out_of_vram"
    assert said.answer["clip"] is None
    assert not (tmp_path / "dog.mp4").exists()


def test_check_server_says_the_version(
    command: Command, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    out = tmp_path / "check.mp4"

    said = command("check-server", "--comfy-url", sandbox.comfy_url, "--out", str(out), "--json")

    assert said.exit_code == 0, said.stderr
    assert said.answer["ok"] is True
    assert said.answer["version"] == "0.25.0"
    assert Path(said.answer["clip"]).stat().st_size > 0


def test_an_unreachable_server_ends_with_3_and_names_the_fix(command: Command) -> None:
    said = command("check-server", "--comfy-url", "http://127.0.0.1:9", "--json")

    assert said.exit_code == 3
    assert said.answer["error"]["code"] == "server_down"
    assert said.answer["error"]["value"] == "http://127.0.0.1:9"
    assert said.answer["error"]["hint"]
    assert "Traceback" not in said.stderr


@pytest.fixture
def web_site() -> Iterator[str]:
    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>a web site</html>")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 its signature
            """Keeps the test's output quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_something_that_is_not_comfyui_is_named_as_such(command: Command, web_site: str) -> None:
    said = command("check-server", "--comfy-url", web_site, "--json")

    assert said.exit_code == 3
    assert said.answer["error"]["code"] == "not_comfyui"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--condition", "nonsense", "--prompt", "a cat"), "condition"),
        (("--condition", "wan-1.3b", "--prompt", "   "), "prompt"),
        (("--condition", "wan-1.3b", "--prompt", "x" * 20_000), "prompt"),
        (("--condition", "wan-1.3b", "--prompt", "a cat", "--seed", "-1"), "seed"),
    ],
)
def test_bad_input_ends_with_2_and_names_the_field(
    command: Command,
    sandbox: SandboxProcess,
    tmp_path: Path,
    words: tuple[str, ...],
    field: str,
) -> None:
    said = command(
        *("generate", *words, "--comfy-url", sandbox.comfy_url),
        *("--out", str(tmp_path / "none.mp4"), "--json"),
    )

    assert said.exit_code == 2
    assert said.answer["error"]["field"] == field
    assert said.answer["error"]["message"]
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("name", ["generate", "check-server"])
def test_no_folder_is_made_for_a_mistyped_path(
    command: Command, sandbox: SandboxProcess, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "mistyped" / "cat.mp4"
    words = ("--condition", "animatediff", "--prompt", "a cat") if name == "generate" else ()

    said = command(name, *words, "--comfy-url", sandbox.comfy_url, "--out", str(out), "--json")

    assert said.exit_code == 2
    assert said.answer["error"]["field"] == "out"
    assert str(tmp_path / "mistyped") in said.answer["error"]["message"]
    assert not out.parent.exists()


def test_a_ui_format_workflow_is_told_how_to_export(
    command: Command, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    file = tmp_path / "ui.json"
    file.write_text(json.dumps({"nodes": [], "links": [], "version": 0.4}), encoding="utf-8")

    said = command(
        *("generate", "--workflow", str(file), "--comfy-url", sandbox.comfy_url),
        *("--prompt", "a cat", "--out", str(tmp_path / "none.mp4"), "--json"),
    )

    assert said.exit_code == 2
    assert "Export" in said.answer["error"]["hint"]


def test_demo_loses_nothing_and_doubles_nothing(command: Command) -> None:
    said = command("demo", "--prompts", "2", "--conditions", "animatediff,veo-3.1-lite", "--json")

    assert said.exit_code == 0, said.stderr
    assert said.answer["origin"] == "sandbox"
    assert (said.answer["lost"], said.answer["duplicates"]) == (0, 0)
    assert said.answer["conditions"].keys() == {"animatediff", "veo-3.1-lite"}
    assert said.answer["conditions"]["animatediff"]["n_runs"] == 2
    assert said.answer["conditions"]["veo-3.1-lite"]["peak_vram_mib_max"] is None
