"""Walks through a graph: what feeds a node, where a value really stands, which nodes sample."""

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from videogen.catalogue.graph_checks import Graph, is_link, links_of
from videogen.catalogue.manifest_file import Place

SAVE_CLASSES = ("VHS_VideoCombine", "SaveVideo", "SaveWEBM", "SaveAnimatedWEBP", "SaveAnimatedPNG")
VALUE_INPUTS = ("value", "int", "float", "number", "Number", "text", "string", "seed", "prompt")
# Both sides of the guidance pass through these nodes, so a side is followed by its own name.
SIDES = ("positive", "negative")
TEXT_INPUTS = ("text", "prompt", "text_g", "t5xxl", "string")
BETWEEN_TEXT_AND_SAMPLER = ("conditioning", "text_embeds", "guider", "conditioning_1", "cond")


def save_nodes(graph: Graph) -> list[str]:
    """In the file's order; one that only shows a preview saves nothing."""
    return [
        node_id
        for node_id, node in graph.items()
        if node["class_type"] in SAVE_CLASSES and node["inputs"].get("save_output") is not False
    ]


def upstream(graph: Graph, start: str) -> list[str]:
    """What feeds a node, the nearest first, itself before all."""
    return _reached({node_id: _sources(node) for node_id, node in graph.items()}, start)


def downstream(graph: Graph, start: str) -> list[str]:
    """What a node feeds, the nearest first, itself before all."""
    return _reached(readers_of(graph), start)


def readers_of(graph: Graph) -> dict[str, list[str]]:
    readers: dict[str, list[str]] = {node_id: [] for node_id in graph}
    for node_id, node in graph.items():
        for source in _sources(node):
            readers[source].append(node_id)
    return readers


def samplers(graph: Graph, save_node: str) -> list[str]:
    """The nodes that sample for this save node, the last one first."""
    return [node_id for node_id in upstream(graph, save_node) if _samples(graph[node_id])]


def adds_noise(node: Mapping[str, Any]) -> bool:
    """The second of two samplers in a row goes on with the first one's noise."""
    return node["inputs"].get("add_noise", "enable") not in ("disable", False)


def literal_place(
    graph: Graph, node_id: str, name: str, kinds: type | tuple[type, ...]
) -> Place | None:
    """Where an input's value is written: there, or in the value node that it is linked to."""
    seen: set[str] = set()
    while node_id not in seen and name in graph[node_id]["inputs"]:
        seen.add(node_id)
        value = graph[node_id]["inputs"][name]
        if is_a(value, kinds):
            return Place(node=node_id, input=name)
        if not is_link(value):
            return None
        node_id = value[0]
        name = _value_input(graph[node_id], kinds)
    return None


def is_a(value: object, kinds: type | tuple[type, ...]) -> bool:
    """A truth value is no number here, though Python has it as one."""
    return isinstance(value, kinds) and (kinds is bool or not isinstance(value, bool))


def text_places(graph: Graph, sampler: str, side: str) -> list[Place]:
    """The texts that feed one side of a sampler, the nearest first."""
    waiting, seen = deque([(sampler, side)]), set[str]()
    found: list[Place] = []
    while waiting:
        node_id, name = waiting.popleft()
        if node_id in seen:
            continue
        seen.add(node_id)
        place = None if node_id == sampler else _text_place(graph, node_id, side)
        if place is not None:
            found.append(place)
            continue
        waiting += [(source, side) for source in _towards_text(graph[node_id], name)]
    return found


def nearest(
    graph: Graph, starts: Collection[str], names: Collection[str], kinds: type | tuple[type, ...]
) -> Place | None:
    """The first of these nodes that has one of these inputs, with a value that can be set."""
    for node_id in starts:
        for name in names:
            place = literal_place(graph, node_id, name, kinds)
            if place is not None:
                return place
    return None


def _sources(node: Mapping[str, Any]) -> list[str]:
    return [source for _, source, _ in links_of(node)]


def _reached(neighbours: Mapping[str, list[str]], start: str) -> list[str]:
    found = {start: None}
    waiting = deque([start])
    while waiting:
        for other in neighbours[waiting.popleft()]:
            if other not in found:
                found[other] = None
                waiting.append(other)
    return list(found)


def _samples(node: Mapping[str, Any]) -> bool:
    has_model = any(name in ("model", "guider") for name, _, _ in links_of(node))
    is_settings = node["class_type"].endswith("Settings")
    return has_model and "sampler" in node["class_type"].lower() and not is_settings


def _value_input(node: Mapping[str, Any], kinds: type | tuple[type, ...]) -> str:
    """The one input that a value node hands on, or that a reroute passes through; "" for others."""
    inputs = node["inputs"]
    links = [name for name, value in inputs.items() if is_link(value)]
    literals = [name for name, value in inputs.items() if is_a(value, kinds)]
    if not links:
        named = [name for name in literals if name in VALUE_INPUTS]
        found = literals if len(literals) == 1 else named
        return found[0] if found else ""
    return links[0] if len(links) == 1 and len(inputs) == 1 else ""


def _text_place(graph: Graph, node_id: str, side: str) -> Place | None:
    inputs = graph[node_id]["inputs"]
    if f"{side}_prompt" in inputs:
        return literal_place(graph, node_id, f"{side}_prompt", str)
    if "positive_prompt" in inputs:
        return None
    return nearest(graph, [node_id], TEXT_INPUTS, str)


def _towards_text(node: Mapping[str, Any], side: str) -> Iterator[str]:
    links = {name: source for name, source, _ in links_of(node)}
    if side in links:
        yield links[side]
        return
    if any(name in links for name in SIDES) and "text_embeds" not in links:
        return
    named = [links[name] for name in BETWEEN_TEXT_AND_SAMPLER if name in links]
    # A reroute or a switch may call its inputs anything.
    yield from named or (list(links.values()) if len(links) == 1 else [])
