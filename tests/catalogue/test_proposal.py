"""Slots proposed by tracing: the shipped workflows' own manifests say what has to be found."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from videogen.catalogue import Manifest, load_manifests, load_parts, manifest_from
from videogen.catalogue.graph_checks import Graph
from videogen.catalogue.manifest_file import Place
from videogen.catalogue.proposal import Confidence, Proposal
from videogen.catalogue.proposing import propose
from videogen.domain.condition import Purpose
from videogen.errors import InvalidInputError

ROOT = Path(__file__).resolve().parents[2]
# What a real ComfyUI 0.25.0 said of its nodes; the sandbox's copy.
NODES: dict[str, Any] = json.loads((ROOT / "videogen/sandbox/object_info.json").read_text())
PARTS = load_parts(ROOT / "workflows" / "parts")
MANIFESTS = load_manifests(ROOT / "workflows", PARTS)
VIDEO_MANIFESTS = sorted(set(MANIFESTS) - {"server_check"})
TRACED = ("prompt", "negative_prompt", "seed", "width_px", "height_px", "fps", "steps", "cfg")


def _graph(name: str) -> Graph:
    return copy.deepcopy(dict(MANIFESTS[name].graph))


def _at(proposal: Proposal, name: str) -> tuple[str, str] | None:
    slot = proposal.slot(name)
    return None if slot is None else (slot.node, slot.input)


def _notes(proposal: Proposal) -> set[str]:
    return {note.what for note in proposal.notes}


def _judged(proposal: Proposal) -> Manifest:
    """By the same judge that shipped manifests stand before."""
    raw = proposal.manifest("mine")
    return manifest_from("mine", raw, proposal.graph, PARTS, allows_unknown_parts=True)


@pytest.mark.parametrize("name", VIDEO_MANIFESTS)
def test_what_a_shipped_manifest_says_is_found_in_its_graph(name: str) -> None:
    manifest = MANIFESTS[name]

    proposal = propose(_graph(name), NODES)

    wanted = {s: (manifest.slots[s].node, manifest.slots[s].input) for s in TRACED}
    assert {s: _at(proposal, s) for s in TRACED} == wanted
    assert proposal.purpose is manifest.purpose
    assert (proposal.save_node, proposal.sampler_node) == (
        manifest.save_node,
        manifest.sampler_node,
    )
    assert {i.name: (i.node, i.input, i.kind) for i in proposal.inputs if i.is_required} == {
        slot: (placed.node, placed.input, placed.kind)
        for slot, placed in manifest.placed_inputs.items()
    }


@pytest.mark.parametrize("name", VIDEO_MANIFESTS)
def test_a_proposal_passes_the_judge_of_manifests_with_and_without_a_server(name: str) -> None:
    for object_info in (NODES, None):
        manifest = _judged(propose(_graph(name), object_info))

        assert set(manifest.status.values()) == {"unproven"}
        assert "seed" not in manifest.defaults


def test_limits_are_the_servers_within_reason_and_wans_own() -> None:
    manifest = _judged(propose(_graph("wan-14b"), NODES))

    frames, width = manifest.limits["n_frames"], manifest.limits["width_px"]
    assert (frames.min, frames.step) == (1, 4)
    assert (width.min, width.max, width.step) == (64, 2048, 16)
    assert manifest.limits["blocks_to_swap"].max == 40
    assert manifest.limits["seed"].max == 2**32 - 1


def test_a_value_that_the_graph_has_always_fits_its_own_limits() -> None:
    graph = _graph("wan-1.3b")
    place = MANIFESTS["wan-1.3b"].slots
    graph[place["n_frames"].node]["inputs"]["num_frames"] = 80
    graph[place["width_px"].node]["inputs"]["width"] = 4096

    manifest = _judged(propose(graph, NODES))

    assert manifest.limits["n_frames"].step is None
    assert manifest.limits["width_px"].max == 4096


def test_titles_and_ids_of_nodes_mean_nothing() -> None:
    renamed = {f"7:{node_id}": node for node_id, node in _graph("animatediff").items()}
    text = json.dumps(renamed)
    for node_id in _graph("animatediff"):
        text = text.replace(f'["{node_id}", ', f'["7:{node_id}", ')
    graph: Graph = json.loads(text)
    for node in graph.values():
        node["_meta"] = {"title": "negative prompt"}

    proposal = propose(graph, None)

    assert _at(proposal, "prompt") == ("7:2", "text")
    assert _at(proposal, "negative_prompt") == ("7:3", "text")


def test_texts_are_found_behind_reroutes_and_in_value_nodes() -> None:
    graph = _graph("animatediff")
    graph["50"] = {"class_type": "Reroute", "inputs": {"": ["2", 0]}}
    graph["51"] = {"class_type": "PrimitiveStringMultiline", "inputs": {"value": "a kite"}}
    graph["52"] = {"class_type": "INTConstant", "inputs": {"value": 640}}
    graph["53"] = {"class_type": "SeedNode", "inputs": {"seed": 9, "mode": "fixed"}}
    graph["7"]["inputs"] |= {"positive": ["50", 0], "seed": ["53", 0]}
    graph["2"]["inputs"]["text"] = ["51", 0]
    graph["4"]["inputs"]["width"] = ["52", 0]

    proposal = propose(graph, NODES)

    assert _at(proposal, "prompt") == ("51", "value")
    assert _at(proposal, "width_px") == ("52", "value")
    assert _at(proposal, "seed") == ("53", "seed")
    assert _judged(proposal).defaults["width_px"] == 640


def test_a_computed_width_is_left_to_the_graph() -> None:
    graph = _graph("animatediff")
    graph["50"] = {"class_type": "Sum", "inputs": {"a": ["51", 0], "b": ["51", 0]}}
    graph["51"] = {"class_type": "INTConstant", "inputs": {"value": 256}}
    graph["4"]["inputs"]["width"] = ["50", 0]

    proposal = propose(graph, NODES)

    assert proposal.slot("width_px") is None
    assert "open_size" in _notes(proposal)


def test_of_two_samplers_in_a_row_the_one_that_makes_the_noise_takes_the_seed() -> None:
    graph = _graph("wan-1.3b-native")
    sampler = MANIFESTS["wan-1.3b-native"].sampler_node
    first = {name: value for name, value in graph[sampler]["inputs"].items() if name != "seed"}
    graph["80"] = {
        "class_type": "KSamplerAdvanced",
        "inputs": {**first, "noise_seed": 1, "add_noise": "enable", "end_at_step": 10},
    }
    graph[sampler] = {
        "class_type": "KSamplerAdvanced",
        "inputs": {
            **first,
            "noise_seed": 0,
            "add_noise": "disable",
            "start_at_step": 10,
            "latent_image": ["80", 0],
        },
    }

    proposal = propose(graph, NODES)

    assert _at(proposal, "seed") == ("80", "noise_seed")
    assert proposal.sampler_node == sampler
    assert proposal.slot("steps") is None
    assert "two_samplers" in _notes(proposal)


def test_of_two_save_nodes_the_last_is_meant_and_it_is_said() -> None:
    graph = _graph("animatediff")
    graph["99"] = {**graph["9"], "_meta": {"title": "Final"}}

    proposal = propose(graph, NODES)

    (note,) = (note for note in proposal.notes if note.what == "two_save_nodes")
    assert proposal.save_node == "99"
    assert note.facts == {"node": "Final (99)", "others": "VHS_VideoCombine (9)"}


def test_a_graph_that_saves_no_video_is_refused() -> None:
    graph = _graph("animatediff")
    del graph["9"]

    with pytest.raises(InvalidInputError) as caught:
        propose(graph, NODES, file_name="mine.json")

    assert (caught.value.problem, caught.value.value) == ("workflow_saves_nothing", "mine.json")


@pytest.mark.parametrize(
    ("class_type", "still_known"),
    [("ImageScaleBy", {"n_frames", "fps"}), ("RIFE VFI", set[str]()), ("ColorMatch", None)],
)
def test_a_node_after_the_sampler_may_leave_the_clips_size_open(
    class_type: str, still_known: set[str] | None
) -> None:
    graph = _graph("animatediff")
    graph["60"] = {"class_type": class_type, "inputs": {"images": ["8", 0]}}
    graph["9"]["inputs"]["images"] = ["60", 0]

    proposal = propose(graph, NODES)

    sizes = {"width_px", "height_px", "n_frames", "fps"}
    found = {slot.name for slot in proposal.slots} & sizes
    assert found == (sizes if still_known is None else still_known)


def test_a_voice_that_is_only_laid_under_the_clip_is_no_lip_sync() -> None:
    graph = _graph("animatediff")
    graph["60"] = {"class_type": "LoadAudio", "inputs": {"audio": "song.mp3"}}
    graph["9"]["inputs"]["audio"] = ["60", 0]

    proposal = propose(graph, NODES)

    assert (proposal.purpose, proposal.inputs) == (Purpose.T2V, ())


def test_a_size_that_stands_in_several_nodes_changes_in_all_of_them() -> None:
    proposal = propose(_graph("wan-uni3c"), NODES)

    camera = next(one for one in proposal.inputs if one.name == "camera")
    width, frames = proposal.slot("width_px"), proposal.slot("n_frames")
    assert width is not None
    assert frames is not None
    assert Place(node=camera.node, input="custom_width") in width.also
    assert Place(node=camera.node, input="frame_load_cap") in frames.also


def test_a_person_moves_a_slot_drops_one_and_adds_another() -> None:
    proposal = propose(_graph("animatediff"), NODES)

    changed = (
        proposal.with_slot_at("prompt", Place(node="3", input="text"))
        .without_slot("negative_prompt")
        .without_slot("cfg")
        .with_slot_at("cfg", Place(node="7", input="denoise"))
        .with_purpose(Purpose.I2V)
    )

    moved = changed.slot("prompt")
    assert moved is not None
    assert (moved.node, moved.confidence, moved.why) == ("3", Confidence.SURE, "chosen")
    assert moved.value == proposal.graph["3"]["inputs"]["text"]
    assert changed.slot("negative_prompt") is None
    assert _at(changed, "cfg") == ("7", "denoise")
    assert _judged(changed).purpose is Purpose.I2V
    assert Place(node="7", input="seed") in changed.places_for("seed")


def test_an_input_is_optional_only_where_the_graph_can_do_without_its_branch() -> None:
    i2v, phantom = propose(_graph("wan-i2v-14b"), NODES), propose(_graph("wan-phantom-1.3b"), NODES)
    first = phantom.inputs[0].name

    free = i2v.with_required("image", is_required=False)
    kept = phantom.with_required(first, is_required=False)

    assert not free.inputs[0].is_required
    assert free.inputs[0].node in _judged(free).placed_inputs["image"].branch
    assert kept.inputs[0].is_required
    assert propose(_graph("wan-i2v-14b"), None).inputs[0].branch == ()


def test_a_graph_without_text_or_seed_says_so() -> None:
    proposal = propose(_graph("server_check"), NODES)

    assert {"no_prompt", "no_sampler"} <= _notes(proposal)
    assert proposal.slot("prompt") is None
