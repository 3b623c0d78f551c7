"""Each graph against what a real ComfyUI said of its nodes (the sandbox's copy of object_info)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from videogen.catalogue import Manifest, default_conditions, load_manifests

ROOT = Path(__file__).resolve().parents[2]
# Recorded from ComfyUI 0.25.0 with the three packs; file lists hold what lay in its folders.
NODES: dict[str, Any] = json.loads((ROOT / "videogen/sandbox/object_info.json").read_text())
MANIFESTS = load_manifests(ROOT / "workflows")
CONDITIONS = {c.name: c for c in default_conditions(ROOT / "data", MANIFESTS)}
MODEL_SUFFIXES = (".safetensors", ".ckpt")
# VHS reads these from its format's own description, which object_info keeps elsewhere.
FORMAT_INPUTS = {"pix_fmt", "crf", "save_metadata", "trim_to_audio"}
# (workflow, its twin): what must be equal for the two to be compared.
TWINS = [("wan-1.3b", "wan-1.3b-native"), ("wan-14b", "wan-14b-native")]


def _specs(class_type: str, *kinds: str) -> dict[str, list[Any]]:
    inputs = NODES[class_type]["input"]
    return {name: spec for kind in kinds for name, spec in inputs.get(kind, {}).items()}


def _choices(spec: list[Any]) -> list[Any] | None:
    """Both shapes of a combo: [[...], {...}] and ["COMBO", {"options": [...]}]."""
    if isinstance(spec[0], list):
        return spec[0]
    return list(spec[1]["options"]) if spec[0] == "COMBO" else None


def _is_link(value: object) -> bool:
    return isinstance(value, list)


def _inputs(manifest: Manifest) -> Iterator[tuple[str, str, Any, list[Any]]]:
    for node_id, node in manifest.graph.items():
        specs = _specs(node["class_type"], "required", "optional")
        for name, value in node["inputs"].items():
            if name in specs:
                yield node_id, name, value, specs[name]


@pytest.fixture(params=sorted(MANIFESTS))
def manifest(request: pytest.FixtureRequest) -> Manifest:
    return MANIFESTS[request.param]


def test_every_class_is_known_and_has_what_it_requires(manifest: Manifest) -> None:
    for node_id, node in manifest.graph.items():
        required = set(_specs(node["class_type"], "required"))

        assert required <= set(node["inputs"]), node_id


def test_no_input_is_misspelt(manifest: Manifest) -> None:
    for node_id, node in manifest.graph.items():
        known = set(_specs(node["class_type"], "required", "optional"))
        extra = FORMAT_INPUTS if node["class_type"] == "VHS_VideoCombine" else set()

        assert set(node["inputs"]) <= known | extra, node_id


def test_every_choice_is_one_that_the_node_offers(manifest: Manifest) -> None:
    uploads = {(placed.node, placed.input) for placed in manifest.placed_inputs.values()}
    for node_id, name, value, spec in _inputs(manifest):
        choices = None if (node_id, name) in uploads else _choices(spec)
        if choices is None or (isinstance(value, str) and value.endswith(MODEL_SUFFIXES)):
            continue

        assert value in choices, (node_id, name)


def test_every_number_is_within_the_nodes_limits(manifest: Manifest) -> None:
    for node_id, name, value, spec in _inputs(manifest):
        if spec[0] in ("INT", "FLOAT") and not _is_link(value):
            assert spec[1].get("min", value) <= value <= spec[1].get("max", value), (node_id, name)


def test_every_link_ends_at_an_output_of_its_type(manifest: Manifest) -> None:
    for node_id, name, value, spec in _inputs(manifest):
        if _is_link(value):
            source = NODES[manifest.graph[value[0]]["class_type"]]

            assert source["output"][value[1]] == spec[0], (node_id, name)


def test_every_node_leads_to_the_saved_clip(manifest: Manifest) -> None:
    waiting, used = [manifest.save_node], set()
    while waiting:
        node_id = waiting.pop()
        used.add(node_id)
        inputs: Mapping[str, Any] = manifest.graph[node_id]["inputs"]
        waiting += [value[0] for value in inputs.values() if _is_link(value)]

    assert used == set(manifest.graph)


def test_what_a_manifest_calls_default_is_what_its_graph_or_its_settings_say(
    manifest: Manifest,
) -> None:
    filled = manifest.fill(
        manifest.default_condition(), prompt_text="a kite", negative_prompt=None, seed=1
    )

    for name, value in manifest.defaults.items():
        slot = manifest.slots[name]
        assert filled.graph[slot.node]["inputs"][slot.input] == value, name


@pytest.mark.parametrize("name", sorted(set(MANIFESTS) - {"server_check"}))
def test_the_default_condition_of_a_workflow_is_what_its_manifest_makes(name: str) -> None:
    condition, own = CONDITIONS[name], MANIFESTS[name].default_condition()

    assert (condition.workflow, condition.model) == (name, own.model)
    assert (condition.width_px, condition.height_px) == (own.width_px, own.height_px)
    assert (condition.n_frames, condition.fps) == (own.n_frames, own.fps)
    assert _filled(condition.name).graph == _filled(condition.name, own.settings).graph


def _filled(name: str, settings: Mapping[str, Any] | None = None) -> Any:
    manifest = MANIFESTS[name]
    condition = CONDITIONS[name] if settings is None else manifest.default_condition()
    return manifest.fill(condition, prompt_text="a kite", negative_prompt="blur", seed=7)


@pytest.mark.parametrize(("name", "twin"), TWINS)
def test_a_native_twin_makes_the_same_clip_in_the_same_steps(name: str, twin: str) -> None:
    ours, theirs = CONDITIONS[name], CONDITIONS[twin]
    shared = ["prompt", "negative_prompt", "seed", "steps", "cfg", "shift", "fps", "n_frames"]

    assert (ours.width_px, ours.height_px) == (theirs.width_px, theirs.height_px)
    assert _values(name, shared) == _values(twin, shared)


def _values(name: str, slots: list[str]) -> dict[str, Any]:
    graph, known = _filled(name).graph, MANIFESTS[name].slots
    return {slot: graph[known[slot].node]["inputs"][known[slot].input] for slot in slots}


def test_the_distill_lora_is_set_not_merged_as_its_node_demands() -> None:
    graph = MANIFESTS["wan-14b-distill"].graph

    assert graph["60"]["inputs"]["merge_loras"] is False
    assert graph["60"]["inputs"]["lora_0"].startswith("lightx2v_T2V_14B")
    assert (graph["61"]["inputs"]["lora"], graph["27"]["inputs"]["steps"]) == (["60", 0], 6)


def test_the_long_animatediff_clip_lasts_five_seconds_in_windows_of_sixteen() -> None:
    long = CONDITIONS["animatediff-long"]

    assert long.clip_duration_s == 5.0
    assert long.settings == {"context_length": 16, "context_overlap": 4}


def test_a_workflow_that_borrows_a_graph_keeps_its_own_values_without_being_told() -> None:
    bare = replace(CONDITIONS["wan-14b-720p"], settings={})

    filled = MANIFESTS["wan-14b-720p"].fill(
        bare, prompt_text="a kite", negative_prompt=None, seed=1
    )

    assert filled.graph["39"]["inputs"]["blocks_to_swap"] == 40
