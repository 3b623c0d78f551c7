"""A user's own ComfyUI graph in API format, with our prompt and seed put where they belong."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from videogen.catalogue.manifest import graph_sha256
from videogen.domain import strict_json
from videogen.domain.generation import Workflow
from videogen.domain.prompt import checked_prompt_text
from videogen.errors import InvalidInputError

MAX_FILE_BYTES = 5_000_000
SAVE_CLASSES = ("VHS_VideoCombine", "SaveVideo", "SaveWEBM", "SaveAnimatedWEBP", "SaveAnimatedPNG")
SEED_INPUTS = ("seed", "noise_seed")
MAX_SEED = 2**32 - 1  # the widest that every back end takes, Veo included
TEXT_INPUTS = {
    "CLIPTextEncode": "text",
    "WanVideoTextEncode": "positive_prompt",
    "WanVideoTextEncodeCached": "positive_prompt",
}
Graph = dict[str, dict[str, Any]]


def workflow_from_file(path: Path, *, prompt_text: str, seed: int) -> Workflow:
    """A user's graph as a workflow; what is not recognised for certain stays as it was.

    Raises: InvalidInputError: no API-format graph, or one that saves no video.
    """
    if not 0 <= seed <= MAX_SEED:
        raise InvalidInputError(
            "out_of_range", field="seed", value=seed, minimum=0, maximum=MAX_SEED
        )
    text = checked_prompt_text(prompt_text)
    graph = _api_graph(path)
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


def _api_graph(path: Path) -> Graph:
    content = _json(path)
    if not isinstance(content, dict):
        raise _refusal("workflow_not_a_graph", path)
    if "nodes" in content and "links" in content:
        raise _refusal("workflow_ui_format", path)
    # What the server keeps in its history and in a clip's metadata wraps the graph once.
    if isinstance(content.get("prompt"), dict) and "class_type" not in content["prompt"]:
        content = content["prompt"]
    if not content:
        raise _refusal("workflow_empty", path)
    for node_id, node in content.items():
        _check_node(path, node_id, node)
    return content


def _json(path: Path) -> object:
    try:
        size_bytes = path.stat().st_size
        if size_bytes > MAX_FILE_BYTES:
            raise _refusal("workflow_too_large", path, limit_mb=MAX_FILE_BYTES // 1_000_000)
        raw = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        raise _refusal("file_missing", path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _refusal("file_unreadable", path, detail=type(error).__name__) from None
    if not raw.strip():
        raise _refusal("workflow_empty", path)
    try:
        return strict_json.parse(raw, keeps_nan=True)  # the server is the judge of its numbers
    except strict_json.NoJsonError as error:
        if error.problem == "file_not_json":
            raise _refusal("workflow_not_json", path, **error.facts) from None
        raise _refusal(error.problem, path, **error.facts) from None


def _check_node(path: Path, node_id: str, node: object) -> None:
    if not isinstance(node, dict) or not isinstance(node.get("class_type"), str):
        raise _refusal("workflow_node_without_class", path, node=node_id)
    if not isinstance(node.setdefault("inputs", {}), dict):
        raise _refusal("workflow_node_without_class", path, node=node_id)


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
        if name == "positive" and _is_link(value)
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
            if key in inputs and _is_link(inputs[key])
        ]


def _is_text(node: Mapping[str, Any]) -> bool:
    return isinstance(node["inputs"].get(TEXT_INPUTS[node["class_type"]]), str)


def _is_link(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2


def _refusal(problem: str, path: Path, **facts: object) -> InvalidInputError:
    return InvalidInputError(problem, field="workflow", value=path.name, **facts)
