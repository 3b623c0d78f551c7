"""Workflows from their files: a TOML manifest beside a graph, or one that extends another.

Keys of a file that are worked in here: `extends` another workflow, whose tables and graph it has
but for what it names anew; `pieces`, tables and nodes that several workflows share; `graph`, the
file of another name; `nodes`, added to the graph or changed in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from videogen.catalogue.graph_checks import Graph
from videogen.catalogue.graph_file import checked_graph, read_graph
from videogen.catalogue.manifest import Manifest
from videogen.catalogue.manifest_checks import check_fits, refuse_name_twins
from videogen.catalogue.manifest_file import ManifestFile
from videogen.catalogue.parts import Parts, load_parts
from videogen.catalogue.toml_file import parsed, read_toml
from videogen.errors import InvalidInputError

# What tells one workflow from the one it extends, and so is never inherited.
OWN = frozenset({"title", "source", "note"})
WORKED_IN = frozenset({"extends", "graph", "pieces", "nodes"})  # told by the merged tables
WHOLE = frozenset({"smaller"})  # a table that is one thought: replaced, not mixed


@dataclass(frozen=True, slots=True, kw_only=True)
class RawWorkflow:
    """A manifest and its graph as `manifest_from` takes them: whole, nothing left to look up."""

    manifest: Mapping[str, Any]
    graph: Graph


def load_manifests(folder: Path, parts: Parts | None = None) -> dict[str, Manifest]:
    """Every `<name>.toml` with its graph, by name; their parts stand in `parts/` beside them.

    Raises: InvalidInputError: a manifest that is not readable or does not fit its graph, or a
        node class or model file of which nobody says where it comes from.
    """
    known = load_parts(folder / "parts") if parts is None else parts
    return {
        name: manifest_from(name, raw.manifest, raw.graph, known)
        for name, raw in read_workflows(folder).items()
    }


def read_workflows(folder: Path) -> dict[str, RawWorkflow]:
    """Every workflow of the folder, what it extends worked in. Raises: InvalidInputError."""
    paths = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    refuse_name_twins(paths)
    written = {name: read_toml(path) for name, path in paths.items()}
    return {name: _whole(name, written, folder) for name in written}


def manifest_from(
    name: str,
    raw_manifest: Mapping[str, Any],
    graph: Mapping[str, Any],
    parts: Parts,
    *,
    allows_unknown_parts: bool = False,
) -> Manifest:
    """A manifest that fits its graph; the judge of shipped workflows and of people's own.

    With `allows_unknown_parts` a node class or model file that no list names is simply not among
    the manifest's parts.
    Raises: InvalidInputError: naming the table, the slot, the node and what would fit.
    """
    nodes = checked_graph(graph, name)
    content = parsed(ManifestFile, Path(f"{name}.toml"), dict(raw_manifest))
    check_fits(name, content, nodes)
    fields = {
        field: getattr(content, field)
        for field in ManifestFile.model_fields
        if field not in ("smaller", "inputs", "needs_prompt")
    }
    manifest = Manifest(
        name=name,
        graph=nodes,
        less_memory=content.smaller,
        placed_inputs=content.inputs,
        parts=parts.models_of(nodes, allows_unknown=allows_unknown_parts, name=name),
        packs=parts.packs_of(nodes, allows_unknown=allows_unknown_parts, name=name),
        **fields,
    )
    manifest.check_defaults()
    return manifest


def _whole(name: str, written: Mapping[str, dict[str, Any]], folder: Path) -> RawWorkflow:
    """What it extends first, each workflow's pieces before its own tables and nodes."""
    tables: dict[str, Any] = {}
    graph = folder / f"{name}.json"  # for want of any: then this is the one to be missed
    added: list[Mapping[str, Any]] = []
    for each in reversed(_chain(name, written)):
        own_graph = folder / written[each].get("graph", f"{each}.json")
        if "graph" in written[each] or own_graph.is_file():
            graph, added = own_graph, []
        pieces = [_piece(each, piece, folder) for piece in written[each].get("pieces", ())]
        for layer in (*pieces, written[each]):
            tables = _merged(tables, layer)
            added.append(layer.get("nodes", {}))
    return RawWorkflow(manifest=tables, graph=_with_nodes(name, read_graph(graph), added))


def _piece(name: str, piece: str, folder: Path) -> dict[str, Any]:
    """Nodes with their slots and limits that several workflows take in."""
    path = folder / "pieces" / f"{piece}.toml"
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in path.parent.glob("*.toml"))) or "-"
        raise InvalidInputError(
            "manifest_piece_missing", field="pieces", value=name, piece=piece, known=known
        )
    return read_toml(path)


def _chain(name: str, written: Mapping[str, dict[str, Any]]) -> list[str]:
    chain = [name]
    while (base := written[chain[-1]].get("extends")) is not None:
        if base not in written:
            raise _no_base(name, base, written)
        if base in chain:
            raise InvalidInputError(
                "manifest_extends_circle", field="extends", value=name, base=base
            )
        chain.append(base)
    return chain


def _no_base(name: str, base: object, written: Mapping[str, object]) -> InvalidInputError:
    return InvalidInputError(
        "manifest_extends_missing",
        field="extends",
        value=name,
        base=base,
        known=", ".join(written),
    )


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in base.items() if key not in OWN}
    for key, value in own.items():
        inherited = found.get(key)
        if isinstance(value, dict) and isinstance(inherited, dict) and key not in WHOLE:
            found[key] = {**inherited, **value}
        elif key not in WORKED_IN:
            found[key] = value
    return found


def _with_nodes(name: str, graph: Graph, added: Iterable[Mapping[str, Any]]) -> Graph:
    """A node that the graph has keeps its inputs, but for those that are named anew."""
    found = dict(graph)
    for nodes in added:
        for node_id, node in nodes.items():
            known = found.get(node_id, {"inputs": {}})
            _refuse_other_class(name, node_id, known, node)
            inputs = {**known["inputs"], **node.get("inputs", {})}
            found[node_id] = {**known, **node, "inputs": inputs}
    return found


def _refuse_other_class(
    name: str, node_id: str, known: Mapping[str, Any], node: Mapping[str, Any]
) -> None:
    """Two files that gave the same number to unlike nodes would make a graph of neither."""
    before, after = known.get("class_type"), node.get("class_type")
    if before is not None and after is not None and before != after:
        raise InvalidInputError(
            "manifest_node_taken",
            field="nodes",
            value=name,
            node=node_id,
            before=before,
            after=after,
        )
