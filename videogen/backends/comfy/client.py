"""One ComfyUI server as a back end."""

import base64
import contextlib
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from videogen.backends.address_rules import AddressRules
from videogen.backends.comfy.address import ComfyAddress, comfy_address
from videogen.backends.comfy.cancelling import Canceller
from videogen.backends.comfy.download import download
from videogen.backends.comfy.history import (
    MARK,
    PromptMark,
    QueuePlace,
    entry_clip,
    entry_mark,
    queue_place,
    read_entry,
)
from videogen.backends.comfy.listener import Listener
from videogen.backends.comfy.object_info import ObjectInfo
from videogen.backends.comfy.outputs import ClipMemory, OutputFile
from videogen.backends.comfy.packs import PackBook
from videogen.backends.comfy.refusals import missing_error, refusal
from videogen.backends.comfy.system import SystemWatch
from videogen.backends.comfy.uploads import Uploads
from videogen.backends.comfy.wire import (
    ANSWER_TIMEOUT_S,
    AnswerUnseenError,
    ComfyWire,
    retry_after_s,
)
from videogen.domain.condition import BackendKind
from videogen.domain.generation import (
    BackendStatus,
    GenerationRequest,
    GenerationState,
    MissingParts,
    Observation,
    Workflow,
)
from videogen.domain.run import VramTrace
from videogen.errors import (
    BackendError,
    BackendUnavailableError,
    DownloadFailedError,
    NotComfyError,
    QuotaError,
    RequestRefusedError,
    ServerTooOldError,
    ServerWedgedError,
)

RACE_TRIES = 8  # the history entry is written some tenths of a second after the success message
RACE_PAUSE_S = 0.1
DEAF_AFTER_S = 120.0  # longer than any silence seen between two messages of a running prompt
POST_TRIES = 2
WEIGHTS_FOLDERS = ("diffusion_models", "checkpoints")  # the large files go there
WEDGED = "worker dead, restart ComfyUI"


class ComfyBackend:
    """Blocking and thread-safe; `prompt_id` here is ComfyUI's id, our attempt's UUID."""

    kind = BackendKind.COMFY
    is_paid = False
    poll_interval_s = None
    n_lanes = 1  # one GPU: what it holds at once would slow and crowd what is measured
    submit_interval_s = 0.0
    can_cancel = True

    def __init__(
        self,
        base_url: str,
        *,
        lookup_pause_s: float = 0.5,
        answer_timeout_s: float = ANSWER_TIMEOUT_S,
        rules: AddressRules | None = None,
    ) -> None:
        """Raises: InvalidInputError: `base_url` is no HTTP address."""
        address = comfy_address(base_url)
        self._wire = ComfyWire(address, answer_timeout_s=answer_timeout_s, rules=rules)
        self._listener = Listener(address.socket_url, _authorization(address), rules=rules)
        self._object_info = ObjectInfo(self._wire)
        self._packs = PackBook(self._wire, self._object_info)
        self._system = SystemWatch(self._wire)
        self._uploads = Uploads(self._wire)
        self._clips = ClipMemory()
        self._lookup_pause_s = lookup_pause_s
        self._canceller = Canceller(
            self._wire, place_of=self._place, interrupts_by_id=self._system.interrupts_by_id
        )

    @property
    def name(self) -> str:
        return self._wire.name

    def status(self) -> BackendStatus:
        return self._system.status()

    def fingerprint(self, request: GenerationRequest) -> Mapping[str, Any]:
        if request.workflow is None:
            return {}
        try:
            return {"packs": self._packs.of(request.workflow.graph)}
        except BackendError:
            return {}

    def missing(self, request: GenerationRequest) -> MissingParts:
        """Every node class and model file that the server lacks for the request's workflow."""
        self._system.checked_stats(None)
        workflow = _workflow_of(request, self.name)
        return self._object_info.resolve(workflow.graph, workflow.input_places.values()).missing

    def model_files(self) -> frozenset[str]:
        return self._object_info.model_files()

    def model_folders(self) -> tuple[str, ...]:
        """From a route of its own front end's, which it need not have."""
        folders = self._wire.optional_json("/internal/folder_paths") or {}
        by_use = sorted(folders.items(), key=lambda one: one[0] not in WEIGHTS_FOLDERS)
        paths = [path for _, listed in by_use if isinstance(listed, list) for path in listed]
        return tuple(dict.fromkeys(path for path in paths if isinstance(path, str)))

    def describe_nodes(self, classes: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """Its own description of each class that it has: inputs, their types, limits and choices.

        Raises: BackendUnavailableError, NotComfyError.
        """
        self._system.checked_stats(None)
        specs = {name: self._object_info.spec(name) for name in sorted(set(classes))}
        return {name: spec for name, spec in specs.items() if spec is not None}

    def preflight(self, request: GenerationRequest) -> None:
        self._system.checked_stats(None)
        self._place("")
        if self._system.is_wedged:
            raise ServerWedgedError(self.name, detail=WEDGED)
        self._resolved_graph(request)

    def submit(self, request: GenerationRequest, token: str) -> str:
        """Queue the request's workflow under `token`, stored by the caller before this call."""
        workflow = _workflow_of(request, self.name)
        graph = self._uploads.filled(
            self._resolved_graph(request), workflow.input_places, request.inputs, token
        )
        self._listener.watch(token, graph, workflow.sampler_node)
        body = {
            "prompt": graph,
            "prompt_id": token,
            "client_id": self._listener.client_id,
            # Previews cost device time and memory, which are what we measure.
            "extra_data": {
                "preview_method": "none",
                MARK: {"save_node": workflow.save_node, "sampler_node": workflow.sampler_node},
            },
        }
        unseen: AnswerUnseenError | None = None
        for _ in range(POST_TRIES):
            try:
                self._post(body, token)
            except AnswerUnseenError as error:
                if self._may_have_arrived(token):
                    return token
                unseen = error
            else:
                return token
        raise unseen or BackendUnavailableError(self.name)

    def poll(self, external_id: str) -> Observation:
        # Queue first, then history: a prompt that ends between the two is then in the history.
        place = self._place(external_id)
        if place.state is not None and not self._has_ended(external_id):
            return self._in_queue(external_id, place)
        entry = self._entry(external_id)
        for _ in range(RACE_TRIES if self._has_ended(external_id) else 0):
            if entry is not None:
                break
            time.sleep(RACE_PAUSE_S)
            entry = self._entry(external_id)
        if entry is not None:
            return self._final(external_id, entry)
        if place.state is not None:
            return self._in_queue(external_id, place)
        gone = self._canceller.was_asked(external_id)
        return Observation(state=GenerationState.CANCELLED if gone else GenerationState.MISSING)

    def wait(self, external_id: str, timeout_s: float) -> None:
        self._listener.wait(external_id, timeout_s)

    def cancel(self, external_id: str) -> None:
        """Take it from the queue or interrupt it, nobody else's; `poll` says when it is gone."""
        self._canceller.cancel(external_id)

    def fetch(self, external_id: str, destination: Path) -> None:
        """A restart forgets the history but keeps the files, so what a poll saw is remembered."""
        file = self._clips.get(external_id) or self._listed_clip(external_id)
        download(self._wire, file, destination)

    def device_trace(self, external_id: str) -> VramTrace | None:
        try:
            return self._system.sandbox_trace(external_id)
        except BackendError:  # a measurement that cannot be had must not fail the run
            return None

    def memory_reading(self) -> tuple[int, int] | None:
        try:
            return self._system.memory_reading()
        except BackendError:  # likewise
            return None

    def free_memory(self) -> None:
        """The server unloads between two prompts; it answers 500 to a request without a body."""
        body = {"unload_models": True, "free_memory": True}
        answer = self._wire.send("POST", "/free", body=body)
        if answer.status_code != 200:
            raise NotComfyError(self.name, detail=f"POST /free: HTTP {answer.status_code}")

    def close(self) -> None:
        self._listener.close()
        self._wire.close()

    def _resolved_graph(self, request: GenerationRequest) -> dict[str, Any]:
        workflow = _workflow_of(request, self.name)
        found = self._object_info.resolve(workflow.graph, workflow.input_places.values())
        error = missing_error(self.name, found.missing)
        if error is not None:
            raise error
        if found.unset:
            raise RequestRefusedError(self.name, detail="; ".join(found.unset))
        return found.graph

    def _post(self, body: dict[str, Any], token: str) -> None:
        answer = self._wire.send("POST", "/prompt", body=body)
        if answer.status_code == 400:
            raise refusal(self.name, self._wire.json_object(answer))
        if answer.status_code == 413:
            raise RequestRefusedError(self.name, detail="the workflow is too large for the server")
        if answer.status_code == 429:  # a gate in front of the server, which itself has none
            wait_s = retry_after_s(answer)
            raise QuotaError(self.name, detail="POST /prompt: HTTP 429", retry_after_s=wait_s)
        echoed = self._echoed_id(answer)
        if echoed != token:
            self._take_back(echoed)
            raise ServerTooOldError(self.name, version=None, oldest="0.3.45")
        reply = self._wire.json_object(answer)
        if reply.get("node_errors"):
            # The valid outputs would run and the prompt end as a success without our clip.
            self._take_back(token)
            raise refusal(self.name, reply)

    def _echoed_id(self, answer: httpx.Response) -> str:
        """Raises: AnswerUnseenError: it says yes in words that nobody can read."""
        if not answer.is_success:
            raise NotComfyError(self.name, detail=f"POST /prompt: HTTP {answer.status_code}")
        try:
            echoed = self._wire.json_object(answer).get("prompt_id")
        except NotComfyError as error:
            raise AnswerUnseenError(self.name, detail=f"POST /prompt: {error.detail}") from None
        if not isinstance(echoed, str):
            raise AnswerUnseenError(self.name, detail="POST /prompt: no prompt_id in the answer")
        return echoed

    def _take_back(self, prompt_id: str) -> None:
        with contextlib.suppress(BackendError):  # why it was refused is the news
            self._canceller.cancel(prompt_id)

    def _may_have_arrived(self, token: str) -> bool:
        """Whether a POST whose answer was not seen did arrive: posting twice would run twice.

        A server that cannot be asked either may have it: then it counts as sent, and polling
        finds out.
        """
        is_absent = False
        for last in (False, False, True):
            try:
                if self._place(token).state is not None or self._entry(token) is not None:
                    return True
                is_absent = True
            except BackendError:  # one bad answer says nothing: the last look decides
                is_absent = False
            if not last:  # the server may still be validating what it received
                time.sleep(self._lookup_pause_s)
        return not is_absent

    def _place(self, prompt_id: str) -> QueuePlace:
        body = self._wire.get_json("/queue")
        listed = (body.get("queue_running"), body.get("queue_pending"))
        if not all(isinstance(rows, list) for rows in listed):  # no list is not an empty one
            raise NotComfyError(self.name, detail="/queue does not list what runs and what waits")
        place = queue_place(body, prompt_id)
        self._system.note(place)
        return place

    def _entry(self, prompt_id: str) -> dict[str, Any] | None:
        entry = self._wire.get_json(f"/history/{quote(prompt_id, safe='')}").get(prompt_id)
        return entry if isinstance(entry, dict) else None

    def _listed_clip(self, prompt_id: str) -> OutputFile:
        entry = self._entry(prompt_id)
        if entry is None:
            raise DownloadFailedError(self.name, detail="the server no longer knows this prompt")
        file = entry_clip(entry)
        if file is None:
            raise DownloadFailedError(self.name, detail="no video file among the outputs")
        return file

    def _has_ended(self, prompt_id: str) -> bool:
        board = self._listener.board(prompt_id)
        return board is not None and board.is_final

    def _in_queue(self, prompt_id: str, place: QueuePlace) -> Observation:
        """Raises: ServerWedgedError: it waits for a worker that is dead."""
        self._canceller.repeat(prompt_id)
        mark = place.mark or PromptMark()
        if place.state is GenerationState.RUNNING:
            self._listener.follow(prompt_id, mark.client_id, silent_s=DEAF_AFTER_S)
        board = self._listener.watch(prompt_id, mark.graph, mark.sampler_node)
        if place.state is GenerationState.PENDING:
            if self._system.is_wedged:
                raise ServerWedgedError(self.name, detail=WEDGED)
            return Observation(state=GenerationState.PENDING)
        return Observation(
            state=GenerationState.RUNNING,
            progress=board.progress,
            stage=board.stage,
            stages=board.stage_seconds,
        )

    def _final(self, prompt_id: str, entry: dict[str, Any]) -> Observation:
        seen = read_entry(entry, entry_mark(entry))
        file = entry_clip(entry)
        if file is not None and seen.state is GenerationState.SUCCEEDED:
            self._clips.keep(prompt_id, file)
        board = self._listener.board(prompt_id)
        return Observation(
            state=seen.state,
            progress=seen.progress,
            phases=seen.phases,
            stages={} if board is None else board.stage_seconds,
            failure_class=seen.failure_class,
            failure_detail=seen.failure_detail,
            is_cached=seen.is_cached,
        )


def _workflow_of(request: GenerationRequest, backend: str) -> Workflow:
    if request.workflow is None:
        raise RequestRefusedError(backend, detail="a ComfyUI server needs a workflow")
    return request.workflow


def _authorization(address: ComfyAddress) -> str | None:
    if address.credentials is None:
        return None
    return "Basic " + base64.b64encode(":".join(address.credentials).encode()).decode()
