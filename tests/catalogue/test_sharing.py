import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from videogen.catalogue.graph_checks import Graph
from videogen.catalogue.graph_file import parse_graph
from videogen.catalogue.graph_fit import MisfitKind, misfits
from videogen.catalogue.manifest_file import Place
from videogen.catalogue.model_folders import loaded_files
from videogen.catalogue.proposing import propose
from videogen.catalogue.sharing import SharedWorkflow, read_dropped, share, suggested_name
from videogen.domain.own_workflow import OwnWorkflow
from videogen.errors import InvalidInputError

ROOT = Path(__file__).resolve().parents[2]
NODES: dict[str, Any] = json.loads((ROOT / "videogen/sandbox/object_info.json").read_text())


def _graph(name: str = "wan-14b") -> Graph:
    return parse_graph((ROOT / "workflows" / f"{name}.json").read_bytes(), f"{name}.json")


def _own(graph: Graph) -> OwnWorkflow:
    return OwnWorkflow(
        name="Our kites",
        manifest=propose(graph).manifest("ว่าว"),
        graph=graph,
        added_at=datetime(2026, 11, 22, tzinfo=UTC),
        added_by="Somebody",
    )


def _refused(content: object) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(InvalidInputError) as caught:
        read_dropped(raw, "mine.videogen.json")
    return caught.value.problem


def test_what_is_shared_comes_in_as_it_went_out() -> None:
    own = _own(_graph())

    read = read_dropped(share(own), "mine.videogen.json")

    assert isinstance(read, SharedWorkflow)
    assert (read.name, dict(read.manifest), read.graph) == (own.name, own.manifest, own.graph)


def test_a_bare_graph_comes_in_by_the_same_way() -> None:
    assert read_dropped(json.dumps(_graph()).encode(), "wan.json") == _graph()


def test_no_person_no_address_no_secret_and_no_folder_goes_out() -> None:
    graph = _graph()
    graph["60"] = {
        "class_type": "Somebodys",
        "inputs": {
            "api_key": "sk-12345",
            "server": "http://10.0.0.7:8188/x",
            "video": "C:\\Users\\Somebody\\clips\\cat.mp4",
            "folder": "/Volumes/Somebody/cat.png",
            "lora": "WanVideo\\style.safetensors",
            "text": "see http://10.0.0.7 there",
        },
        "_meta": {"title": "Mine", "author": "Somebody"},
        "extra": "Somebody",
    }

    sent = share(_own(graph))
    inputs = json.loads(sent)["graph"]["60"]["inputs"]

    assert b"Somebody" not in sent.replace(b"Somebodys", b"")
    assert (inputs["api_key"], inputs["server"]) == ("", "")
    assert (inputs["video"], inputs["folder"]) == ("cat.mp4", "cat.png")
    assert inputs["lora"] == "WanVideo\\style.safetensors"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"videogen_workflow": 2}, "workflow_share_version"),
        ({"videogen_workflow": True}, "workflow_share_version"),
        ({"name": None}, "workflow_share_damaged"),
        ({"manifest": []}, "workflow_share_damaged"),
        ({"manifest": {"title": "x" * 1001}}, "workflow_share_damaged"),
        ({"more": 1}, "workflow_share_damaged"),
        ({"graph": {"nodes": [], "links": []}}, "workflow_ui_format"),
        ({"graph": {"1": {"class_type": "A", "inputs": {"x": ["2", 0]}}}}, "workflow_link_broken"),
    ],
)
def test_a_shared_file_that_was_tampered_with_is_refused(
    changes: dict[str, Any], problem: str
) -> None:
    content = json.loads(share(_own(_graph())))

    assert _refused({**content, **changes}) == problem


def test_a_packed_shared_file_is_not_opened() -> None:
    assert _refused(b"PK\x03\x04" + share(_own(_graph()))) == "workflow_packed"


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("wan_i2v (final).json", "wan_i2v (final)"),
        ("x/y/Our kites.videogen.json", "Our kites"),
        ("<b>&.json", "b"),
        ("....json", "workflow"),
        ("ว่าว.json", "ว่าว"),
    ],
)
def test_a_name_is_suggested_that_can_stand_everywhere(file_name: str, name: str) -> None:
    assert suggested_name(file_name) == name


def test_what_a_server_does_not_offer_or_know_is_told_by_node_and_input() -> None:
    graph = _graph("animatediff")
    graph["7"]["inputs"] |= {"sampler_name": "sorcery", "stepz": 3}
    del graph["7"]["inputs"]["steps"]
    graph["60"] = {"class_type": "LoadImage", "inputs": {"image": "mine.png"}}
    graph["61"] = {"class_type": "Somebodys", "inputs": {"anything": 1}}

    found = misfits(graph, NODES, uploads=[Place(node="60", input="image")])

    assert {(one.kind, one.input, one.value) for one in found} == {
        (MisfitKind.NOT_OFFERED, "sampler_name", "sorcery"),
        (MisfitKind.UNKNOWN_INPUT, "stepz", ""),
        (MisfitKind.LACKS, "steps", ""),
    }
    assert next(one for one in found if one.value).choices[0] == "euler"


def test_a_shipped_graph_has_no_misfits_but_its_uploads() -> None:
    assert misfits(_graph("wan-14b"), NODES) == ()


def test_a_loader_tells_the_folder_of_its_file() -> None:
    graph: Graph = {
        "1": {"class_type": "LoraLoader", "inputs": {"lora_name": "a\\style.safetensors"}},
        "2": {"class_type": "UNETLoader", "inputs": {"unet_name": "x/wan.safetensors"}},
        "3": {"class_type": "WanVideoLoraSelectMulti", "inputs": {"lora_0": "b.safetensors"}},
        "4": {"class_type": "Somebodys", "inputs": {"thing": "c.gguf", "steps": 3}},
    }

    found = [(one.file, one.folder) for one in loaded_files(graph)]

    assert found == [
        ("style.safetensors", "models/loras"),
        ("wan.safetensors", "models/diffusion_models"),
        ("b.safetensors", "models/loras"),
        ("c.gguf", None),
    ]
