"""How an attempt ends: its final word with all that was measured, in one transaction."""

from dataclasses import dataclass, field
from typing import Any

from videogen import store
from videogen.domain.clip import Clip
from videogen.domain.generation import Observation
from videogen.domain.run import FailureClass, RunStatus, VramTrace
from videogen.errors import (
    DatabaseFullError,
    NotComfyError,
    OutcomeUncertainError,
    RunLostError,
    ServerTooOldError,
    VideogenError,
)
from videogen.runs import costing
from videogen.runs.context import RunContext
from videogen.runs.journal import Journal

EXECUTING = "executing"
QUEUED = "queued"  # behind others' prompts on a shared server: waiting, no part of the wall time
FAILURE_CLASSES = {failure.value for failure in FailureClass}


@dataclass(kw_only=True)
class Ending:
    """Gathers what an attempt measures, and commits it with the run's final word."""

    context: RunContext
    journal: Journal
    time_scale: float | None
    is_cold: bool | None
    phases: dict[str, float] = field(default_factory=dict)  # name -> seconds, simulated if scaled
    trace: VramTrace | None = None
    seen: Observation | None = None
    was_refused: bool = False

    def finish(
        self,
        status: RunStatus,
        *,
        clip: Clip | None = None,
        failure_class: FailureClass | None = None,
        failure_detail: str | None = None,
    ) -> None:
        attempt_changes = self._measured_attempt(status)
        with self.context.database.write():
            self.journal.finish(
                status,
                clip=clip,
                failure_class=failure_class,
                failure_detail=failure_detail,
                attempt_changes=attempt_changes,
                run_changes=self._measured_run(attempt_changes),
            )
            if self.trace is not None:
                attempt_id = self.journal.attempt.attempt_id
                store.save_vram_trace(self.context.database, attempt_id, self.trace)
            costing.settle(self.context, self.journal)

    def fail(self, error: VideogenError) -> None:
        status = RunStatus.FAILED
        if isinstance(error, OutcomeUncertainError):
            status = RunStatus.UNCERTAIN
        elif isinstance(error, RunLostError):
            status = RunStatus.LOST
        self.finish(status, failure_class=failure_class_of(error), failure_detail=str(error))

    def _measured_attempt(self, status: RunStatus) -> dict[str, Any]:
        cost_usd, price_id = costing.attempt_cost(
            self.context,
            self.journal,
            status,
            seen=self.seen,
            used_s=self._used_s(),
            was_refused=self.was_refused,
        )
        trace = self.trace
        return {
            "phases": dict(self.phases),
            "cost_usd": cost_usd,
            "price_id": price_id,
            "peak_vram_mib": trace.peak_vram_mib if trace else None,
            "baseline_vram_mib": trace.baseline_vram_mib if trace else None,
            "peak_is_lower_bound": trace.is_lower_bound if trace else None,
            "vram_reason": trace.reason if trace else None,
        }

    def _measured_run(self, attempt_changes: dict[str, Any]) -> dict[str, Any]:
        return {
            "wall_time_s": self._used_s(),
            "queue_time_s": self._queue_time_s(),
            "time_scale": self.time_scale,
            "is_cold": self.is_cold,
            "peak_vram_mib": attempt_changes["peak_vram_mib"],
            "peak_is_lower_bound": attempt_changes["peak_is_lower_bound"],
        }

    def _used_s(self) -> float | None:
        """Wall time: the phases but the waiting; None when the greatest of them is unknown."""
        if EXECUTING not in self.phases:
            return None
        return sum(spent_s for name, spent_s in self.phases.items() if name != QUEUED)

    def _queue_time_s(self) -> float | None:
        """In our queue and then in the server's own."""
        waited_s = self.journal.run.queue_time_s
        return None if waited_s is None else waited_s + self.phases.get(QUEUED, 0.0)


def failure_class_of(error: VideogenError) -> FailureClass:
    if error.code in FAILURE_CLASSES:
        return FailureClass(error.code)
    if isinstance(error, (NotComfyError, ServerTooOldError)):
        return FailureClass.SERVER_DOWN
    if isinstance(error, DatabaseFullError):
        return FailureClass.DISK_FULL
    return FailureClass.EXECUTION_ERROR
