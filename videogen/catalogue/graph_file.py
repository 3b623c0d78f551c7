"""A graph in ComfyUI's API format as a file holds it: read, and refused when it is none."""

import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from videogen.catalogue.graph_checks import Graph, check_links, is_link, parts_of, refusal
from videogen.domain import strict_json

MAX_GRAPH_BYTES = 5_000_000
# What people drop instead, told by its first bytes whatever its name; none of it is opened.
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
MEDIA = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\x1a\x45\xdf\xa3", b"OggS", b"ID3")
TOO_LARGE = 10**20  # a seed of 64 bits has 20 digits; sums with far longer ones run over
MAX_FILE_DEPTH = 40  # of a shared workflow, whose graph lies within it
MP4_MARK = b"ftyp"  # after the four bytes of its first box's size


def read_graph(path: Path) -> Graph:
    """Raises: InvalidInputError: no such file, too large, or no graph in API format."""
    try:
        # Asked first: a file of gigabytes must not be read to learn that it is too large.
        _refuse_large(path.stat().st_size, path.name)
        if not path.is_file():  # a device or a pipe, which may have no end
            raise refusal("file_missing", path.name)
        raw = path.read_bytes()
    except FileNotFoundError:
        raise refusal("file_missing", path.name) from None
    except OSError as error:
        raise refusal("file_unreadable", path.name, detail=type(error).__name__) from None
    return parse_graph(raw, path.name)


def parse_graph(raw: bytes, name: str) -> Graph:
    """`name` is the file's, for the errors. Raises: InvalidInputError, as `read_graph`."""
    return checked_graph(parse_json(raw, name), name)


def parse_json(raw: bytes, name: str) -> object:
    """Raises: InvalidInputError: another kind of file, no text, or no JSON."""
    refuse_other_files(raw, name)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refusal("file_not_text", name) from None
    if not text.strip():
        raise refusal("workflow_empty", name)
    try:
        content = strict_json.parse(text)
    except strict_json.NoJsonError as error:
        problem = "workflow_not_json" if error.problem == "file_not_json" else error.problem
        raise refusal(problem, name, **error.facts) from None
    _refuse_odd_values(content, name)
    return content


def checked_graph(content: object, name: str) -> Graph:
    """A copy, each node with inputs. Raises: InvalidInputError: not ComfyUI's API format."""
    if not isinstance(content, Mapping):
        raise refusal("workflow_not_a_graph", name)
    if "nodes" in content and "links" in content:
        raise refusal("workflow_ui_format", name)
    # What the server keeps in its history and in a clip's metadata wraps the graph once.
    wrapped = content.get("prompt")
    nodes = wrapped if isinstance(wrapped, Mapping) and "class_type" not in wrapped else content
    if not nodes:
        raise refusal("workflow_empty", name)
    graph = {node_id: _checked_node(name, node_id, node) for node_id, node in nodes.items()}
    check_links(graph, name)
    return graph


def refuse_other_files(raw: bytes, name: str) -> None:
    """Raises: InvalidInputError: too large, packed, or a picture or clip."""
    _refuse_large(len(raw), name)
    if raw.startswith(ARCHIVES):
        raise refusal("workflow_packed", name)
    if raw.startswith(MEDIA) or raw[4:8] == MP4_MARK:
        raise refusal("workflow_is_media", name)


def without_nodes(graph: Mapping[str, Any], gone: Collection[str]) -> Graph:
    """The graph without these nodes; an input that one of them fed is left out too."""
    return {
        node_id: {
            **node,
            "inputs": {
                name: value
                for name, value in node["inputs"].items()
                if not (is_link(value) and value[0] in gone)
            },
        }
        for node_id, node in graph.items()
        if node_id not in gone
    }


def _refuse_odd_values(content: object, name: str) -> None:
    """What JSON can say and no row can keep: nested without end, 1e999, NUL, a number too long."""
    level = [content]
    for _ in range(MAX_FILE_DEPTH):
        for value in level:
            if isinstance(value, float) and not math.isfinite(value):
                raise refusal("file_json_nan", name, word=str(value))
            if isinstance(value, str) and "\0" in value:
                raise refusal("file_not_text", name)
            if isinstance(value, int) and abs(value) >= TOO_LARGE:
                raise refusal("file_json_digits", name, limit=len(str(TOO_LARGE)) - 1)
        level = [inner for outer in level for inner in parts_of(outer)]
        if not level:
            return
    raise refusal("file_json_deep", name)


def _refuse_large(size_bytes: int, name: str) -> None:
    if size_bytes > MAX_GRAPH_BYTES:
        raise refusal("workflow_too_large", name, limit_mb=MAX_GRAPH_BYTES // 1_000_000)


def _checked_node(name: str, node_id: str, node: object) -> dict[str, Any]:
    if isinstance(node, Mapping) and isinstance(node.get("class_type"), str):
        inputs = node.get("inputs", {})
        if isinstance(inputs, Mapping):
            return {**node, "inputs": dict(inputs)}
    raise refusal("workflow_node_without_class", name, node=node_id)
