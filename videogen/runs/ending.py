"""How an attempt ends: its final word with all that was measured, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from videogen import store
from videogen.domain.clip import Clip
from videogen.domain.generation import Observation
from videogen.domain.run import Attempt, FailureClass, RunStatus, VramTrace
from videogen.errors import (
    BackendError,
    DatabaseFullError,
    NotComfyError,
    OutcomeUncertainError,
    QuotaError,
    RunLostError,
    ServerTooOldError,
    VideogenError,
)
from videogen.runs import costing, holds
from videogen.runs.context import RunContext
from videogen.runs.journal import Journal
from videogen.runs.next_try import MayMake, after_failure, anywhere
from videogen.secrecy import redacted

EXECUTING = "executing"
QUEUED = "queued"  # behind others' prompts on a shared server: waiting, no part of the wall time
FAILURE_CLASSES = {failure.value for failure in FailureClass}


@dataclass(kw_only=True)
class Ending:
    """Gathers what an attempt measures, and commits it with the run's final word."""

    context: RunContext
    journal: Journal
    time_scale: float | None = None
    is_cold: bool | None = None
    phases: dict[str, float] = field(default_factory=dict)  # name -> seconds, simulated if scaled
    trace: VramTrace | None = None
    seen: Observation | None = None
    was_refused: bool = False
    ran_out: bool = False  # of device memory
    memory_total_mib: int | None = None
    is_day_quota: bool = False
    may_make: MayMake = anywhere

    def finish(
        self,
        status: RunStatus,
        *,
        clip: Clip | None = None,
        failure_class: FailureClass | None = None,
        failure_detail: str | None = None,
    ) -> None:
        """The attempt's final word, and the run's unless it is tried again."""
        attempt_changes = self._measured_attempt(status)
        failure_detail = failure_detail and redacted(failure_detail)  # a stranger's words
        with self.context.database.write():
            onward = self._onward(status, failure_class, attempt_changes["cost_usd"])
            if onward is None:
                self.journal.finish(
                    status,
                    clip=clip,
                    attempt_changes=attempt_changes,
                    run_changes=self._measured_run(attempt_changes),
                    failure_class=failure_class,
                    failure_detail=failure_detail,
                )
            else:
                changes = {**self._peak(attempt_changes), **onward}
                if changes["peak_vram_mib"] is not None:
                    changes["peak_is_lower_bound"] = True  # it did not come to its end
                self.journal.try_again(
                    status,
                    attempt_changes=attempt_changes,
                    run_changes=changes,
                    failure_class=failure_class,
                    failure_detail=failure_detail,
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
        if isinstance(error, QuotaError):
            self._hold_for_quota(error)
        self.finish(status, failure_class=failure_class_of(error), failure_detail=_said(error))

    def _onward(
        self, status: RunStatus, failure_class: FailureClass | None, cost_usd: Decimal | None
    ) -> Mapping[str, Any] | None:
        if status not in (RunStatus.FAILED, RunStatus.LOST):
            return None
        if failure_class is FailureClass.QUOTA and cost_usd != 0:
            return None  # it may have been billed: asking again on a guess could pay twice
        return after_failure(
            self.context,
            self.journal,
            failure_class,
            may_make=self.may_make,
            is_day_quota=self.is_day_quota,
            cost_usd=cost_usd,
        )

    def _hold_for_quota(self, error: QuotaError) -> None:
        patience = self.context.patience
        self.is_day_quota = bool(error.facts.get("is_per_day"))
        told_s = error.facts.get("retry_after_s")
        wait_s = patience.quota_of_day_s if self.is_day_quota else patience.quota_s
        if isinstance(told_s, (int, float)):
            wait_s = float(told_s)
        backend = self.journal.attempt.backend
        holds.hold_for_quota(self.context.database, backend, self.context.now(), wait_s)

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
            "stages": self._stages(),
            "cost_usd": cost_usd,
            "price_id": price_id,
            "peak_vram_mib": trace.peak_vram_mib if trace else None,
            "baseline_vram_mib": trace.baseline_vram_mib if trace else None,
            "peak_is_lower_bound": trace.is_lower_bound if trace else None,
            "vram_reason": trace.reason if trace else None,
        }

    def _measured_run(self, attempt_changes: dict[str, Any]) -> dict[str, Any]:
        return {
            "wall_time_s": self._wall_time_s(),
            "queue_time_s": self._queue_time_s(),
            "time_scale": self.time_scale,
            "is_cold": self.is_cold,
            **self._peak(attempt_changes),
        }

    def _peak(self, attempt_changes: dict[str, Any]) -> dict[str, Any]:
        """The largest of all attempts; one that ran out of memory needed more than there is."""
        run = self.journal.run
        known = [run.peak_vram_mib, attempt_changes["peak_vram_mib"]]
        is_lower = [bool(run.peak_is_lower_bound), bool(attempt_changes["peak_is_lower_bound"])]
        if self.ran_out:
            known.append(self.memory_total_mib)
            is_lower.append(True)
        peaks = [peak for peak in known if peak is not None]
        if not peaks:
            return {"peak_vram_mib": None, "peak_is_lower_bound": None}
        return {"peak_vram_mib": max(peaks), "peak_is_lower_bound": any(is_lower)}

    def _wall_time_s(self) -> float | None:
        """Of all attempts; unknown when one of them ran for nobody knows how long."""
        times = [attempt_time_s(attempt) for attempt in self.journal.earlier_attempts()]
        own_s = self._used_s()
        if own_s is None or any(time_s is None for time_s in times):
            return None
        return own_s + sum(time_s for time_s in times if time_s is not None)

    def _stages(self) -> dict[str, float]:
        """Like the phases: simulated seconds where the sandbox plays them faster."""
        time_scale = self.time_scale or 1.0
        stages = self.seen.stages if self.seen else {}
        return {name: took_s * time_scale for name, took_s in stages.items()}

    def _used_s(self) -> float | None:
        return used_s(self.phases)

    def _queue_time_s(self) -> float | None:
        """In our queue and then in the server's own."""
        waited_s = self.journal.run.queue_time_s
        return None if waited_s is None else waited_s + self.phases.get(QUEUED, 0.0)


def _said(error: VideogenError) -> str:
    """The back end's own words; class and back end stand beside them in the row."""
    if isinstance(error, BackendError) and error.detail:
        return error.detail
    return str(error)


def used_s(phases: Mapping[str, float]) -> float | None:
    """Wall time: the phases but the waiting; None when the greatest of them is unknown."""
    if EXECUTING not in phases:
        return None
    return sum(spent_s for name, spent_s in phases.items() if name != QUEUED)


def attempt_time_s(attempt: Attempt) -> float | None:
    """0 for one that nothing was made in: it never left the machine, or it was refused."""
    known_s = used_s(attempt.phases)
    return 0.0 if known_s is None and attempt.cost_usd == 0 else known_s


def failure_class_of(error: VideogenError) -> FailureClass:
    if error.code in FAILURE_CLASSES:
        return FailureClass(error.code)
    if isinstance(error, (NotComfyError, ServerTooOldError)):
        return FailureClass.SERVER_DOWN
    if isinstance(error, DatabaseFullError):
        return FailureClass.DISK_FULL
    return FailureClass.EXECUTION_ERROR
