"""What each server still needs before a condition can run there: everything, at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from videogen.backends.contract import Backend
from videogen.catalogue import Manifest, ModelPart, model_file_name
from videogen.catalogue.model_folders import loaded_files
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.generation import GenerationRequest, MissingParts
from videogen.errors import BackendError

ANY_PROMPT = "preflight"  # what a workflow needs does not depend on its prompt or seed
ANY_SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingNode:
    """A node class, its pack and the command that installs it; None where nobody says."""

    node_class: str
    pack: str | None
    how: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingModel:
    """A model file; `how` is the command that fetches it; None where nobody has established it."""

    file: str
    folder: str | None
    size_bytes: int | None
    source: str | None
    how: str | None

    @classmethod
    def of(cls, part: ModelPart) -> "MissingModel":
        """A file that a list knows."""
        return cls(
            file=part.file,
            folder=part.folder,
            size_bytes=part.size_bytes,
            source=part.source,
            how=part.how,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacks:
    """What one condition lacks on one server."""

    nodes: tuple[MissingNode, ...] = ()
    models: tuple[MissingModel, ...] = ()

    @property
    def is_complete(self) -> bool:
        return not (self.nodes or self.models)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPreflight:
    """One server's answer; `error` when it could not be asked to the end."""

    backend: str
    conditions: Mapping[str, Lacks] = field(default_factory=dict)  # by name, in the order asked
    error: BackendError | None = None

    @property
    def is_complete(self) -> bool:
        return self.error is None and all(each.is_complete for each in self.conditions.values())


def preflight(
    backends: Sequence[Backend],
    conditions: Iterable[Condition],
    manifests: Mapping[str, Manifest],
) -> tuple[ServerPreflight, ...]:
    """Per server, for every condition that runs a workflow there; asks, and sends nothing."""
    asked = [c for c in conditions if c.backend is BackendKind.COMFY and c.workflow in manifests]
    servers = [backend for backend in backends if backend.kind is BackendKind.COMFY]
    return tuple(_asked(server, asked, manifests) for server in servers)


def _asked(
    server: Backend, conditions: Sequence[Condition], manifests: Mapping[str, Manifest]
) -> ServerPreflight:
    found: dict[str, Lacks] = {}
    try:
        for condition in conditions:
            manifest = manifests[condition.workflow or ""]
            found[condition.name] = _explained(
                server.missing(_request(condition, manifest)), manifest
            )
    except BackendError as error:
        return ServerPreflight(backend=server.name, conditions=found, error=error)
    return ServerPreflight(backend=server.name, conditions=found)


def _request(condition: Condition, manifest: Manifest) -> GenerationRequest:
    workflow = manifest.fill(condition, prompt_text=ANY_PROMPT, negative_prompt=None, seed=ANY_SEED)
    return GenerationRequest(
        condition=condition, prompt_text=ANY_PROMPT, seed=ANY_SEED, workflow=workflow
    )


def _explained(missing: MissingParts, manifest: Manifest) -> Lacks:
    parts = {part.file: part for part in manifest.parts}
    folders = {one.file: one.folder for one in loaded_files(manifest.graph)}
    return Lacks(
        nodes=tuple(_node(name, manifest) for name in missing.nodes),
        models=tuple(_model(name, parts, folders) for name in missing.models),
    )


def _node(name: str, manifest: Manifest) -> MissingNode:
    pack = manifest.packs.get(name)
    return MissingNode(
        node_class=name, pack=pack.name if pack else None, how=pack.how if pack else None
    )


def _model(
    name: str, parts: Mapping[str, ModelPart], folders: Mapping[str, str | None]
) -> MissingModel:
    """Of a file that no list names, its loader tells at least in which folder it is looked for."""
    file = model_file_name(name)
    part = parts.get(file)
    if part is None:
        return MissingModel(
            file=file, folder=folders.get(file), size_bytes=None, source=None, how=None
        )
    return MissingModel.of(part)
