import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from videogen.sandbox.faults import Fault, Subject
from videogen.sandbox.gpu_trace import GpuTrace
from videogen.sandbox.profiles import Draw, Profile
from videogen.sandbox.workflow_reading import Graph, WorkflowReading


class JobInterruptedError(Exception):
    """Somebody posted /interrupt."""


class JobLostError(Exception):
    """The lose_job fault: the server forgets the job without a word."""


class ServerRestartError(Exception):
    """The restart fault: the server forgets everything."""


class NodeFailedError(Exception):
    """A node raised while the graph ran; carries what execution_error tells."""

    def __init__(self, exception_type: str, exception_message: str) -> None:
        super().__init__(exception_message)
        self.exception_type = exception_type
        self.exception_message = exception_message


OUT_OF_VRAM_TYPE = "torch.OutOfMemoryError"
OUT_OF_VRAM_MESSAGE = (
    "CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of 23.89 GiB "
    "of which 1.02 GiB is free.\nThis error means you ran out of memory on your GPU.\n\n"
    "TIPS: If the workflow worked before you might have accidentally set the batch_size to a "
    "large number."
)
_ENDINGS = ("out_of_vram", "execution_error", "lose_job", "restart")
_STRIKES = (*_ENDINGS, "stall", "restart_forgetting")


@dataclass(slots=True, kw_only=True, eq=False)
class ComfyJob:
    """One accepted POST /prompt, from the queue to the history."""

    number: float
    prompt_id: str
    graph: Graph
    extra_data: dict[str, Any]
    outputs: list[str]
    reading: WorkflowReading
    profile: Profile
    draw: Draw
    faults: dict[str, Fault]
    entry: int  # in the submit log
    input_folder: Path
    is_interrupted: bool = False
    aborted: asyncio.Event = field(default_factory=asyncio.Event)
    has_stalled: bool = False
    started_at: float = 0.0  # loop time
    trace: GpuTrace | None = None
    real_s: float = 0.0  # how long the run takes on the wall clock
    stopped_share: float | None = None  # where it ended, None while it runs
    ran_out_of_vram: bool = False
    over: bool = False
    node: str | None = None
    executed: list[str] = field(default_factory=list)
    progress: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: list[list[Any]] = field(default_factory=list)
    ui_outputs: dict[str, Any] = field(default_factory=dict)
    renders: dict[str, asyncio.Future[None]] = field(default_factory=dict)

    @property
    def client_id(self) -> str | None:
        value = self.extra_data.get("client_id")
        return None if value is None else str(value)

    def subject(self, route: str = "") -> Subject:
        """What a fault of a later request about this job is matched against."""
        reading = self.reading
        return Subject(
            profile=self.profile.name, prompt=reading.prompt, model=reading.model, route=route
        )

    @property
    def has_audio(self) -> bool:
        return self.reading.has_audio or "audio_twin" in self.faults

    def queue_item(self) -> list[Any]:
        return [self.number, self.prompt_id, self.graph, self.extra_data, self.outputs]

    def planned_peak_mib(self) -> float:
        return self.profile.planned_peak_mib(self.reading.work) * self.draw.memory_factor

    def is_doomed(self) -> bool:
        """True if a fault ends it before any file is written."""
        return any(kind in self.faults for kind in _ENDINGS)

    def is_over(self) -> bool:
        """True once it has ended or the server forgot it."""
        return self.over

    @property
    def played_share(self) -> float:
        """The part of the run that has been played, 0 to 1."""
        if self.stopped_share is not None:
            return self.stopped_share
        if not self.started_at or not self.real_s:
            return 0.0
        return min(1.0, (time.monotonic() - self.started_at) / self.real_s)

    def strike_share(self) -> float:
        """The share of the run at which its first fault acts; above 1 if none does."""
        shares = [
            fault.number("at_fraction", self.draw.failure_at)
            for kind, fault in self.faults.items()
            if kind in _STRIKES and not _is_aimed(fault)
        ]
        return min(shares, default=2.0)

    def strike(self) -> bool:
        """Raises what the job's fault says; True means that it stalls or waits here."""
        if "restart" in self.faults:
            raise ServerRestartError
        if "lose_job" in self.faults:
            raise JobLostError
        if "stall" in self.faults or "restart_forgetting" in self.faults:
            self.has_stalled = True
            return True
        if "out_of_vram" in self.faults:
            self.ran_out_of_vram = True
            raise _node_error(self.faults["out_of_vram"])
        raise _node_error(self.faults["execution_error"])

    def strike_node(self, node_id: str) -> bool:
        """Raises the fault that is aimed at this node by id or class; True means it stalls here."""
        class_type = self.graph[node_id]["class_type"]
        for fault in self.faults.values():
            if not _is_aimed(fault):
                continue
            if node_id == fault.params.get("node_id") or class_type == fault.params.get(
                "class_type"
            ):
                if fault.kind == "stall":
                    return True
                self.ran_out_of_vram = fault.kind == "out_of_vram"
                raise _node_error(fault)
        return False


def _is_aimed(fault: Fault) -> bool:
    return "node_id" in fault.params or "class_type" in fault.params


def _node_error(fault: Fault) -> NodeFailedError:
    kind, message = "RuntimeError", "The sandbox let this node fail.\n"
    if fault.kind == "out_of_vram":
        kind, message = OUT_OF_VRAM_TYPE, OUT_OF_VRAM_MESSAGE
    return NodeFailedError(
        str(fault.params.get("exception_type", kind)),
        str(fault.params.get("exception_message", message)),
    )
