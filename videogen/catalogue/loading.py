"""Workflows from their files: a TOML manifest beside a graph, or one that extends another."""

from collections.abc import Mapping
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
    """The tables of all that it extends, the nearest last, and the graph with their nodes."""
    merged: dict[str, Any] = {}
    for each in reversed(_chain(name, written)):
        merged = _merged(merged, written[each], folder / f"{each}.json")
    nodes = merged.pop("nodes", {})
    graph = read_graph(folder / merged.pop("graph"))
    return RawWorkflow(manifest=merged, graph=_with_nodes(graph, nodes))


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


def _merged(base: Mapping[str, Any], own: Mapping[str, Any], graph: Path) -> dict[str, Any]:
    found = {key: value for key, value in base.items() if key not in OWN}
    for key, value in own.items():
        inherited = found.get(key)
        if isinstance(value, dict) and isinstance(inherited, dict) and key not in WHOLE:
            found[key] = {**inherited, **value}
        else:
            found[key] = value
    found.pop("extends", None)
    if "graph" not in own and (graph.is_file() or "graph" not in base):
        found["graph"] = graph.name
    return found


def _with_nodes(graph: Graph, nodes: Mapping[str, Any]) -> Graph:
    """A node that the graph has keeps its inputs, but for those that are named anew."""
    found = dict(graph)
    for node_id, node in nodes.items():
        known = found.get(node_id, {"inputs": {}})
        found[node_id] = {**known, **node, "inputs": {**known["inputs"], **node.get("inputs", {})}}
    return found
