"""A user's own ComfyUI graph in API format, with our prompt and seed put where they belong."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from videogen.catalogue.graph_checks import Graph, refusal
from videogen.catalogue.graph_file import read_graph
from videogen.catalogue.graph_tracing import SAVE_CLASSES, is_a, samplers, save_nodes, text_places
from videogen.catalogue.manifest import graph_sha256
from videogen.domain.generation import Workflow
from videogen.domain.prompt import checked_prompt_text
from videogen.errors import InvalidInputError

SEED_INPUTS = ("seed", "noise_seed")
MAX_SEED = 2**32 - 1  # the widest that every back end takes, Veo included


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
    save_node = last_save_node(graph, path.name)
    seeded = [node_id for node_id in graph if _seed_input(graph[node_id]) is not None]
    for node_id in seeded:
        name = _seed_input(graph[node_id])
        if name is not None:
            graph[node_id]["inputs"][name] = seed
    for sampler in samplers(graph, save_node):
        for place in text_places(graph, sampler, "positive"):
            graph[place.node]["inputs"][place.input] = text
    return Workflow(
        name=path.stem,
        graph=graph,
        save_node=save_node,
        sampler_node=seeded[-1] if seeded else None,
        sha256=graph_sha256(graph),
    )


def last_save_node(graph: Graph, file_name: str) -> str:
    """A graph with several (a preview, an upscaled copy) means its last one.

    Raises: InvalidInputError: none saves a video.
    """
    found = save_nodes(graph)
    if not found:
        raise refusal("workflow_saves_nothing", file_name, known=", ".join(SAVE_CLASSES))
    return found[-1]


def _seed_input(node: Mapping[str, Any]) -> str | None:
    return next((name for name in SEED_INPUTS if is_a(node["inputs"].get(name), int)), None)
