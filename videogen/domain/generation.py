"""What a back end is asked for and what it reports back: the hinge between runs and back ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from videogen.domain.condition import Condition
from videogen.domain.input_file import InputKind
from videogen.domain.run import FailureClass, Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class InputPlace:
    """Where in a graph an uploaded file's name goes."""

    node: str
    input: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InputContent:
    """A kept input file as a back end sends it."""

    input_id: str  # sha256
    kind: InputKind
    path: Path
    mime_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """ComfyUI's graph in API format with every slot filled."""

    name: str
    graph: Mapping[str, Any]
    save_node: str  # the id of OUR save node
    sampler_node: str | None = None  # cached execution of it measures nothing
    sha256: str = ""
    stall_s: float = 1800.0  # no progress for so long: stalled
    deadline_s: float = 6 * 3600.0
    input_places: Mapping[str, InputPlace] = field(default_factory=dict)  # slot name -> place


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """One clip to make; `workflow` is None for cloud models."""

    condition: Condition
    prompt_text: str
    seed: int
    workflow: Workflow | None = None
    negative_prompt: str | None = None
    inputs: Mapping[str, InputContent] = field(default_factory=dict)  # by slot name


class GenerationState(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    MISSING = "missing"  # the back end does not know it: twice in a row means lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a back end says of one submitted request, at one moment."""

    state: GenerationState
    progress: float | None = None  # 0..1, never runs backwards; None: no bar moves
    stage: str | None = None  # the running node's class, or the vendor's word
    phases: Mapping[str, float] = field(default_factory=dict)  # seconds, by the server's clock
    stages: Mapping[str, float] = field(default_factory=dict)  # node class -> s, within executing
    failure_class: FailureClass | None = None
    failure_detail: str | None = None
    is_cached: bool = False  # served from the server's cache: no measurement
    billed_samples: int | None = None  # paid back ends: clips that will be charged


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingParts:
    """Everything that a workflow needs and the server lacks, at once."""

    nodes: tuple[str, ...] = ()  # node classes
    models: tuple[str, ...] = ()  # file names as the workflow has them

    def __bool__(self) -> bool:
        return bool(self.nodes or self.models)


class BackendLight(StrEnum):
    UP = "up"
    BUSY = "busy"
    DOWN = "down"
    UNCONFIGURED = "unconfigured"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendStatus:
    """A back end's light in the header, and what a fingerprint is made of."""

    name: str
    kind: str
    light: BackendLight
    reason: str | None = None  # why it is down: an error code with texts
    origin: Origin | None = None
    time_scale: float | None = None
    version: str | None = None
    device: str | None = None
    memory_total_mib: int | None = None
    memory_used_mib: int | None = None
    n_running: int | None = None
    n_pending: int | None = None
    fingerprint: Mapping[str, Any] = field(default_factory=dict)
