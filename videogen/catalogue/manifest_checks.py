"""Whether a manifest fits its graph: every misfit is told by its table, node and remedy."""

from collections.abc import Iterable, Mapping
from typing import Any

from videogen.catalogue.graph_checks import Graph, is_link, refusal, titled
from videogen.catalogue.graph_tracing import save_nodes
from videogen.catalogue.manifest_file import ManifestFile, Place
from videogen.catalogue.smaller import SCALE
from videogen.errors import InvalidInputError

KNOWN_SHOWN = 12  # of a graph's nodes: enough to recognise the right one
SIZE_FIELDS = ("width_px", "height_px", "n_frames", "fps")
# Settings that are no slot of any graph: the request carries or checks them itself.
OTHER_SETTINGS = frozenset({"negative_prompt", "allow_flat", "allow_noise"})


def check_fits(name: str, content: ManifestFile, graph: Graph) -> None:
    """Raises: InvalidInputError: names the table, the node, and what would fit."""
    _node(name, "save_node", content.save_node, graph)
    _node(name, "sampler_node", content.sampler_node, graph)
    _check_saves(name, content.save_node, graph)
    taken: dict[tuple[str, str], str] = {}
    for table, place in _places(content):
        _check_place(name, table, place, graph)
        _refuse_shared(name, table, place, taken)
    _check_inputs(name, content, graph)
    _check_slots(name, content)


def refuse_name_twins(names: Iterable[str]) -> None:
    """Raises: InvalidInputError: two that differ only in capital and small letters."""
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.casefold(), name)
        if other is not name:
            raise InvalidInputError("workflow_name_twice", field="name", value=name, other=other)


def _places(content: ManifestFile) -> Iterable[tuple[str, Place]]:
    for slot_name, slot in content.slots.items():
        for place in slot.places:
            yield f"[slots] {slot_name}", place
    for slot_name, placed in content.inputs.items():
        yield f"[inputs.{slot_name}]", Place(node=placed.node, input=placed.input)


def _check_saves(name: str, save_node: str, graph: Graph) -> None:
    """Where the graph has a node that is known to save a clip, no other stands in its place."""
    known = save_nodes(graph)
    if known and save_node not in known:
        node = titled(graph, save_node)
        raise refusal("manifest_saves_nothing", name, node=node, known=", ".join(known))


def _node(name: str, table: str, node_id: str, graph: Graph) -> dict[str, Any]:
    if node_id not in graph:
        raise refusal("manifest_node_missing", name, place=table, node=node_id, known=_some(graph))
    return graph[node_id]


def _check_place(name: str, table: str, place: Place, graph: Graph) -> None:
    node = _node(name, table, place.node, graph)
    facts = {"place": table, "node": f"{place.node} ({node['class_type']})", "input": place.input}
    if place.input not in node["inputs"]:
        raise refusal("manifest_place_missing", name, **facts, known=_some(node["inputs"]))
    value = node["inputs"][place.input]
    if is_link(value):
        raise refusal("manifest_place_linked", name, **facts, source=value[0])


def _refuse_shared(name: str, table: str, place: Place, taken: dict[tuple[str, str], str]) -> None:
    other = taken.setdefault((place.node, place.input), table)
    if other is not table:
        raise refusal(
            "manifest_place_twice",
            name,
            place=table,
            other=other,
            node=place.node,
            input=place.input,
        )


def _check_inputs(name: str, content: ManifestFile, graph: Graph) -> None:
    vital = {content.save_node, content.sampler_node}
    for slot_name, placed in content.inputs.items():
        table = f"[inputs.{slot_name}] branch"
        for node_id in placed.branch:
            _node(name, table, node_id, graph)
        # Without its branch the graph would go on with a file that nobody gave.
        if not placed.required and placed.node not in placed.branch:
            raise refusal("manifest_branch_lacks", name, slot=slot_name, node=placed.node)
        for node_id in sorted(vital & set(placed.branch)):
            raise refusal("manifest_branch_vital", name, slot=slot_name, node=node_id)


def _check_slots(name: str, content: ManifestFile) -> None:
    needed = ("seed", "prompt") if content.needs_prompt else ("seed",)
    for slot_name in needed:
        if slot_name not in content.slots:
            raise refusal("manifest_slot_required", name, slot=slot_name)
    _refuse_unknown(name, "limits", content.limits, content)
    _refuse_unknown(name, "defaults", content.defaults, content)
    _refuse_unknown(name, "settings", content.settings.keys() - OTHER_SETTINGS, content)
    _refuse_unknown(name, "status", content.status, content)
    _refuse_unknown(name, "smaller", content.smaller.keys() - {SCALE}, content)
    sizes = [field for field in SIZE_FIELDS if field in content.slots]
    for slot_name in (*sizes, *sorted(content.smaller.keys() - {SCALE})):
        if slot_name not in content.defaults:
            raise refusal("manifest_default_missing", name, slot=slot_name)


def _refuse_unknown(name: str, table: str, named: Iterable[str], content: ManifestFile) -> None:
    for slot_name in sorted(set(named) - content.slots.keys()):
        known = ", ".join(content.slots)
        raise refusal("manifest_slot_unknown", name, table=table, slot=slot_name, known=known)


def _some(names: Mapping[str, object]) -> str:
    shown = list(names)[:KNOWN_SHOWN]
    return ", ".join([*shown, "..."] if len(names) > KNOWN_SHOWN else shown)
