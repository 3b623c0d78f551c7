"""Our workflows beside the graphs that a real ComfyUI accepted.

accepted_graphs.json: ComfyUI 0.25.0 with the three packs answered each with 200 and no node_errors,
with empty model files and uploaded inputs; texts and file prefixes are taken out.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from videogen.catalogue import load_manifests

ROOT = Path(__file__).resolve().parents[2]
ACCEPTED: dict[str, Any] = json.loads(
    Path(__file__).with_name("accepted_graphs.json").read_text(encoding="utf-8")
)
MANIFESTS = load_manifests(ROOT / "workflows")
TEXTS = {"positive_prompt", "negative_prompt", "text", "filename_prefix"}
LORA_NODES = {"60", "61"}
# Values that ours chose otherwise, by node and input; all else is as it was accepted.
OTHERWISE = {
    "wan-i2v-14b-native": {("7", "length")},
    "wan-infinitetalk": {
        ("56", "model"),  # the LoRA stands between
        ("120", "model"),  # its repository has a hyphen in this name
        ("194", "num_frames"),
    },
    "wan-phantom-1.3b": {("58", "image"), ("74", "num_frames")},
}


@pytest.mark.parametrize("name", sorted(ACCEPTED))
def test_our_graph_is_the_accepted_one_but_for_what_is_named(name: str) -> None:
    manifest, accepted = MANIFESTS[name], ACCEPTED[name]
    condition = manifest.default_condition()

    ours = manifest.fill(
        condition,
        prompt_text="a kite",
        negative_prompt=None,
        seed=42,
        inputs=condition.required_inputs,
    ).graph

    assert set(ours) - LORA_NODES == set(accepted)
    assert {i: ours[i]["class_type"] for i in accepted} == {
        i: accepted[i]["class_type"] for i in accepted
    }
    differ = {
        (node_id, key)
        for node_id, node in accepted.items()
        for key in node["inputs"].keys() | ours[node_id]["inputs"].keys()
        if key not in TEXTS and node["inputs"].get(key) != ours[node_id]["inputs"].get(key)
    }
    assert differ == OTHERWISE.get(name, set())
