"""How the nodes of a ComfyUI graph hang together: links that lead somewhere, and no circle."""

from collections.abc import Iterator, Mapping
from typing import Any

from videogen.errors import InvalidInputError

Graph = dict[str, dict[str, Any]]
Link = tuple[str, str, int]  # the input's name, the node it comes from, and which of its outputs

MAX_DEPTH = 32  # of lists and objects within a node's inputs: real ones have two or three
SHOWN_CHARACTERS = 400  # of a list of names; a node's title and id are far shorter
LONGEST_FILE_NAME = 255
SHOWN_NODES = 6  # of a circle: enough to find it by


def check_links(graph: Graph, file_name: str) -> None:
    """Links that lead somewhere, no circle, and no values nested without end.

    Raises: InvalidInputError: naming the file and the node.
    """
    for node_id, node in graph.items():
        if _is_deep(node):
            raise refusal("file_json_deep", file_name)
        for name, source, _ in links_of(node):
            if source not in graph:
                raise refusal(
                    "workflow_link_broken",
                    file_name,
                    node=titled(graph, node_id),
                    input=name,
                    target=source,
                )
    circle = _circle(graph)
    if circle:
        shown = " > ".join(circle[:SHOWN_NODES]) + (" ..." if len(circle) > SHOWN_NODES else "")
        raise refusal("workflow_cycle", file_name, nodes=shown)


def is_link(value: object) -> bool:
    """As ComfyUI itself tells a link from a list: a node's id and the number of its output."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and isinstance(value[0], str)
        and isinstance(value[1], int)
        and not isinstance(value[1], bool)
    )


def links_of(node: Mapping[str, Any]) -> Iterator[Link]:
    for name, value in node["inputs"].items():
        if is_link(value):
            yield name, value[0], value[1]


def titled(graph: Mapping[str, Any], node_id: str) -> str:
    """A node as its maker knows it: the title in the editor with the id, else the class."""
    node = graph[node_id]
    meta = node.get("_meta")
    title = meta.get("title") if isinstance(meta, dict) else None
    shown = title if isinstance(title, str) and title.strip() else node["class_type"]
    return f"{shown} ({node_id})"


def refusal(problem: str, file_name: str, **facts: object) -> InvalidInputError:
    """What a stranger's file calls its nodes must neither fill a page nor steer a terminal."""
    shown = {name: _shown(value, SHOWN_CHARACTERS) for name, value in facts.items()}
    told_file = _shown(file_name, LONGEST_FILE_NAME)
    return InvalidInputError(problem, field="workflow", value=told_file, **shown)


def _shown(value: object, limit: int) -> object:
    if not isinstance(value, str):
        return value
    plain = "".join(letter if letter.isprintable() else " " for letter in value)
    return plain if len(plain) <= limit else f"{plain[: limit - 1]}…"


def _is_deep(value: object) -> bool:
    """Level by level: what copies a graph later goes down by calls, and would run out of them."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in parts_of(outer)]
        if not level:
            return False
    return True


def parts_of(value: object) -> list[Any]:
    """What lies one level below in JSON, the names too; nothing below a text or a number."""
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []


def _circle(graph: Graph) -> list[str]:
    """The nodes of one circle in the order of their links; empty where there is none."""
    sources = {node_id: {source for _, source, _ in links_of(graph[node_id])} for node_id in graph}
    readers: dict[str, list[str]] = {node_id: [] for node_id in graph}
    for node_id, found in sources.items():
        for source in found:
            readers[source].append(node_id)
    waits_for = {node_id: len(found) for node_id, found in sources.items()}
    ready = [node_id for node_id, n in waits_for.items() if n == 0]
    while ready:
        for reader in readers[ready.pop()]:
            waits_for[reader] -= 1
            if waits_for[reader] == 0:
                ready.append(reader)
    left = {node_id for node_id, n in waits_for.items() if n > 0}
    return _walked(sources, left) if left else []


def _walked(sources: Mapping[str, set[str]], left: set[str]) -> list[str]:
    """Each node that is left waits for another one that is: upstream one comes round again."""
    path = [min(left)]
    places = {path[0]: 0}
    while True:
        above = min(sources[path[-1]] & left)
        if above in places:
            return [*reversed(path[places[above] :]), path[-1]]
        places[above] = len(path)
        path.append(above)
