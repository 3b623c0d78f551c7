"""Reading a server's /queue and /history answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from videogen.backends.comfy.outputs import OutputFile, clip_file
from videogen.backends.comfy.refusals import execution_failure
from videogen.domain.generation import GenerationState, Observation
from videogen.domain.run import FailureClass

# Kept by the server beside the prompt, so that a new process knows which node is ours.
MARK = "videogen"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptMark:
    """What must outlive this process to read a prompt's result."""

    save_node: str | None = None
    sampler_node: str | None = None
    client_id: str | None = None  # whom the server tells of its progress
    graph: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlace:
    """Where an id stands in /queue, and how many stand there at all."""

    state: GenerationState | None
    mark: PromptMark | None
    n_running: int
    n_pending: int

    @property
    def is_wedged(self) -> bool:
        """Work waits and none is done: after a crash of its worker thread a server stays so."""
        return self.n_running == 0 and self.n_pending > 0


def queue_place(body: Mapping[str, Any], prompt_id: str) -> QueuePlace:
    running = _rows(body.get("queue_running"))
    pending = _rows(body.get("queue_pending"))
    state, mark = None, None
    for rows, name in ((pending, GenerationState.PENDING), (running, GenerationState.RUNNING)):
        for row in rows:
            if len(row) > 1 and row[1] == prompt_id:
                state, mark = name, prompt_mark(row)
    return QueuePlace(state=state, mark=mark, n_running=len(running), n_pending=len(pending))


def prompt_mark(row: list[Any]) -> PromptMark:
    """Our mark in a row (number, id, graph, extra_data, outputs to execute)."""
    graph = row[2] if len(row) > 2 and isinstance(row[2], dict) else {}
    extra = row[3] if len(row) > 3 and isinstance(row[3], dict) else {}
    ours = extra.get(MARK)
    if not isinstance(ours, dict):
        return PromptMark(graph=graph)
    return PromptMark(
        save_node=ours.get("save_node"),
        sampler_node=ours.get("sampler_node"),
        client_id=extra.get("client_id"),
        graph=graph,
    )


def entry_mark(entry: Mapping[str, Any]) -> PromptMark:
    row = entry.get("prompt")
    return prompt_mark(row if isinstance(row, list) else [])


def read_entry(entry: Mapping[str, Any], mark: PromptMark) -> Observation:
    """A final observation from one /history entry."""
    messages = _messages(entry)
    if "execution_interrupted" in messages:
        return Observation(state=GenerationState.CANCELLED, phases=_phases(entry, messages))
    if "execution_error" in messages:
        failure = execution_failure(messages["execution_error"])
        return Observation(
            state=GenerationState.FAILED,
            phases=_phases(entry, messages),
            failure_class=failure.failure_class,
            failure_detail=failure.detail,
        )
    if _status(entry).get("status_str") != "success":
        return _failed("the server reports an error without saying which")
    if _clip(entry, mark) is None:
        return _failed("success, but no video file among the outputs")
    return Observation(
        state=GenerationState.SUCCEEDED,
        progress=1.0,
        phases=_phases(entry, messages),
        is_cached=_is_cached(messages, mark),
    )


def entry_clip(entry: Mapping[str, Any]) -> OutputFile | None:
    """The clip that a prompt made, by the save node that its mark names."""
    return _clip(entry, entry_mark(entry))


def _clip(entry: Mapping[str, Any], mark: PromptMark) -> OutputFile | None:
    outputs = entry.get("outputs")
    return clip_file(outputs if isinstance(outputs, dict) else {}, mark.save_node)


def _failed(detail: str) -> Observation:
    return Observation(
        state=GenerationState.FAILED,
        failure_class=FailureClass.EXECUTION_ERROR,
        failure_detail=detail,
    )


def _is_cached(messages: Mapping[str, Mapping[str, Any]], mark: PromptMark) -> bool:
    cached = messages.get("execution_cached", {}).get("nodes")
    ours = {node for node in (mark.save_node, mark.sampler_node) if node is not None}
    if not ours:  # a prompt without our mark: cached as a whole or not at all
        return bool(cached) and set(cached or ()) >= set(mark.graph)
    return bool(ours & set(cached or ()))


def _phases(
    entry: Mapping[str, Any], messages: Mapping[str, Mapping[str, Any]]
) -> dict[str, float]:
    """Seconds by the server's own clock: waiting in its queue, and executing."""
    row = entry.get("prompt")
    extra = row[3] if isinstance(row, list) and len(row) > 3 else None
    created = _timestamp(extra, "create_time")
    started = _timestamp(messages.get("execution_start"), "timestamp")
    ends = ("execution_success", "execution_error", "execution_interrupted")
    ended = next(
        (t for t in (_timestamp(messages.get(e), "timestamp") for e in ends) if t is not None), None
    )
    phases: dict[str, float] = {}
    if created is not None and started is not None:
        phases["queued"] = max(0.0, (started - created) / 1000)
    if started is not None and ended is not None:
        phases["executing"] = max(0.0, (ended - started) / 1000)
    return phases


def _timestamp(data: object, key: str) -> float | None:
    value = data.get(key) if isinstance(data, dict) else None
    return float(value) if isinstance(value, int | float) else None


def _status(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    status = entry.get("status")
    return status if isinstance(status, dict) else {}


def _messages(entry: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for message in _rows(_status(entry).get("messages")):
        if len(message) == 2 and isinstance(message[1], dict):
            found[str(message[0])] = message[1]
    return found


def _rows(value: object) -> list[list[Any]]:
    if not isinstance(value, list):
        return []
    return [row for row in value if isinstance(row, list)]
