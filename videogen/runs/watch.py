"""Following one submitted request until its back end has a final word."""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from videogen import store
from videogen.backends.contract import Backend
from videogen.domain.generation import GenerationState, Observation, Workflow
from videogen.domain.run import AttemptState
from videogen.errors import (
    BackendError,
    DeadlinePassedError,
    OutcomeUncertainError,
    RunLostError,
    RunStalledError,
)
from videogen.runs.context import RunContext
from videogen.runs.journal import Journal
from videogen.runs.progress import LiveProgress

CLOUD_DEADLINE_S = 1800.0  # Veo's slowest published answer is 6 minutes
CANCEL_GLANCE_S = 1.0  # a slow poll must not make a person's cancel wait
_FINAL = (GenerationState.SUCCEEDED, GenerationState.FAILED, GenerationState.CANCELLED)


class AppStoppingError(Exception):
    """The app shuts down; the run stays running and is found again at the next start."""


@dataclass
class Watch:
    """One request's observation loop. Times in real seconds, shown ones x `time_scale`."""

    context: RunContext
    backend: Backend
    journal: Journal
    stop: threading.Event
    time_scale: float
    workflow: Workflow | None
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        now = self.clock()
        self._began = now - self._under_way_s()
        self._moved = now
        self._taken_at = self._alive_at = now  # it has just been taken, or was before
        self._shown: float | None = None
        self._stage: str | None = None
        self._down_since: float | None = None
        self._cancel_sent_at: float | None = None

    @property
    def executed_s(self) -> float:
        """Real seconds until it was last seen alive, without its waiting behind others' prompts.

        How long it went on after that nobody knows, and it may not be billed for our waiting.
        """
        return max(0.0, self._alive_at - self._taken_at)

    def until_final(self, external_id: str) -> Observation:
        """Succeeded, failed or cancelled, as the back end tells it.

        Raises: RunLostError, RunStalledError, DeadlinePassedError, AppStoppingError,
            BackendError (free back ends, whose answers told nothing for `server_down_s`),
            OutcomeUncertainError (a paid call that was not seen to end in time).
        """
        n_missing = 0
        while True:
            if self.stop.is_set():
                raise AppStoppingError
            self._pass_on_cancel(external_id)
            if (ended := self._ended_by_cancel()) is not None:
                return ended
            seen = self._poll(external_id)
            if seen is not None:
                n_missing = n_missing + 1 if seen.state is GenerationState.MISSING else 0
                if n_missing == 2 or (n_missing and self._cancel_sent):
                    return self._gone(external_id)
                if seen.state in _FINAL:
                    return seen
                self._note(seen)
            self._check_limits(external_id)
            if n_missing:
                self.stop.wait(self.context.patience.missing_s)
            else:
                self._pause(external_id)

    def _under_way_s(self) -> float:
        """How long an attempt of an earlier process has been going on already.

        A paid job that is past its deadline still has the grace to give its last word: it may have
        ended days ago, and a person wants its clip.
        """
        attempt = self.journal.attempt
        if attempt.submitted_at is None:
            return 0.0
        since_s = max(0.0, (self.context.now() - attempt.submitted_at).total_seconds())
        return min(since_s, CLOUD_DEADLINE_S / self.time_scale) if self.backend.is_paid else since_s

    def _pause(self, external_id: str) -> None:
        """Until news or the next poll; some back ends may not be asked often."""
        interval_s = self.backend.poll_interval_s
        if interval_s is None:
            self.backend.wait(external_id, self.context.patience.poll_s)
            return
        until = self.clock() + interval_s
        while (left_s := until - self.clock()) > 0:
            if self.stop.wait(min(left_s, CANCEL_GLANCE_S)) or self._is_cancel_wished():
                return  # once it has been passed on, its end is asked for every second

    def _poll(self, external_id: str) -> Observation | None:
        """None while it cannot be told, for as long as patience allows.

        A gate in front of a server may answer in its stead for a moment, so an odd answer is none.
        A paid job goes on whatever its status call answers: only its deadline ends the asking.
        """
        try:
            seen = self.backend.poll(external_id)
        except BackendError:
            now = self.clock()
            self._down_since = self._down_since or now
            is_patient = now - self._down_since <= self.context.patience.server_down_s
            if self.backend.is_paid or is_patient:
                return None
            self._give_up(external_id)  # a wedged server still takes it off its queue
            raise
        self._down_since = None
        if seen.state is not GenerationState.MISSING:
            self._alive_at = self.clock()
        return seen

    def _gone(self, external_id: str) -> Observation:
        """What we deleted ourselves is cancelled; anything else that vanished is lost."""
        if self._cancel_sent:
            return Observation(state=GenerationState.CANCELLED)
        raise RunLostError(self.backend.name, detail=external_id)

    def _pass_on_cancel(self, external_id: str) -> None:
        if self._cancel_sent or not self._is_cancel_wished():
            return
        with contextlib.suppress(BackendError):  # asked again at the next round
            self.backend.cancel(external_id)
            self._cancel_sent_at = self.clock()

    @property
    def _cancel_sent(self) -> bool:
        return self._cancel_sent_at is not None

    def _ended_by_cancel(self) -> Observation | None:
        """Where the back end has no final word, or gives none in time."""
        if self._cancel_sent_at is None:
            return None
        if not self.backend.can_cancel:  # it goes on there, and is billed
            return Observation(state=GenerationState.CANCELLED, billed_samples=1)
        waited_s = self.clock() - self._cancel_sent_at
        if not self.backend.is_paid or waited_s <= self.context.patience.cancel_s:
            return None
        # What of it is billed nobody here knows: its money stays held for a person.
        return Observation(state=GenerationState.CANCELLED)

    def _is_cancel_wished(self) -> bool:
        return store.get_run(self.context.database, self.journal.run.run_id).cancel_requested

    def _note(self, seen: Observation) -> None:
        is_running = seen.state is GenerationState.RUNNING
        if is_running and self.journal.attempt.state is AttemptState.SUBMITTED:
            self.journal.move(AttemptState.RUNNING)
        now = self.clock()
        if not is_running:
            self._began = self._moved = now  # behind others' prompts: neither limit counts yet
        if seen.state is GenerationState.PENDING:
            self._taken_at = now
        if seen.progress != self._shown or seen.stage != self._stage:
            self._moved = now
        if seen.progress is not None:
            self._shown = max(seen.progress, self._shown or 0.0)
        self._stage = seen.stage
        self.context.board.show(
            self.journal.run.run_id,
            LiveProgress(
                state=self.journal.attempt.state,
                progress=self._shown,
                stage=seen.stage,
                elapsed_s=(now - self._began) * self.time_scale,
            ),
        )

    def _check_limits(self, external_id: str) -> None:
        """The limits are seconds of the workflow's own time, which the sandbox plays faster."""
        now = self.clock()
        patience = self.context.patience
        grace_s = patience.grace_s if self.workflow else patience.cloud_grace_s
        grace_s *= self.time_scale
        deadline_s = self.workflow.deadline_s if self.workflow else CLOUD_DEADLINE_S
        if (now - self._began) * self.time_scale > deadline_s + grace_s:
            self._give_up(external_id)
            raise DeadlinePassedError(self.backend.name, deadline_s=deadline_s)
        if self.workflow is None or (self._shown is None and self._stage is None):
            return  # nothing was ever heard of its progress: a deaf socket is no stall
        stall_s = self.workflow.stall_s
        if (now - self._moved) * self.time_scale > stall_s + grace_s:
            self._give_up(external_id)
            raise RunStalledError(self.backend.name, stall_s=stall_s)

    def _give_up(self, external_id: str) -> None:
        if self.backend.is_paid:
            raise OutcomeUncertainError(self.backend.name, detail=f"no end seen of {external_id}")
        with contextlib.suppress(BackendError):
            self.backend.cancel(external_id)
