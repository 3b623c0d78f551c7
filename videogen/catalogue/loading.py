"""Workflows from their files: a TOML manifest beside a graph, or one that extends another.

Keys of a file that are worked in here: `extends` another workflow, whose tables and graph it has
but for what it names anew; `pieces`, tables and nodes that several workflows share; `graph`, the
file of another name; `nodes`, added to the graph or changed in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from videogen.catalogue.graph_checks import Graph
from videogen.catalogue.graph_file import checked_graph, read_graph
from videogen.catalogue.manifest import Manifest
from videogen.catalogue.manifest_checks import check_fits, refuse_name_twins
from videogen.catalogue.manifest_file import ManifestFile
from videogen.catalogue.parts import Parts, load_parts
from videogen.catalogue.toml_file import FromFile, parsed, read_toml
from videogen.errors import InvalidInputError

WORKED_IN = ("extends", "graph", "pieces", "nodes")
# What tells one workflow from the one it extends, and so is never inherited.
OWN = frozenset({"title", "source", "note"})
WHOLE = frozenset({"smaller"})  # a table that is one thought: replaced, not mixed


class _Node(FromFile):
    class_type: str | None = None  # None: the graph's own
    inputs: dict[str, Any] = Field(default_factory=dict)


class _Layer(FromFile):
    """One file, before what it extends and takes in is worked in."""

    extends: str | None = None
    graph: str | None = None
    pieces: tuple[str, ...] = ()
    nodes: dict[str, _Node] = Field(default_factory=dict)
    tables: dict[str, Any] = Field(default_factory=dict)  # all else: a manifest's, or part of one


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
    layers = {name: _read_layer(path) for name, path in paths.items()}
    return {name: _whole(name, layers, folder) for name in layers}


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


def _read_layer(path: Path) -> _Layer:
    written = read_toml(path)
    worked_in = {key: written.pop(key) for key in WORKED_IN if key in written}
    return parsed(_Layer, path, {**worked_in, "tables": written})


def _whole(name: str, layers: Mapping[str, _Layer], folder: Path) -> RawWorkflow:
    """What it extends first, each workflow's pieces before its own tables and nodes."""
    tables: dict[str, Any] = {}
    graph = folder / f"{name}.json"  # for want of any: then this is the one to be missed
    added: list[Mapping[str, _Node]] = []
    for each in reversed(_chain(name, layers)):
        own = layers[each]
        own_graph = folder / (own.graph or f"{each}.json")
        if own.graph is not None or own_graph.is_file():
            graph, added = own_graph, []
        for layer in (*(_piece(each, piece, folder) for piece in own.pieces), own):
            tables = _merged(tables, layer.tables)
            added.append(layer.nodes)
    return RawWorkflow(manifest=tables, graph=_with_nodes(name, read_graph(graph), added))


def _piece(name: str, piece: str, folder: Path) -> _Layer:
    """Nodes with their slots and limits that several workflows take in."""
    path = folder / "pieces" / f"{piece}.toml"
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in path.parent.glob("*.toml"))) or "-"
        raise InvalidInputError(
            "manifest_piece_missing", field="pieces", value=name, piece=piece, known=known
        )
    return _read_layer(path)


def _chain(name: str, layers: Mapping[str, _Layer]) -> list[str]:
    """The workflow, what it extends, what that extends, ..."""
    chain = [name]
    while (base := layers[chain[-1]].extends) is not None:
        if base not in layers:
            raise InvalidInputError(
                "manifest_extends_missing",
                field="extends",
                value=chain[-1],
                base=base,
                known=", ".join(layers),
            )
        if base in chain:
            raise InvalidInputError(
                "manifest_extends_circle", field="extends", value=name, base=base
            )
        chain.append(base)
    return chain


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in base.items() if key not in OWN}
    for key, value in own.items():
        inherited = found.get(key)
        if isinstance(value, dict) and isinstance(inherited, dict) and key not in WHOLE:
            found[key] = {**inherited, **value}
        else:
            found[key] = value
    return found


def _with_nodes(name: str, graph: Graph, added: Iterable[Mapping[str, _Node]]) -> Graph:
    """A node that the graph has keeps its inputs, but for those that are named anew."""
    found = dict(graph)
    for nodes in added:
        for node_id, node in nodes.items():
            known = found.get(node_id, {"inputs": {}})
            _refuse_other_class(name, node_id, known.get("class_type"), node.class_type)
            found[node_id] = {**known, "inputs": {**known["inputs"], **node.inputs}}
            if node.class_type is not None:
                found[node_id]["class_type"] = node.class_type
    return found


def _refuse_other_class(name: str, node_id: str, before: str | None, after: str | None) -> None:
    """Two files that gave the same number to unlike nodes would make a graph of neither."""
    if before is not None and after is not None and before != after:
        raise InvalidInputError(
            "manifest_node_taken",
            field="nodes",
            value=name,
            node=node_id,
            before=before,
            after=after,
        )
