"""What a server would say of a graph's values before it is asked to run it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from videogen.catalogue.graph_checks import is_link, titled
from videogen.catalogue.manifest_file import Place
from videogen.catalogue.parts import MODEL_SUFFIXES
from videogen.catalogue.proposed_limits import described

SHOWN_CHOICES = 8


class MisfitKind(StrEnum):
    NOT_OFFERED = "not_offered"  # the run would be refused
    UNKNOWN_INPUT = "unknown_input"  # the server would ignore it without a word
    LACKS = "lacks"  # a required input that the graph leaves out


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    kind: MisfitKind
    node: str  # as its maker knows it
    input: str
    value: str = ""
    choices: tuple[str, ...] = ()  # the first of what is offered


def misfits(
    graph: Mapping[str, Any], object_info: Mapping[str, Any], *, uploads: Collection[Place] = ()
) -> tuple[Misfit, ...]:
    """Of the classes that the server has; model files and uploaded ones are asked for elsewhere."""
    return tuple(
        one
        for node_id, node in graph.items()
        if node["class_type"] in object_info
        for one in _of_node(graph, node_id, object_info, uploads)
    )


def _of_node(
    graph: Mapping[str, Any],
    node_id: str,
    object_info: Mapping[str, Any],
    uploads: Collection[Place],
) -> Iterator[Misfit]:
    node, title = graph[node_id], titled(graph, node_id)
    known = described(object_info, node["class_type"])
    extra = _extra_inputs(known)
    for name, value in node["inputs"].items():
        if is_link(value) or Place(node=node_id, input=name) in uploads:
            continue
        if name not in known and name not in extra and "." not in name and known:
            yield Misfit(kind=MisfitKind.UNKNOWN_INPUT, node=title, input=name)
        choices = offered(known.get(name))
        is_file = isinstance(value, str) and value.lower().endswith(MODEL_SUFFIXES)
        if choices is not None and not is_file and str(value) not in choices:
            yield Misfit(
                kind=MisfitKind.NOT_OFFERED,
                node=title,
                input=name,
                value=str(value)[:80],
                choices=choices[:SHOWN_CHOICES],
            )
    for name in _required(object_info[node["class_type"]]):
        if name not in node["inputs"]:
            yield Misfit(kind=MisfitKind.LACKS, node=title, input=name)


def offered(description: object) -> tuple[str, ...] | None:
    """The choices of an input in either of ComfyUI's two shapes; None for any other input."""
    if not isinstance(description, list) or not description:
        return None
    choices = description[0]
    if choices == "COMBO" and len(description) > 1 and isinstance(description[1], Mapping):
        choices = description[1].get("options")
    return tuple(str(one) for one in choices) if isinstance(choices, list) else None


def _required(spec: Mapping[str, Any]) -> Iterator[str]:
    groups = spec.get("input")
    entries = groups.get("required") if isinstance(groups, Mapping) else None
    for name, description in (entries if isinstance(entries, Mapping) else {}).items():
        kind = description[0] if isinstance(description, list) and description else None
        if not (isinstance(kind, str) and kind.startswith("COMFY_")):
            yield name


def _extra_inputs(known: Mapping[str, Any]) -> set[str]:
    """What VideoHelperSuite takes besides its listed inputs: each format brings some of its own."""
    found: set[str] = set()
    for description in known.values():
        options = description[1] if isinstance(description, list) and len(description) > 1 else None
        formats = options.get("formats") if isinstance(options, Mapping) else None
        for rows in formats.values() if isinstance(formats, Mapping) else ():
            if isinstance(rows, list):
                found |= {str(row[0]) for row in rows if isinstance(row, list) and row}
    return found
