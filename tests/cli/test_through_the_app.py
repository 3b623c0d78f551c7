"""A command says the same whether it reads the data itself or asks the app that holds them."""

import io
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.clips.drawing import draw_clip
from tests.web.api.served import Served, furnish, serving
from videogen.access import new_token
from videogen.bootstrap.local_access import found_key, leave_key
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.cli.generated import why_it_waits
from videogen.cli.program import main
from videogen.client import Client

ROOT = Path(__file__).resolve().parents[2]
RUN = "$RUN"  # stands for a run that both folders have
SAME = [
    ("runs", "list", "--limit", "3"),
    ("runs", "list", "--limit", "250", "--json"),
    ("runs", "list", "--status", "failed", "--json"),
    ("runs", "list", "--condition", "no-such", "--json"),
    ("runs", "list", "--before", "no-such", "--json"),
    ("runs", "show", RUN),
    ("runs", "show", RUN, "--json"),
    ("runs", "show", "no-such", "--json"),
    ("campaigns", "list"),
    ("campaigns", "list", "--json"),
    ("campaigns", "show", "c1"),
    ("campaigns", "show", "c1", "--json"),
    ("campaigns", "show", "no-such", "--json"),
    ("campaigns", "create", "--name", "x", "--candidates", "no-such", "--json"),
]


@dataclass(frozen=True, kw_only=True)
class Said:
    exit_code: int
    stdout: str
    stderr: str

    @property
    def answer(self) -> Any:
        return json.loads(self.stdout.splitlines()[-1])


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The same rows twice: in a folder that nobody holds, and in one that an app holds."""

    alone: Path
    held: Path
    served: Served

    def say(self, folder: Path, *words: str) -> Said:
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as changed, redirect_stdout(out), redirect_stderr(err):
            changed.setenv("VIDEOGEN_DATA_DIR", str(folder))
            changed.setenv("VIDEOGEN_LANGUAGE", "en")
            exit_code = main(words)
        return Said(exit_code=exit_code, stdout=out.getvalue(), stderr=err.getvalue())


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, sandbox: SandboxProcess) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    furnish(folder / "held")
    shutil.copytree(folder / "held", folder / "alone")
    with serving(folder / "held", has_sign_in=False) as served:
        for backend in sandbox.backends():
            served.application.worker.attach(backend)
        key = new_token()
        served.application.people.local_key = key
        leave_key(folder / "held", served.url, key)
        yield Desk(alone=folder / "alone", held=folder / "held", served=served)


@pytest.fixture(scope="module")
def a_run(desk: Desk) -> str:
    listed = desk.say(desk.alone, "runs", "list", "--limit", "1", "--json").answer
    run_id: str = listed["runs"][0]["run_id"]
    return run_id


@pytest.mark.parametrize("words", SAME, ids=" ".join)
def test_an_answer_is_the_same_either_way(desk: Desk, a_run: str, words: tuple[str, ...]) -> None:
    asked = [a_run if word == RUN else word for word in words]

    through_app = desk.say(desk.held, *asked)

    assert through_app == desk.say(desk.alone, *asked)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_an_export_is_the_same_file_either_way(desk: Desk, tmp_path: Path, form: str) -> None:
    files = {name: tmp_path / f"{name}.{form}" for name in ("held", "alone")}

    said = {
        name: desk.say(
            getattr(desk, name),
            "ratings",
            "export",
            "--campaign",
            "c1",
            "--out",
            str(file),
            "--json",
        )
        for name, file in files.items()
    }

    assert said["held"].answer["n_ratings"] == said["alone"].answer["n_ratings"] > 0
    assert files["held"].read_bytes() == files["alone"].read_bytes()


def test_a_report_comes_under_the_same_name_and_whole(desk: Desk, tmp_path: Path) -> None:
    words = ("report", "--campaign", "c1", "--format", "md", "--json", "--out")

    through_app = desk.say(desk.held, *words, str(tmp_path))

    assert through_app.exit_code == 0, through_app.stderr
    names = [Path(file).name for file in through_app.answer["files"]]
    here = desk.say(desk.alone, *words, str(tmp_path / "here"))
    assert [Path(file).name.partition("T")[0] for file in here.answer["files"]] == [
        name.partition("T")[0] for name in names
    ]
    assert (tmp_path / names[0]).stat().st_size > 1000


def test_a_clip_is_made_by_the_app_and_fetched(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"

    said = desk.say(
        desk.held, "generate", "--condition", "animatediff", "--prompt", "a kite", "--seed", "7",
        "--out", str(out), "--json",
    )  # fmt: skip

    assert said.exit_code == 0, said.stderr
    assert (said.answer["status"], said.answer["seed"]) == ("succeeded", 7)
    assert said.answer["phases"]
    assert out.stat().st_size > 1000


def test_a_paid_run_that_waits_for_a_stop_to_end_says_so(desk: Desk) -> None:
    desk.say(desk.held, "money", "stop", "--why", "odd bill")
    key = found_key(desk.held)
    assert key is not None
    with Client(key.url, key.token) as client:
        paid, local, played = (
            why_it_waits(client, name, origin)
            for name, origin in (
                ("veo-3.1-lite", "live"), ("animatediff", "live"), ("veo-3.1-lite", "sandbox"),
            )
        )  # fmt: skip
    desk.say(desk.held, "money", "resume", "--why", "fine")

    assert paid is not None
    assert "odd bill" in paid
    assert (local, played) == (None, None)


@pytest.mark.parametrize("usd", ["NaN", "inf", "5 USD"])
def test_a_cap_that_is_no_number_is_refused_either_way(desk: Desk, usd: str) -> None:
    words = ("money", "cap", "--month", f"--usd={usd}", "--why", "x")

    said = [desk.say(folder, *words) for folder in (desk.alone, desk.held)]

    assert [one.exit_code for one in said] == [2, 2]
    assert usd in said[1].stderr


def test_what_no_app_can_be_asked_ends_with_4(desk: Desk) -> None:
    said = desk.say(desk.held, "decisions", "list", "--campaign", "c1", "--json")

    assert said.exit_code == 4
    assert said.answer["error"]["code"] == "held"


def test_a_campaign_is_planned_started_and_cancelled_through_the_app(desk: Desk) -> None:
    plan = ("--name", "Kites", "--candidates", "animatediff", "--prompts", "2", "--json")

    foreseen = desk.say(desk.held, "campaigns", "create", *plan, "--dry-run").answer
    made = desk.say(desk.held, "campaigns", "create", *plan).answer["campaign"]
    started = desk.say(desk.held, "campaigns", "start", made["campaign_id"], "--wait", "--json")
    cancelled = desk.say(desk.held, "campaigns", "cancel", made["campaign_id"], "--json")

    assert foreseen["forecast"]["n_runs"] == 2
    assert started.answer["n_queued"] == 2
    assert started.answer["conditions"]["animatediff"]["succeeded"] == 2
    assert cancelled.answer == {"runs": []}


def test_a_token_that_is_made_here_opens_the_app(desk: Desk) -> None:
    made = desk.say(
        desk.held, "tokens", "create", "--label", "x", "--scopes", "see_results", "--json"
    ).answer["token"]

    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("VIDEOGEN_API_URL", desk.served.url)
        changed.setenv("VIDEOGEN_API_TOKEN", made["token"])
        seen = desk.say(desk.alone, "campaigns", "list", "--json")
        refused = desk.say(desk.alone, "runs", "list", "--json")

    assert seen.exit_code == 0
    assert refused.answer["error"]["code"] == "not_allowed"


def test_a_file_that_a_clip_is_made_from_travels_with_the_wish(desk: Desk, tmp_path: Path) -> None:
    picture = draw_clip(tmp_path / "no-picture.mp4", size=(64, 64), fps=8, n_frames=4)

    said = desk.say(
        desk.held, "generate", "--condition", "wan-i2v-14b", "--prompt", "a kite",
        "--input", f"image={picture}", "--out", str(tmp_path / "clip.mp4"), "--json",
    )  # fmt: skip

    assert said.exit_code == 2
    assert said.answer["error"]["code"] == "invalid_input"
    assert said.answer["error"]["field"] == "image"


def test_the_example_of_the_documentation_makes_a_clip(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs" / "client.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    key = found_key(desk.held)
    assert key is not None
    monkeypatch.setenv("VIDEOGEN_API_URL", key.url)
    monkeypatch.setenv("VIDEOGEN_API_TOKEN", key.token)
    monkeypatch.chdir(tmp_path)

    out = io.StringIO()
    with redirect_stdout(out):
        exec(compile(example, "docs/client.md", "exec"), {})

    assert "run.succeeded" in out.getvalue()
    assert (tmp_path / "boat.mp4").stat().st_size > 1000
