"""What a manifest that does not fit its graph is told, and what one may leave to another."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from videogen.catalogue import (
    Parts,
    load_manifests,
    load_parts,
    manifest_from,
    read_workflows,
    refuse_name_twins,
)
from videogen.domain.condition import Purpose
from videogen.errors import InvalidInputError
from videogen.texts import t

ROOT = Path(__file__).resolve().parents[2]
PARTS = load_parts(ROOT / "workflows/parts")
CHECK = read_workflows(ROOT / "workflows")["server_check"]
NO_PARTS = Parts(packs={}, models={})
# Two pictures, the second optional with a branch of its own.
GRAPH: dict[str, Any] = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "a.png"}},
    "2": {"class_type": "LoadImage", "inputs": {"image": "b.png"}},
    "3": {"class_type": "ImageBatch", "inputs": {"image1": ["1", 0], "image2": ["2", 0]}},
    "4": {"class_type": "CreateVideo", "inputs": {"images": ["3", 0], "fps": 8.0}},
    "5": {
        "class_type": "SaveVideo",
        "inputs": {"video": ["4", 0], "filename_prefix": "x", "format": "mp4"},
    },
}
MANIFEST: dict[str, Any] = {
    "title": "two pictures",
    "source": "ours",
    "licence": "CC0-1.0",
    "model": "none",
    "save_node": "5",
    "sampler_node": "3",
    "stall_s": 60,
    "deadline_s": 300,
    "needs_prompt": False,
    "purpose": "character",
    "slots": {"seed": {"node": "5", "input": "filename_prefix", "type": "text"}},
    "limits": {},
    "defaults": {},
    "inputs": {
        "subject_1": {"node": "1", "input": "image", "kind": "image"},
        "subject_2": {
            "node": "2",
            "input": "image",
            "kind": "image",
            "required": False,
            "branch": ["2"],
        },
    },
}


def _manifest(path: str = "", value: Any = None) -> dict[str, Any]:
    """The manifest with one value set at a dotted path, or taken out with None."""
    raw = copy.deepcopy(MANIFEST)
    table = raw
    *parents, last = path.split(".")
    for name in parents:
        table = table.setdefault(name, {})
    if value is None:
        table.pop(last, None)
    else:
        table[last] = value
    return raw


@pytest.mark.parametrize(
    ("path", "value", "problem", "facts"),
    [
        ("save_node", "9", "manifest_node_missing", {"place": "save_node", "node": "9"}),
        (
            "slots.fps",
            {"node": "7", "input": "fps", "type": "float"},
            "manifest_node_missing",
            {"place": "[slots] fps", "node": "7", "known": "1, 2, 3, 4, 5"},
        ),
        (
            "slots.fps",
            {"node": "4", "input": "rate", "type": "float"},
            "manifest_place_missing",
            {"node": "4 (CreateVideo)", "input": "rate", "known": "images, fps"},
        ),
        (
            "slots.fps",
            {"node": "4", "input": "images", "type": "float"},
            "manifest_place_linked",
            {"source": "3"},
        ),
        (
            "slots.title",
            {"node": "5", "input": "filename_prefix", "type": "text"},
            "manifest_place_twice",
            {"place": "[slots] title", "other": "[slots] seed"},
        ),
        (
            "inputs.subject_1",
            {"node": "8", "input": "image", "kind": "image"},
            "manifest_node_missing",
            {"place": "[inputs.subject_1]", "node": "8"},
        ),
        (
            "inputs.subject_2.branch",
            ["2", "6"],
            "manifest_node_missing",
            {"place": "[inputs.subject_2] branch", "node": "6"},
        ),
        ("inputs.subject_2.branch", [], "manifest_branch_lacks", {"node": "2"}),
        ("inputs.subject_2.branch", ["2", "5"], "manifest_branch_vital", {"node": "5"}),
        ("slots.seed", None, "manifest_slot_required", {"slot": "seed"}),
        ("needs_prompt", None, "manifest_slot_required", {"slot": "prompt"}),
        ("limits.fpz", {"min": 1, "max": 2}, "manifest_slot_unknown", {"slot": "fpz"}),
        ("settings.stepz", 3, "manifest_slot_unknown", {"table": "settings"}),
        (
            "slots.fps",
            {"node": "4", "input": "fps", "type": "float"},
            "manifest_default_missing",
            {"slot": "fps"},
        ),
        ("limits.seed", {"min": 2, "max": 1}, "file_content", {}),
        ("inputs.subject_1.kind", "smell", "file_content", {}),
    ],
)
def test_a_manifest_that_does_not_fit_is_told_where_and_how_to_mend_it(
    path: str, value: Any, problem: str, facts: dict[str, str]
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        manifest_from("mine", _manifest(path, value), GRAPH, PARTS)

    error = caught.value
    assert error.problem == problem
    assert str(error.value).startswith("mine")
    assert facts.items() <= error.facts.items()
    named = {"field": error.field, "value": error.value, **error.facts}
    assert all(t(key, "th", **named) for key in (error.message_key, error.hint_key))


def test_a_default_outside_its_own_limits_is_refused() -> None:
    raw = _manifest("slots.fps", {"node": "4", "input": "fps", "type": "float"})
    raw |= {"defaults": {"fps": 90.0}, "limits": {"fps": {"min": 1, "max": 60}}}

    with pytest.raises(InvalidInputError) as caught:
        manifest_from("mine", raw, GRAPH, PARTS)

    assert (caught.value.problem, caught.value.field) == ("out_of_range", "fps")


def test_an_input_that_is_not_given_takes_its_branch_with_it() -> None:
    manifest = manifest_from("mine", MANIFEST, GRAPH, PARTS)
    condition = manifest.default_condition()

    filled = manifest.fill(
        condition, prompt_text="x", negative_prompt=None, seed=1, inputs={"subject_1"}
    )

    assert set(filled.graph) == {"1", "3", "4", "5"}
    assert filled.graph["3"]["inputs"] == {"image1": ["1", 0]}
    assert set(filled.input_places) == {"subject_1"}
    assert condition.purpose is Purpose.CHARACTER
    assert condition.required_inputs == {"subject_1"}
    assert condition.width_px is None  # no slot, no size: the clip itself tells


@pytest.mark.parametrize(
    ("inputs", "problem", "field"),
    [(["subject_2"], "input_missing", "subject_1"), (["voice"], "input_unknown", "voice")],
)
def test_files_that_a_workflow_cannot_do_with_or_without_are_named(
    inputs: list[str], problem: str, field: str
) -> None:
    manifest = manifest_from("mine", MANIFEST, GRAPH, PARTS)

    with pytest.raises(InvalidInputError) as caught:
        manifest.fill(
            manifest.default_condition(),
            prompt_text="x",
            negative_prompt=None,
            seed=1,
            inputs=inputs,
        )

    assert (caught.value.problem, caught.value.field) == (problem, field)


def test_parts_that_no_list_names_are_refused_unless_they_may_be_unknown() -> None:
    with pytest.raises(InvalidInputError) as caught:
        manifest_from("mine", MANIFEST, GRAPH, NO_PARTS)
    allowed = manifest_from("mine", MANIFEST, GRAPH, NO_PARTS, allows_unknown_parts=True)

    assert caught.value.facts["detail"] == "nobody lists CreateVideo"
    assert (allowed.packs, allowed.parts) == ({}, ())


def test_two_names_that_differ_only_in_capitals_are_one_too_many() -> None:
    refuse_name_twins(["wan", "veo"])

    with pytest.raises(InvalidInputError) as caught:
        refuse_name_twins(["wan", "veo", "WAN"])

    assert (caught.value.value, caught.value.facts["other"]) == ("WAN", "wan")


def _written(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.toml").write_text(text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = (ROOT / "workflows/server_check.toml").read_text()
    _written(tmp_path, "base", text + '\n[status]\nfps = "node"\n')
    (tmp_path / "base.json").write_text(json.dumps(CHECK.graph))
    return tmp_path


def test_a_workflow_that_extends_another_says_only_what_differs(folder: Path) -> None:
    own = 'title = "longer"\nsource = "ours"\nextends = "base"\n[defaults]\nn_frames = 32\n'
    added = '[nodes.9]\nclass_type = "PreviewImage"\ninputs = { images = ["1", 0] }\n'
    _written(folder, "longer", own + added + "[nodes.2.inputs]\nfps = 12.0\n")

    found = load_manifests(folder, PARTS)

    base, longer = found["base"], found["longer"]
    assert longer.defaults == {**base.defaults, "n_frames": 32}
    assert (longer.title, longer.slots, longer.status) == ("longer", base.slots, base.status)
    assert longer.graph["9"]["class_type"] == "PreviewImage"
    assert longer.graph["2"]["inputs"] == {**base.graph["2"]["inputs"], "fps": 12.0}
    assert "9" not in base.graph


@pytest.mark.parametrize(
    ("line", "problem", "value"),
    [
        ('extends = "nobody"', "manifest_extends_missing", "mine"),
        ('extends = "mine"', "manifest_extends_circle", "mine"),
        ('extends = "base"\npieces = ["nothing"]', "manifest_piece_missing", "mine"),
        ('extends = "base"\nnodes.1.class_type = "KSampler"', "manifest_node_taken", "mine"),
        ('extends = "base"\nnodes.1.inputs = 3', "file_content", "mine.toml"),
        ('extends = ["base"]', "file_content", "mine.toml"),
    ],
)
def test_a_workflow_that_cannot_be_put_together_says_why(
    folder: Path, line: str, problem: str, value: str
) -> None:
    _written(folder, "mine", f'title = "x"\nsource = "ours"\n{line}\n')

    with pytest.raises(InvalidInputError) as caught:
        load_manifests(folder, PARTS)

    error = caught.value
    assert (error.problem, error.value) == (problem, value)
    named = {"field": error.field, "value": error.value, **error.facts}
    assert t(error.message_key, "en", **named) != t(error.message_key, "th", **named)
