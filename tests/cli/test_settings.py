"""What `generate --set` makes of a condition."""

from collections.abc import Sequence
from pathlib import Path

import av
import pytest

from tests.cli.conftest import Command
from tests.clips.given_files import picture, written
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.catalogue import default_conditions, load_manifests
from videogen.cli.setting_options import set_values
from videogen.domain.condition import Condition
from videogen.errors import InvalidInputError
from videogen.runs.changed_condition import changed_condition
from videogen.texts import error_hint, error_message

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = load_manifests(ROOT / "workflows")
CONDITIONS = {c.name: c for c in default_conditions(ROOT / "data", MANIFESTS)}


def _changed(name: str, texts: Sequence[str]) -> Condition:
    return changed_condition(
        CONDITIONS[name], set_values(texts), MANIFESTS, prompt_text="a kite", seed=1
    )


def test_what_is_set_makes_another_condition_of_the_same_name() -> None:
    found = _changed("wan-1.3b", ["width_px=128", "n_frames=9", "steps=2", "cfg=1.5"])

    assert (found.width_px, found.height_px, found.n_frames) == (128, 480, 9)
    assert found.settings == {"steps": 2, "cfg": 1.5}
    assert found.name == "wan-1.3b"
    assert found.condition_id != CONDITIONS["wan-1.3b"].condition_id


def test_nothing_set_is_the_condition_itself() -> None:
    assert _changed("wan-1.3b", []) is CONDITIONS["wan-1.3b"]


def test_a_negative_prompt_stays_the_text_that_was_written() -> None:
    assert _changed("wan-1.3b", ["negative_prompt=42"]).settings == {"negative_prompt": "42"}


@pytest.mark.parametrize(
    "name", ["animatediff", "animatediff-long", "wan-i2v-14b", "wan-phantom-1.3b"]
)
def test_a_clip_of_64_pixels_is_not_refused(name: str) -> None:
    found = _changed(name, ["width_px=64", "height_px=64", "n_frames=9", "steps=1"])

    assert (found.width_px, found.height_px, found.n_frames) == (64, 64, 9)


@pytest.mark.parametrize(
    ("name", "texts", "problem", "field"),
    [
        ("wan-1.3b", ["steps"], "set_option", "set"),
        ("wan-1.3b", ["=2"], "set_option", "set"),
        ("wan-1.3b", ["steps="], "set_option", "set"),
        ("wan-1.3b", ["steps=2", "steps=3"], "set_twice", "steps"),
        ("wan-1.3b", ["width_px=wide"], "not_a_number", "width_px"),
        ("wan-1.3b", ["fps=nan"], "not_above_zero", "fps"),
        ("wan-1.3b", ["n_frames=-5"], "not_above_zero", "n_frames"),
        ("wan-1.3b", ["width_px=100"], "not_multiple", "width_px"),
        ("wan-1.3b", ["steps=many"], "not_a_number", "steps"),
        ("wan-1.3b", ["steps=1e400"], "out_of_range", "steps"),
        ("wan-1.3b", ["blocks_to_swap=3"], "setting_unknown", "blocks_to_swap"),
        ("wan-1.3b", ["seed=3"], "setting_unknown", "seed"),
        ("veo-3.1", ["duration_s=4"], "set_without_workflow", "set"),
        ("hybrid", ["n_frames=9"], "set_without_workflow", "set"),
    ],
)
def test_what_cannot_be_set_is_named(name: str, texts: list[str], problem: str, field: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        _changed(name, texts)

    assert (caught.value.problem, caught.value.field) == (problem, field)
    for language in ("en", "th"):
        assert "{" not in error_message(caught.value, language) + error_hint(caught.value, language)


def test_a_small_clip_comes_out_small(
    command: Command, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    image = written(tmp_path, picture(), "cat.png")
    out = tmp_path / "small.mp4"

    said = command(
        *("generate", "--condition", "wan-i2v-14b", "--input", f"image={image}"),
        *("--set", "width_px=128", "--set", "height_px=96", "--set", "n_frames=9"),
        *("--set", "steps=2", "--set", "quantization=disabled", "--set", "base_precision=fp32"),
        *("--comfy-url", sandbox.comfy_url, "--prompt", "it runs", "--out", str(out), "--json"),
    )

    assert said.exit_code == 0, said.stderr + said.stdout
    with av.open(str(out)) as container:
        frames = list(container.decode(video=0))
    assert (frames[0].width, frames[0].height, len(frames)) == (128, 96, 9)
