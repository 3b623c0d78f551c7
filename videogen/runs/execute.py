"""One attempt from intent to clip: submit, watch, fetch, check, measure, cost, commit."""

import dataclasses
import threading
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from videogen import store
from videogen.backends.contract import Backend
from videogen.clips import accept_clip
from videogen.domain.generation import (
    BackendStatus,
    GenerationRequest,
    GenerationState,
    Observation,
)
from videogen.domain.run import (
    Attempt,
    AttemptState,
    FailureClass,
    Origin,
    Run,
    RunStatus,
    VramTrace,
)
from videogen.errors import (
    ClipRejectedError,
    NotComfyError,
    OutcomeUncertainError,
    RunLostError,
    ServerTooOldError,
    VideogenError,
)
from videogen.gpu import Source, choose_source
from videogen.runs import costing
from videogen.runs.context import RunContext
from videogen.runs.journal import Journal
from videogen.runs.request import build_request, expected_clip
from videogen.runs.watch import AppStoppingError, Watch

FAILURE_CLASSES = {failure.value for failure in FailureClass}
NOTHING_SENT = (AttemptState.INTENDED,)
EXECUTING = "executing"
QUEUED = "queued"  # behind others' prompts on a shared server: waiting, no part of the wall time


def begin(context: RunContext, backend: Backend, status: BackendStatus, run: Run) -> Journal:
    """Commit the intent: from here on the run can be found again whatever happens."""
    attempts = store.attempts_of_run(context.database, run.run_id)
    condition = store.get_condition(context.database, run.condition_id)
    attempt_id = str(uuid.uuid4())
    attempt = Attempt(
        attempt_id=attempt_id,
        run_id=run.run_id,
        ordinal=len(attempts) + 1,
        state=AttemptState.INTENDED,
        backend=backend.name,
        intended_at=context.now(),
        external_id=None if backend.is_paid else attempt_id,
        fingerprint=status.fingerprint,
    )
    journal = Journal(context, condition, run, attempt)
    journal.move(AttemptState.INTENDED)
    return journal


@dataclasses.dataclass
class Execution:
    """One attempt being carried to its end by one thread."""

    context: RunContext
    backend: Backend
    status: BackendStatus
    journal: Journal
    stop: threading.Event
    is_cold: bool | None

    def __post_init__(self) -> None:
        self._sent_at = time.monotonic()
        self._is_resumed = self.journal.attempt.state is not AttemptState.INTENDED
        self._trace: VramTrace | None = None
        self._phases: dict[str, float] = {}

    @property
    def time_scale(self) -> float:
        return self.status.time_scale or 1.0

    @property
    def part_file(self) -> Path:
        return self.context.clips_folder / "incoming" / f"{self.journal.attempt.attempt_id}.mp4"

    def carry(self) -> None:
        """To a final word, or to AppStoppingError; every other failure becomes the run's class."""
        seen: Observation | None = None
        try:
            request = self._request()
            external_id, seen = self._monitored(request)
            self._conclude(external_id, seen)
        except AppStoppingError:
            raise
        except VideogenError as error:
            self._fail(error, seen)
        finally:
            self.context.board.clear(self.journal.run.run_id)
            self.part_file.unlink(missing_ok=True)

    def _request(self) -> GenerationRequest:
        run = self.journal.run
        prompt = store.get_prompt(self.context.database, run.prompt_id)
        request = build_request(self.journal.condition, prompt, run.seed, self.context.manifests)
        if self.journal.attempt.state in NOTHING_SENT:
            self.backend.preflight(request)
        return request

    def _monitored(self, request: GenerationRequest) -> tuple[str, Observation]:
        """Submit and watch while device memory is sampled; the trace is kept on failure too."""
        watching = self.context.monitor.watch(self._memory_source())
        external_id: str | None = None
        try:
            with watching:
                external_id = self._submitted(request)
                seen = self._watch(request, external_id)
        finally:
            own = self.backend.device_trace(external_id) if external_id else None
            self._trace = self._bounded(watching.trace(handed_over=own))
        return external_id, seen

    def _submitted(self, request: GenerationRequest) -> str:
        """The external id: this attempt's own, or the one that an earlier process was given."""
        attempt = self.journal.attempt
        if attempt.state not in NOTHING_SENT and attempt.external_id is not None:
            return attempt.external_id
        if self.backend.is_paid and self.journal.run.origin is Origin.LIVE:
            costing.reserve(self.context, self.journal)
        now = self.context.now()
        self.journal.move(AttemptState.INTENDED, submitted_at=now)  # committed before it is sent
        self._sent_at = time.monotonic()
        external_id = self.backend.submit(request, attempt.attempt_id)
        self._phases["submitting"] = time.monotonic() - self._sent_at
        self.journal.move(AttemptState.SUBMITTED, external_id=external_id)
        return external_id

    def _watch(self, request: GenerationRequest, external_id: str) -> Observation:
        began = time.monotonic()
        watch = Watch(
            context=self.context,
            backend=self.backend,
            journal=self.journal,
            stop=self.stop,
            time_scale=self.time_scale,
            workflow=request.workflow,
        )
        played: Mapping[str, float] = {}
        try:
            seen = watch.until_final(external_id)
            played = seen.phases  # the server's own clock: our polling adds nothing to its time
        finally:
            if not played and not self._is_resumed:
                played = {EXECUTING: time.monotonic() - began}
            self._phases |= {name: played_s * self.time_scale for name, played_s in played.items()}
        return seen

    def _bounded(self, trace: VramTrace) -> VramTrace:
        """What was sampled after a re-attachment has missed the beginning: a lower bound."""
        whole = trace.source == "sandbox" or not self._is_resumed
        if whole or trace.peak_vram_mib is None:
            return trace
        return dataclasses.replace(trace, is_lower_bound=True)

    def _conclude(self, external_id: str, seen: Observation) -> None:
        if seen.state is GenerationState.CANCELLED:
            self._finish(RunStatus.CANCELLED, seen)
        elif seen.state is GenerationState.FAILED:
            self._finish(
                RunStatus.FAILED,
                seen,
                failure_class=seen.failure_class or FailureClass.EXECUTION_ERROR,
                failure_detail=seen.failure_detail,
            )
        else:
            self._keep_clip(external_id, seen)

    def _keep_clip(self, external_id: str, seen: Observation) -> None:
        self.journal.move(AttemptState.FETCHING)
        if seen.is_cached:
            raise ClipRejectedError(self.backend.name, detail="cached")
        began = time.monotonic()
        self.part_file.parent.mkdir(parents=True, exist_ok=True)
        self.backend.fetch(external_id, self.part_file)
        self._phases["fetching"] = time.monotonic() - began
        clip = accept_clip(
            self.part_file,
            clips_folder=self.context.clips_folder,
            run_id=self.journal.run.run_id,
            expected=expected_clip(self.journal.condition),
            now=self.context.now(),
        )
        self._finish(RunStatus.SUCCEEDED, seen, clip=clip)

    def _finish(self, status: RunStatus, seen: Observation | None, **outcome: Any) -> None:
        attempt_changes = self._measured_attempt(status, seen)
        self.journal.finish(
            status,
            attempt_changes=attempt_changes,
            run_changes=self._measured_run(status, attempt_changes),
            **outcome,
        )
        if self._trace is not None:
            store.save_vram_trace(
                self.context.database, self.journal.attempt.attempt_id, self._trace
            )
        costing.settle(self.context, self.journal)

    def _measured_attempt(self, status: RunStatus, seen: Observation | None) -> Mapping[str, Any]:
        cost_usd, price_id = costing.attempt_cost(
            self.context, self.journal, status, seen, self._used_s()
        )
        trace = self._trace
        return {
            "phases": dict(self._phases),
            "cost_usd": cost_usd,
            "price_id": price_id,
            "peak_vram_mib": trace.peak_vram_mib if trace else None,
            "baseline_vram_mib": trace.baseline_vram_mib if trace else None,
            "peak_is_lower_bound": trace.is_lower_bound if trace else None,
            "vram_reason": trace.reason if trace else None,
        }

    def _measured_run(
        self, status: RunStatus, attempt_changes: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        return {
            "wall_time_s": self._used_s() if status is RunStatus.SUCCEEDED else None,
            "queue_time_s": self._queue_time_s(),
            "time_scale": self.status.time_scale,
            "is_cold": self.is_cold,
            "peak_vram_mib": attempt_changes["peak_vram_mib"],
            "peak_is_lower_bound": attempt_changes["peak_is_lower_bound"],
        }

    def _used_s(self) -> float | None:
        """Wall time: the phases but the waiting; None when the greatest of them is unknown."""
        if EXECUTING not in self._phases:
            return None
        return sum(spent_s for name, spent_s in self._phases.items() if name != QUEUED)

    def _queue_time_s(self) -> float | None:
        """In our queue and then in the server's own."""
        waited_s = self.journal.run.queue_time_s
        return None if waited_s is None else waited_s + self._phases.get(QUEUED, 0.0)

    def _fail(self, error: VideogenError, seen: Observation | None) -> None:
        status = RunStatus.FAILED
        if isinstance(error, OutcomeUncertainError):
            status = RunStatus.UNCERTAIN
        elif isinstance(error, RunLostError):
            status = RunStatus.LOST
        self._finish(
            status,
            seen,
            failure_class=failure_class_of(error),
            failure_detail=str(error),
        )

    def _memory_source(self) -> Source:
        return choose_source(
            None if self.backend.is_paid else self.backend.name,
            memory_reading=self.backend.memory_reading,
            server_device=self.status.device,
            origin=self.status.origin,
        )


def failure_class_of(error: VideogenError) -> FailureClass:
    if error.code in FAILURE_CLASSES:
        return FailureClass(error.code)
    if isinstance(error, (NotComfyError, ServerTooOldError)):
        return FailureClass.SERVER_DOWN
    return FailureClass.EXECUTION_ERROR
