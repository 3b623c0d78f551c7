"""What the import of workflows reads and does."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from videogen.backends import ComfyBackend
from videogen.bootstrap.reach import attached
from videogen.bootstrap.workflow_check import (
    ServerCheck,
    check_workflow,
    comfy_servers,
    nodes_described,
)
from videogen.catalogue import Manifest
from videogen.catalogue.graph_checks import Graph
from videogen.catalogue.proposal import Proposal
from videogen.catalogue.proposing import propose
from videogen.catalogue.sharing import SharedWorkflow, file_name_of, read_dropped, suggested_name
from videogen.domain.access import Permission
from videogen.domain.condition import Condition
from videogen.runs.lights import takes_runs
from videogen.ui import loaders, who


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A file that somebody dropped, and what is made of it so far; stored nowhere."""

    file_name: str
    name: str  # suggested
    graph: Graph = field(repr=False)
    proposal: Proposal | None  # None: a shared workflow, whose manifest came with it
    shared: Mapping[str, Any] = field(repr=False)
    checks: tuple[ServerCheck, ...] | None = None  # None: not asked since the last change

    def manifest(self, title: str) -> dict[str, Any]:
        return dict(self.shared) if self.proposal is None else self.proposal.manifest(title)

    def changed(self, proposal: Proposal) -> "Draft":
        return replace(self, proposal=proposal, checks=None)


def read(content: bytes, file_name: str) -> Draft:
    """Raises: InvalidInputError: no workflow in it that could be kept. NotAllowedError."""
    who.acting(Permission.OPERATE)
    own = loaders.application().own_workflows
    dropped = read_dropped(content, file_name)
    if isinstance(dropped, SharedWorkflow):
        name = own.free_name(suggested_name(dropped.name))
        own.checked(name, dropped.manifest, dropped.graph)
        return Draft(
            file_name=file_name,
            name=name,
            graph=dropped.graph,
            proposal=None,
            shared=dropped.manifest,
        )
    said = nodes_described(_servers(), dropped)
    return Draft(
        file_name=file_name,
        name=own.free_name(suggested_name(file_name)),
        graph=dropped,
        proposal=propose(dropped, said, file_name=file_name),
        shared={},
    )


def judged(draft: Draft) -> Manifest:
    """As it would be kept. Raises: InvalidInputError: what has to be pointed at first."""
    own = loaders.application().own_workflows
    return own.checked(draft.name, draft.manifest(draft.name), draft.graph)


def with_checks(draft: Draft) -> Draft:
    """Every server that answers is asked now. Raises: InvalidInputError, as `judged`."""
    return replace(draft, checks=check_workflow(_servers(), judged(draft)))


def save(draft: Draft, name: str) -> Condition:
    """Raises: InvalidInputError: the name is taken, or what does not fit."""
    own = loaders.application().own_workflows
    return own.add(name, draft.manifest(name), draft.graph, who.acting(Permission.OPERATE))


def own_conditions() -> list[Condition]:
    """Of the workflows that people brought, the oldest first."""
    return list(loaders.application().own_workflows.conditions.own())


def export(name: str) -> tuple[bytes, str]:
    """The file to share, and what it is called. Raises: NotFoundError."""
    return loaders.application().own_workflows.export(name), file_name_of(name)


def remove(name: str) -> None:
    """Raises: NotFoundError. InvalidInputError: runs were made with it."""
    loaders.application().own_workflows.remove(name, who.acting(Permission.OPERATE))


def _servers() -> list[ComfyBackend]:
    """Those that answered last: no page waits for a server that is down."""
    reached = attached(loaders.application().worker)
    return comfy_servers(one.backend for one in reached if takes_runs(one.status))
