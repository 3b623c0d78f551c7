import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from videogen.catalogue import (
    Manifest,
    default_conditions,
    load_manifests,
    load_parts,
    model_file_name,
)
from videogen.domain.condition import BackendKind, Condition, Purpose
from videogen.domain.generation import Workflow
from videogen.errors import InvalidInputError

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = load_manifests(ROOT / "workflows")
CONDITIONS = {c.name: c for c in default_conditions(ROOT / "data", MANIFESTS)}
PARTS = load_parts(ROOT / "workflows/parts")
MODEL_SUFFIXES = (".safetensors", ".ckpt")
WAN = CONDITIONS["wan-1.3b"]
GOOGLE = (BackendKind.VERTEX, BackendKind.INTERACTIONS)


def _fill(condition: Condition, *, seed: int = 1, text: str = "a kite") -> Workflow:
    manifest = MANIFESTS[condition.workflow or ""]
    return manifest.fill(condition, prompt_text=text, negative_prompt=None, seed=seed)


def _refused(condition: Condition, *, seed: int = 1) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        _fill(condition, seed=seed)
    return caught.value


def test_every_slot_lands_at_its_node() -> None:
    condition = replace(WAN, settings={"steps": 12, "cfg": 5})

    workflow = MANIFESTS["wan-1.3b"].fill(
        condition, prompt_text=" a kite ", negative_prompt="blur", seed=99
    )

    graph = workflow.graph
    assert graph["16"]["inputs"]["positive_prompt"] == "a kite"
    assert graph["16"]["inputs"]["negative_prompt"] == "blur"
    assert graph["27"]["inputs"] | {"seed": 99, "steps": 12, "cfg": 5.0} == graph["27"]["inputs"]
    size = {"width": 832, "height": 480, "num_frames": 81}
    assert graph["37"]["inputs"] == size
    assert (workflow.save_node, workflow.sampler_node) == ("30", "27")


def test_filling_leaves_the_catalogues_graph_as_it_was() -> None:
    before = json.dumps(MANIFESTS["wan-1.3b"].graph)

    _fill(WAN, text="something else")

    assert json.dumps(MANIFESTS["wan-1.3b"].graph) == before


def test_without_a_negative_prompt_the_workflows_own_stays() -> None:
    graph = _fill(WAN).graph

    assert graph["16"]["inputs"]["negative_prompt"].startswith("overexposed")


def test_a_width_off_the_raster_is_refused_with_its_neighbours() -> None:
    error = _refused(replace(WAN, width_px=833))

    assert (error.problem, error.field, error.value) == ("not_multiple", "width_px", 833)
    assert error.facts["nearest"] == "832 / 848"
    assert error.facts["step"] == 16


def test_frames_that_are_not_4n_plus_1_are_refused_with_their_neighbours() -> None:
    error = _refused(replace(WAN, n_frames=80))

    assert (error.problem, error.field) == ("not_multiple", "n_frames")
    assert error.facts["nearest"] == "77 / 81"


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_outside_32_bits_is_refused(seed: int) -> None:
    error = _refused(WAN, seed=seed)

    assert (error.problem, error.field, error.value) == ("out_of_range", "seed", seed)


@pytest.mark.parametrize(
    ("changes", "problem", "field"),
    [
        ({"height_px": 16}, "out_of_range", "height_px"),
        ({"n_frames": 100_001}, "out_of_range", "n_frames"),
        ({"fps": 1000.0}, "out_of_range", "fps"),
        ({"width_px": None}, "not_a_number", "width_px"),
        ({"settings": {"steps": 0}}, "out_of_range", "steps"),
        ({"settings": {"steps": "many"}}, "not_a_number", "steps"),
        ({"settings": {"steps": True}}, "not_a_number", "steps"),
        ({"settings": {"stepz": 20}}, "setting_unknown", "stepz"),
        ({"settings": {"seed": 5}}, "setting_unknown", "seed"),
        ({"settings": {"cfg": float("nan")}}, "out_of_range", "cfg"),
    ],
)
def test_a_value_that_the_workflow_cannot_take_is_named(
    changes: dict[str, Any], problem: str, field: str
) -> None:
    error = _refused(replace(WAN, **changes))

    assert (error.problem, error.field) == (problem, field)


def test_an_empty_prompt_is_refused() -> None:
    with pytest.raises(InvalidInputError) as caught:
        _fill(WAN, text="  ")

    assert caught.value.problem == "prompt_empty"


@pytest.mark.parametrize("name", sorted(MANIFESTS))
def test_each_workflow_takes_its_own_defaults(name: str) -> None:
    condition = MANIFESTS[name].default_condition()

    workflow = _fill(condition)

    assert workflow.sha256
    assert workflow.graph[workflow.save_node]["class_type"] in ("SaveVideo", "VHS_VideoCombine")


@pytest.mark.parametrize("name", sorted(MANIFESTS))
def test_each_workflow_says_where_its_parts_come_from(name: str) -> None:
    manifest: Manifest = MANIFESTS[name]
    used = {str(value) for node in manifest.graph.values() for value in node["inputs"].values()}

    assert set(manifest.packs) == {node["class_type"] for node in manifest.graph.values()}
    assert all(pack.how and pack.version for pack in manifest.packs.values())
    assert {part.file for part in manifest.parts} == {
        model_file_name(value) for value in used if value.endswith(MODEL_SUFFIXES)
    }
    assert set(manifest.status) <= set(manifest.slots)


def test_the_server_check_differs_by_seed_in_its_picture() -> None:
    condition = MANIFESTS["server_check"].default_condition()

    colours = {_fill(condition, seed=seed).graph["1"]["inputs"]["color"] for seed in range(200)}

    assert len(colours) == 200
    assert all(0 <= colour < 2**24 for colour in colours)


def test_the_same_values_make_the_same_digest_and_another_seed_another() -> None:
    assert _fill(WAN, seed=1).sha256 == _fill(WAN, seed=1).sha256
    assert _fill(WAN, seed=1).sha256 != _fill(WAN, seed=2).sha256


def test_the_cloud_conditions_are_eight_seconds_at_720p() -> None:
    google = [c for c in CONDITIONS.values() if c.backend in GOOGLE]

    from_text = ["veo-2", "veo-3.1", "veo-3.1-fast", "veo-3.1-lite", "gemini-omni"]
    from_image = [f"{name}-i2v" for name in from_text[1:]]
    assert [c.name for c in google] == from_text + from_image
    assert {(c.width_px, c.height_px, c.clip_duration_s) for c in google} == {(1280, 720, 8.0)}
    assert [c.name for c in google if not c.has_audio] == ["veo-2"]


def test_a_cloud_condition_says_itself_which_files_it_takes() -> None:
    veo, omni = CONDITIONS["veo-3.1-fast-i2v"], CONDITIONS["gemini-omni-i2v"]

    assert (veo.purpose, omni.purpose) == (Purpose.I2V, Purpose.I2V)
    assert veo.takes({"image"})
    assert veo.takes({"image", "last_frame"})
    assert not veo.takes({"last_frame"})
    assert not omni.takes({"image", "last_frame"})
    assert veo.inputs[0].max_bytes == 20_000_000


def test_the_names_that_others_rely_on_are_there() -> None:
    from_text = [
        name
        for name, condition in CONDITIONS.items()
        if not condition.inputs and condition.backend is not BackendKind.REPLICATE
    ]

    assert from_text == [
        "animatediff",
        "animatediff-long",
        "wan-1.3b",
        "wan-14b",
        "wan-14b-distill",
        "wan-14b-720p",
        "wan-1.3b-native",
        "wan-14b-native",
        "veo-2",
        "veo-3.1",
        "veo-3.1-fast",
        "veo-3.1-lite",
        "gemini-omni",
        "hybrid",
    ]


def test_the_hybrid_has_no_size_of_its_own_and_other_rules_make_another_condition() -> None:
    hybrid = CONDITIONS["hybrid"]

    newer = replace(hybrid, settings={**hybrid.settings, "rules_version": "2"})

    assert (hybrid.backend, hybrid.width_px, hybrid.n_frames) == (BackendKind.ROUTED, None, None)
    assert newer.condition_id != hybrid.condition_id
    assert all(CONDITIONS[name] for name in hybrid.settings["members"])


def test_a_condition_without_a_size_is_refused_unless_it_is_routed(tmp_path: Path) -> None:
    row = '[[condition]]\nname = "x"\nbackend = "comfy"\nmodel = "m"\nwidth_px = 512\n'
    (tmp_path / "conditions.toml").write_text(row)

    with pytest.raises(InvalidInputError) as caught:
        default_conditions(tmp_path, MANIFESTS)

    assert "height_px" in str(caught.value.facts["detail"])


@pytest.mark.parametrize(
    ("text", "problem", "field"),
    [
        ("title = ", "file_unreadable", "path"),
        ('title = "x"\ngraph = "own.json"', "file_content", "source"),
        ('graph = "own.json"', "file_content", "title"),
        ('title = "x"', "file_missing", "workflow"),
    ],
)
def test_a_manifest_that_does_not_read_is_refused(
    tmp_path: Path, text: str, problem: str, field: str
) -> None:
    (tmp_path / "mine.toml").write_text(text)
    (tmp_path / "own.json").write_text(json.dumps(MANIFESTS["server_check"].graph))

    with pytest.raises(InvalidInputError) as caught:
        load_manifests(tmp_path, PARTS)

    assert (caught.value.problem, caught.value.field) == (problem, field)
    assert str(caught.value.value).startswith("mine.")


def test_no_conditions_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError) as caught:
        default_conditions(tmp_path, MANIFESTS)

    assert caught.value.problem == "file_missing"
