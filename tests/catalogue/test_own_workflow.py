import copy
import json
from pathlib import Path
from typing import Any

import pytest

from videogen.catalogue import workflow_from_file
from videogen.catalogue.graph_file import parse_graph
from videogen.domain.generation import Workflow
from videogen.errors import InvalidInputError

ROOT = Path(__file__).resolve().parents[2]


def _graph(name: str) -> dict[str, Any]:
    graph: dict[str, Any] = json.loads((ROOT / "workflows" / f"{name}.json").read_text())
    return copy.deepcopy(graph)


def _read(folder: Path, content: object, *, seed: int = 9) -> Workflow:
    path = folder / "mine.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return workflow_from_file(path, prompt_text="a kite", seed=seed)


def _problem(folder: Path, content: object) -> str:
    with pytest.raises(InvalidInputError) as caught:
        _read(folder, content)
    assert caught.value.field == "workflow"
    assert caught.value.value == "mine.json"
    return caught.value.problem


def test_the_prompt_goes_to_the_positive_text_only(tmp_path: Path) -> None:
    workflow = _read(tmp_path, _graph("animatediff"))

    assert workflow.graph["2"]["inputs"]["text"] == "a kite"
    assert workflow.graph["3"]["inputs"]["text"].startswith("overexposed")
    assert workflow.graph["7"]["inputs"]["seed"] == 9
    assert (workflow.save_node, workflow.sampler_node) == ("9", "7")
    assert workflow.name == "mine"


def test_a_wrapper_workflow_takes_prompt_and_seed(tmp_path: Path) -> None:
    workflow = _read(tmp_path, _graph("wan-14b"))

    assert workflow.graph["16"]["inputs"]["positive_prompt"] == "a kite"
    assert workflow.graph["27"]["inputs"]["seed"] == 9
    assert workflow.save_node == "30"


def test_a_text_behind_another_conditioning_node_is_found(tmp_path: Path) -> None:
    graph = _graph("animatediff")
    graph["20"] = {"class_type": "ConditioningSetArea", "inputs": {"conditioning": ["2", 0]}}
    graph["7"]["inputs"]["positive"] = ["20", 0]

    workflow = _read(tmp_path, graph)

    assert workflow.graph["2"]["inputs"]["text"] == "a kite"
    assert workflow.graph["3"]["inputs"]["text"].startswith("overexposed")


def test_linked_texts_and_seeds_are_left_alone(tmp_path: Path) -> None:
    graph = _graph("animatediff")
    graph["2"]["inputs"]["text"] = ["30", 0]
    graph["7"]["inputs"]["seed"] = ["31", 0]
    graph |= {name: {"class_type": "Primitive", "inputs": {}} for name in ("30", "31")}

    workflow = _read(tmp_path, graph)

    assert workflow.graph["2"]["inputs"]["text"] == ["30", 0]
    assert workflow.graph["7"]["inputs"]["seed"] == ["31", 0]
    assert workflow.sampler_node is None


def test_a_graph_without_texts_or_seeds_stays_as_it_is(tmp_path: Path) -> None:
    graph = _graph("server_check")

    assert _read(tmp_path, graph).graph == graph


def test_a_graph_wrapped_as_the_api_takes_it_is_unwrapped(tmp_path: Path) -> None:
    graph = _graph("server_check")

    assert _read(tmp_path, {"prompt": graph, "client_id": "x"}).graph == graph


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert _read(tmp_path, "\ufeff" + json.dumps(_graph("server_check"))).save_node == "3"


def test_a_preview_that_saves_nothing_is_not_the_save_node(tmp_path: Path) -> None:
    graph = _graph("animatediff")
    preview = copy.deepcopy(graph["9"])
    preview["inputs"]["save_output"] = False
    graph["99"] = preview

    assert _read(tmp_path, graph).save_node == "9"


def test_the_editors_own_format_is_refused_by_name(tmp_path: Path) -> None:
    assert _problem(tmp_path, {"nodes": [], "links": [], "version": 0.4}) == "workflow_ui_format"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "workflow_empty"),
        ("  \n", "workflow_empty"),
        ({}, "workflow_empty"),
        ("{'a': 1}", "workflow_not_json"),
        ("[" * 100_000, "file_json_deep"),
        ([1, 2], "workflow_not_a_graph"),
        ("null", "workflow_not_a_graph"),
        ({"1": "x"}, "workflow_node_without_class"),
        ({"1": {"inputs": {}}}, "workflow_node_without_class"),
        ({"1": {"class_type": "A", "inputs": []}}, "workflow_node_without_class"),
        ({"1": {"class_type": "SaveImage", "inputs": {}}}, "workflow_saves_nothing"),
        (" " * 5_000_001, "workflow_too_large"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_no_video_workflow_is_refused(
    tmp_path: Path, content: object, problem: str
) -> None:
    assert _problem(tmp_path, content) == problem


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    binary = tmp_path / "clip.mp4"
    binary.write_bytes(b"\x00\x00\x00\x20ftyp\xff\xfe")

    for path, problem in (
        (tmp_path / "gone.json", "file_missing"),
        (tmp_path, "file_missing"),
        (binary, "workflow_is_media"),
    ):
        with pytest.raises(InvalidInputError) as caught:
            workflow_from_file(path, prompt_text="a kite", seed=1)
        assert caught.value.problem == problem


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_outside_32_bits_is_refused(tmp_path: Path, seed: int) -> None:
    with pytest.raises(InvalidInputError) as caught:
        _read(tmp_path, _graph("server_check"), seed=seed)

    assert caught.value.field == "seed"


def test_a_circle_of_conditionings_is_refused(tmp_path: Path) -> None:
    graph = _graph("animatediff")
    graph["20"] = {"class_type": "A", "inputs": {"conditioning": ["21", 0]}}
    graph["21"] = {"class_type": "A", "inputs": {"conditioning": ["20", 0]}}
    graph["7"]["inputs"]["positive"] = ["20", 0]

    assert _problem(tmp_path, graph) == "workflow_cycle"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"1": {"class_type": "A", "inputs": {"x": NaN}}}', "file_json_nan"),
        (b'{"1": {"class_type": "A", "inputs": {"x": 1e999}}}', "file_json_nan"),
        (b'{"1": {"class_type": "A", "inputs": {"x": "a\\u0000"}}}', "file_not_text"),
        (b'{"videogen_workflow": ' + b"[" * 60 + b"]" * 60 + b"}", "file_json_deep"),
        (b'{"1": {"class_type": "A"}, "1": {"class_type": "B"}}', "file_json_twice"),
        (b'{"1": {"class_type": "A", "inputs": {"x": 1' + b"0" * 400 + b"}}}", "file_json_digits"),
        (b"PK\x03\x04" + b"\x00" * 1000, "workflow_packed"),
        (b"\x1f\x8b\x08" + b"\x00" * 1000, "workflow_packed"),
        (b"\x89PNG\r\n\x1a\n", "workflow_is_media"),
        (b"\x00\x00\x00\x20ftypisom", "workflow_is_media"),
        ('{"1": 1}'.encode("utf-16"), "file_not_text"),
        (b"x" * 50_000_000, "workflow_too_large"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_a_file_of_another_kind_is_told_by_what_is_in_it(content: bytes, problem: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_graph(content, "mine.json")

    assert caught.value.problem == problem
