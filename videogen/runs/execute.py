"""One attempt from intent to clip: submit, watch, fetch, check."""

import contextlib
import dataclasses
import errno
import threading
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog

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
    BackendError,
    BackendUnavailableError,
    ClipRejectedError,
    DiskFullError,
    ExecutionFailedError,
    ModelMissingError,
    NodeMissingError,
    NotComfyError,
    OutcomeUncertainError,
    PaidCallsStoppedError,
    VideogenError,
)
from videogen.gpu import Source, choose_source
from videogen.runs import costing
from videogen.runs.context import RunContext
from videogen.runs.ending import EXECUTING, Ending, failure_class_of
from videogen.runs.fingerprint import fingerprint
from videogen.runs.inputs import check_given, contents_of
from videogen.runs.journal import Journal
from videogen.runs.next_try import MayMake, anywhere, condition_to_try, is_smaller_due
from videogen.runs.request import build_request, expected_clip
from videogen.runs.watch import AppStoppingError, Watch

LOG = structlog.get_logger(__name__)


class NotHereError(Exception):
    """Nothing was sent, and this back end cannot take the run now: another may, or it later."""

    def __init__(self, cause: VideogenError) -> None:
        super().__init__(str(cause))
        self.cause = cause


class CancelledInTimeError(Exception):
    """The wish to cancel came before anything was sent."""


def begin(context: RunContext, backend: Backend, status: BackendStatus, run: Run) -> Journal:
    """Commit the intent: from here on the run can be found again whatever happens."""
    attempts = store.attempts_of_run(context.database, run.run_id)
    degraded = is_smaller_due(run, attempts)
    condition = condition_to_try(context, run, degraded=degraded)
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
        condition_id=run.making_condition_id,
        degraded=degraded,
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
    may_make: MayMake = anywhere
    freed_memory: bool = False
    broke: bool = False  # a defect of ours, which says nothing of the back end

    def __post_init__(self) -> None:
        self._is_resumed = self.journal.attempt.state is not AttemptState.INTENDED
        self._ending = Ending(
            context=self.context,
            journal=self.journal,
            time_scale=self.status.time_scale,
            is_cold=self.is_cold,
            memory_total_mib=self.status.memory_total_mib,
            may_make=self.may_make,
            phases=dict(self.journal.attempt.phases),  # of a first time, when it is fetched again
        )

    @property
    def part_file(self) -> Path:
        return self.context.clips_folder / "incoming" / f"{self.journal.attempt.attempt_id}.mp4"

    def carry(self) -> None:
        """To a final word, whatever goes wrong.

        Raises: AppStoppingError: the run stays as it stands, for the next start.
            NotHereError: nothing was sent and the run may go back to the queue.
        """
        try:
            self._make_clip()
        except (AppStoppingError, NotHereError):
            raise
        except CancelledInTimeError:
            self._ending.finish(RunStatus.CANCELLED)
        except VideogenError as error:
            self._free_memory_after(failure_class_of(error))
            self._ending.fail(error)
        except Exception as error:
            # A defect of ours, or of the machine: it must end this run, not block the lane.
            LOG.exception("attempt_broke")
            self.broke = True
            self._ending.fail(self._as_ours(error))
        finally:
            self.context.board.clear(self.journal.run.run_id)
            self.part_file.unlink(missing_ok=True)

    def _make_clip(self) -> None:
        request = self._request()
        external_id, seen = self._monitored(request)
        self._ending.seen = seen
        if seen.state is GenerationState.CANCELLED:
            self._ending.finish(RunStatus.CANCELLED)
        elif seen.state is GenerationState.FAILED:
            self._free_memory_after(seen.failure_class)
            self._ending.finish(
                RunStatus.FAILED,
                failure_class=seen.failure_class or FailureClass.EXECUTION_ERROR,
                failure_detail=seen.failure_detail,
            )
        else:
            self._keep_clip(external_id, seen)

    def _free_memory_after(self, failure_class: FailureClass | None) -> None:
        """Before the run's next try is committed, so that a kill in between frees it again."""
        if failure_class is not FailureClass.OUT_OF_VRAM or self.backend.is_paid:
            return
        self._ending.ran_out = True
        with contextlib.suppress(BackendError):  # the next run may fail by it, and will say so
            self.backend.free_memory()
            self.freed_memory = True

    def _request(self) -> GenerationRequest:
        run = self.journal.run
        prompt = store.get_prompt(self.context.database, run.prompt_id)
        inputs = contents_of(
            self.context.database,
            self.context.inputs_folder,
            run.inputs,
            is_sent=self._is_resumed,
        )
        request = build_request(
            self.journal.condition, prompt, run.seed, self.context.manifests, inputs
        )
        if not self._is_resumed:
            # A routed run was planned before it was known what would make it.
            check_given(self.context.database, self.journal.condition, run.inputs)
            try:
                self.backend.preflight(request)
            except (
                BackendUnavailableError,
                NotComfyError,
                NodeMissingError,
                ModelMissingError,
            ) as error:
                raise NotHereError(error) from error
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
            self._ending.trace = self._bounded(watching.trace(handed_over=own))
        return external_id, seen

    def _submitted(self, request: GenerationRequest) -> str:
        """The external id: this attempt's own, or the one that an earlier process was given."""
        attempt = self.journal.attempt
        if self._is_resumed:
            if attempt.external_id is None:
                raise OutcomeUncertainError(self.backend.name, detail="its id was never stored")
            return attempt.external_id
        self._commit_to_send(fingerprint(self.context, self.backend, self.status, request))
        sent_at = time.monotonic()
        try:
            external_id = self.backend.submit(request, attempt.attempt_id)
        except OutcomeUncertainError:
            raise
        except BackendError:
            self._ending.was_refused = True  # the back end said no: nothing runs, nothing is billed
            raise
        self._note("submitting", sent_at)
        self.journal.move(AttemptState.SUBMITTED, external_id=external_id)
        return external_id

    def _commit_to_send(self, told: Mapping[str, Any]) -> None:
        """The last step before the call, and the money held for it: both committed, or neither."""
        database = self.context.database
        with database.write():
            if store.get_run(database, self.journal.run.run_id).cancel_requested:
                raise CancelledInTimeError
            if self.backend.is_paid and self.journal.run.origin is Origin.LIVE:
                self._reserve()
            self.journal.about_to_send(told)

    def _reserve(self) -> None:
        """A stop that came since the claim sends the run back to the queue."""
        try:
            costing.reserve(self.context, self.journal)
        except PaidCallsStoppedError as error:
            raise NotHereError(error) from error

    def _watch(self, request: GenerationRequest, external_id: str) -> Observation:
        time_scale = self.status.time_scale or 1.0
        watch = Watch(
            context=self.context,
            backend=self.backend,
            journal=self.journal,
            stop=self.stop,
            time_scale=time_scale,
            workflow=request.workflow,
        )
        played: Mapping[str, float] = {}
        try:
            seen = watch.until_final(external_id)
            played = seen.phases  # the server's own clock: our polling adds nothing to its time
        finally:
            if not played and not self._is_resumed:
                played = {EXECUTING: watch.executed_s}
            self._ending.phases |= {name: took_s * time_scale for name, took_s in played.items()}
        return seen

    def _note(self, phase: str, began: float) -> None:
        """Our own seconds; beside seconds that the sandbox plays faster they would mean nothing."""
        if self.status.time_scale in (None, 1.0):
            self._ending.phases[phase] = time.monotonic() - began

    def _bounded(self, trace: VramTrace) -> VramTrace:
        """What was sampled after a re-attachment has missed the beginning: a lower bound."""
        whole = trace.source == "sandbox" or not self._is_resumed
        if whole or trace.peak_vram_mib is None:
            return trace
        return dataclasses.replace(trace, is_lower_bound=True)

    def _keep_clip(self, external_id: str, seen: Observation) -> None:
        self.journal.move(AttemptState.FETCHING)
        if seen.is_cached:
            raise ClipRejectedError(self.backend.name, detail="cached")
        began = time.monotonic()
        self.part_file.parent.mkdir(parents=True, exist_ok=True)
        self.backend.fetch(external_id, self.part_file)
        self._note("fetching", began)
        clip = accept_clip(
            self.part_file,
            clips_folder=self.context.clips_folder,
            run_id=self.journal.run.run_id,
            expected=expected_clip(self.journal.condition),
            now=self.context.now(),
        )
        self._ending.finish(RunStatus.SUCCEEDED, clip=clip)

    def _as_ours(self, error: Exception) -> VideogenError:
        attempt = self.journal.attempt
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return DiskFullError(self.backend.name)
        if self.backend.is_paid and attempt.submitted_at is not None and not attempt.external_id:
            return OutcomeUncertainError(self.backend.name, detail=type(error).__name__)
        return ExecutionFailedError(self.backend.name, detail=f"videogen: {type(error).__name__}")

    def _memory_source(self) -> Source:
        return choose_source(
            None if self.backend.is_paid else self.backend.name,
            memory_reading=self.backend.memory_reading,
            server_device=self.status.device,
            origin=self.status.origin,
        )
