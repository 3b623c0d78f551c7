"""Every refusal of a graph or a value can be said in both languages with its own facts."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from videogen.catalogue import default_conditions, load_manifests, workflow_from_file
from videogen.errors import InvalidInputError, VideogenError
from videogen.texts.errors import error_hint, error_message

ROOT = Path(__file__).resolve().parents[2]


def _errors(folder: Path) -> list[VideogenError]:
    manifests = load_manifests(ROOT / "workflows")
    manifest = manifests["wan-1.3b"]
    wan = next(c for c in default_conditions(ROOT / "data", manifests) if c.name == "wan-1.3b")
    found: list[VideogenError] = []
    for condition in (
        replace(wan, width_px=833),
        replace(wan, n_frames=1),
        replace(wan, settings={"stepz": 1}),
        replace(wan, settings={"steps": "x"}),
    ):
        with pytest.raises(InvalidInputError) as caught:
            manifest.fill(condition, prompt_text="x", negative_prompt=None, seed=1)
        found.append(caught.value)
    ui_format = '{"nodes": [], "links": []}'
    saves_nothing = json.dumps({"1": {"class_type": "A", "inputs": {}}})
    contents = ("", "x", "[]", ui_format, '{"1": {}}', saves_nothing, " " * 5_000_001)
    return [*found, *(_refused(folder, content) for content in contents)]


def _refused(folder: Path, content: str) -> VideogenError:
    path = folder / "mine.json"
    path.write_text(content)
    with pytest.raises(InvalidInputError) as caught:
        workflow_from_file(path, prompt_text="x", seed=1)
    return caught.value


@pytest.mark.parametrize("language", ["en", "th"])
def test_each_refusal_has_a_message_and_a_next_step(tmp_path: Path, language: str) -> None:
    for error in _errors(tmp_path):
        message, hint = error_message(error, language), error_hint(error, language)

        assert message != hint
        assert "{" not in message + hint
        assert message != error_message(VideogenError(), language)
