"""What each server still lacks for a workflow that is only being looked at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from videogen.backends import Backend, ComfyBackend
from videogen.bootstrap.own_workflows import own_condition
from videogen.catalogue import Manifest
from videogen.catalogue.graph_checks import Graph
from videogen.catalogue.graph_fit import Misfit, misfits
from videogen.catalogue.manifest_file import Place
from videogen.errors import BackendError
from videogen.runs.preflight import Lacks, preflight


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerCheck:
    """One server's answer; `error` when it could not be asked to the end."""

    backend: str
    lacks: Lacks
    misfits: tuple[Misfit, ...] = ()
    error: BackendError | None = None

    @property
    def is_complete(self) -> bool:
        return self.error is None and self.lacks.is_complete and not self.misfits


def comfy_servers(backends: Iterable[Backend]) -> list[ComfyBackend]:
    return [one for one in backends if isinstance(one, ComfyBackend)]


def nodes_described(servers: Sequence[ComfyBackend], graph: Graph) -> Mapping[str, Any] | None:
    """What the first server that answers says of the graph's nodes; None: none answers."""
    classes = {node["class_type"] for node in graph.values()}
    for server in servers:
        try:
            return server.describe_nodes(classes)
        except BackendError:
            continue
    return None


def check_workflow(servers: Sequence[ComfyBackend], manifest: Manifest) -> tuple[ServerCheck, ...]:
    """Every server is asked now; nothing is sent or stored."""
    return tuple(_checked(server, manifest) for server in servers)


def _checked(server: ComfyBackend, manifest: Manifest) -> ServerCheck:
    condition = own_condition(manifest)
    (found,) = preflight([server], [condition], {manifest.name: manifest})
    lacks = found.conditions.get(condition.name, Lacks())
    if found.error is not None:
        return ServerCheck(backend=server.name, lacks=lacks, error=found.error)
    uploads = [
        Place(node=placed.node, input=placed.input) for placed in manifest.placed_inputs.values()
    ]
    try:
        classes = {node["class_type"] for node in manifest.graph.values()}
        said = server.describe_nodes(classes)
    except BackendError as error:
        return ServerCheck(backend=server.name, lacks=lacks, error=error)
    return ServerCheck(
        backend=server.name, lacks=lacks, misfits=misfits(manifest.graph, said, uploads=uploads)
    )
