"""A user's own ComfyUI graph in API format, with our prompt and seed put where they belong."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from videogen.catalogue.graph_checks import Graph, is_link
from videogen.catalogue.graph_file import read_graph
from videogen.catalogue.manifest import graph_sha256
from videogen.domain.generation import Workflow
from videogen.domain.prompt import checked_prompt_text
from videogen.errors import InvalidInputError

SAVE_CLASSES = ("VHS_VideoCombine", "SaveVideo", "SaveWEBM", "SaveAnimatedWEBP", "SaveAnimatedPNG")
SEED_INPUTS = ("seed", "noise_seed")
MAX_SEED = 2**32 - 1  # the widest that every back end takes, Veo included
TEXT_INPUTS = {
    "CLIPTextEncode": "text",
    "WanVideoTextEncode": "positive_prompt",
    "WanVideoTextEncodeCached": "positive_prompt",
}


def workflow_from_file(path: Path, *, prompt_text: str, seed: int) -> Workflow:
    """A user's graph as a workflow; what is not recognised for certain stays as it was.

    Raises: InvalidInputError: no API-format graph, or one that saves no video.
    """
    if not 0 <= seed <= MAX_SEED:
        raise InvalidInputError(
            "out_of_range", field="seed", value=seed, minimum=0, maximum=MAX_SEED
        )
    text = checked_prompt_text(prompt_text)
    graph = read_graph(path)
    save_node = _save_node(graph, path)
    samplers = [node_id for node_id in graph if _seed_input(graph[node_id]) is not None]
    for node_id in samplers:
        name = _seed_input(graph[node_id])
        if name is not None:
            graph[node_id]["inputs"][name] = seed
    for node_id in _prompt_nodes(graph):
        graph[node_id]["inputs"][TEXT_INPUTS[graph[node_id]["class_type"]]] = text
    return Workflow(
        name=path.stem,
        graph=graph,
        save_node=save_node,
        sampler_node=samplers[-1] if samplers else None,
        sha256=graph_sha256(graph),
    )


def _save_node(graph: Graph, path: Path) -> str:
    found = [node_id for node_id, node in graph.items() if _saves(node)]
    if not found:
        raise _refusal("workflow_saves_nothing", path, known=", ".join(SAVE_CLASSES))
    # A graph with several (a preview, an upscaled copy) means its last one.
    return found[-1]


def _saves(node: Mapping[str, Any]) -> bool:
    kept = node["inputs"].get("save_output", True) is not False
    return node["class_type"] in SAVE_CLASSES and kept


def _seed_input(node: Mapping[str, Any]) -> str | None:
    for name in SEED_INPUTS:
        value = node["inputs"].get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return name
    return None


def _prompt_nodes(graph: Graph) -> set[str]:
    """Text encoders that feed a `positive` input, directly or through nodes in between."""
    starts = [
        str(value[0])
        for node in graph.values()
        for name, value in node["inputs"].items()
        if name == "positive" and is_link(value)
    ]
    encoders = {
        node_id
        for start in starts
        for node_id in _upstream(graph, start, "positive")
        if graph[node_id]["class_type"] == "CLIPTextEncode"
    }
    encoders |= {
        node_id
        for node_id, node in graph.items()
        if "positive_prompt" in node["inputs"] and node["class_type"] in TEXT_INPUTS
    }
    return {node_id for node_id in encoders if _is_text(graph[node_id])}


def _upstream(graph: Graph, start: str, name: str) -> Iterator[str]:
    """The chain from `start` up, through inputs called `name` or `conditioning` only."""
    waiting, seen = [start], set[str]()
    while waiting:
        node_id = waiting.pop()
        if node_id in seen or node_id not in graph:
            continue
        seen.add(node_id)
        yield node_id
        inputs = graph[node_id]["inputs"]
        waiting += [
            str(inputs[key][0])
            for key in (name, "conditioning")
            if key in inputs and is_link(inputs[key])
        ]


def _is_text(node: Mapping[str, Any]) -> bool:
    return isinstance(node["inputs"].get(TEXT_INPUTS[node["class_type"]]), str)


def _refusal(problem: str, path: Path, **facts: object) -> InvalidInputError:
    return InvalidInputError(problem, field="workflow", value=path.name, **facts)
