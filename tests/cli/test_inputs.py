"""Files for a condition's slots, from a terminal."""

from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from tests.cli.conftest import Command
from tests.clips.given_files import picture, voice, written
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.cli.input_options import inputs_of_campaign, inputs_of_run
from videogen.errors import InvalidInputError
from videogen.settings import Settings
from videogen.texts import error_hint, error_message


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    application = Application.build(Settings(data_dir=tmp_path_factory.mktemp("d"), comfy_urls=()))
    yield application
    application.close()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    return {
        "cat": written(tmp_path, picture(), "cat.png"),
        "dog": written(tmp_path, picture("L"), "dog.png"),
        "voice": written(tmp_path, voice(), "voice.wav"),
    }


def test_generate_makes_a_clip_from_an_image_and_runs_show_names_it(
    command: Command, sandbox: SandboxProcess, tmp_path: Path, files: dict[str, Path]
) -> None:
    out = tmp_path / "cat.mp4"

    said = command(
        *("generate", "--condition", "wan-i2v-14b", "--input", f"image={files['cat']}"),
        *("--comfy-url", sandbox.comfy_url, "--prompt", "it runs", "--out", str(out), "--json"),
    )
    shown = command("runs", "show", said.answer["run_id"], "--json")

    assert said.exit_code == 0, said.stderr
    with av.open(str(out)) as container:
        assert next(container.decode(video=0)).width > 0
    assert shown.answer["inputs"]["image"]["name"] == "cat.png"
    assert shown.answer["run"]["inputs"]["image"] == shown.answer["inputs"]["image"]["input_id"]


def test_a_run_without_its_file_is_bad_input(command: Command, tmp_path: Path) -> None:
    said = command(
        *("generate", "--condition", "wan-i2v-14b", "--prompt", "it runs"),
        *("--out", str(tmp_path / "out.mp4"), "--json"),
    )

    assert said.exit_code == 2
    assert said.answer["error"]["field"] == "image"
    assert "wan-i2v-14b" in said.answer["error"]["message"]


@pytest.mark.parametrize(
    ("given", "problem", "field"),
    [
        (["image"], "input_option", "input"),
        (["image="], "input_option", "input"),
        (["=cat.png"], "input_option", "input"),
        (["image@=cat.png"], "input_option", "input"),
        (["image@p1={cat}"], "input_option", "input"),
        (["image=no-such.png"], "input_not_found", "image"),
        (["image={voice}"], "input_not_image", "image"),
        (["image={cat}", "voice={voice}"], "input_unknown", "voice"),
        (["image={cat}", "image={dog}"], "input_twice", "image"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    opened: Application, files: dict[str, Path], given: list[str], problem: str, field: str
) -> None:
    condition = opened.condition("wan-i2v-14b")
    assert condition is not None

    with pytest.raises(InvalidInputError) as refused:
        inputs_of_run(opened, condition, [one.format(**files) for one in given], who="Nok")

    assert (refused.value.problem, refused.value.field) == (problem, field)
    for language in ("en", "th"):
        assert error_message(refused.value, language)
        assert error_hint(refused.value, language)


def test_a_campaign_takes_one_file_for_all_and_another_for_one_prompt(
    opened: Application, files: dict[str, Path]
) -> None:
    conditions = [one for one in opened.conditions if one.name in ("wan-i2v-14b", "wan-1.3b")]
    texts = [f"image={files['cat']}", f"image@p2={files['dog']}"]

    found = inputs_of_campaign(opened, conditions, texts, who="Nok")

    names = {
        prompt_id: store.get_input(opened.database, input_id).name
        for prompt_id, input_id in found["image"].items()
    }
    assert names == {"*": "cat.png", "p2": "dog.png"}
