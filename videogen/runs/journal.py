"""One attempt's records, moved together: each step is committed before the next act."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from videogen import store
from videogen.domain.clip import Clip
from videogen.domain.condition import Condition
from videogen.domain.event import Event
from videogen.domain.run import Attempt, AttemptState, FailureClass, Run, RunStatus
from videogen.runs.context import RunContext


class Journal:
    """The run and its attempt as last committed, and the ways to move them on."""

    def __init__(
        self, context: RunContext, condition: Condition, run: Run, attempt: Attempt
    ) -> None:
        self._context = context
        self.condition = condition  # what is tried, smaller than the run's own when degraded
        self.run = run
        self.attempt = attempt

    def move(self, state: AttemptState, **changes: Any) -> None:
        """Commit a step of the attempt that leaves the run running."""
        self.attempt = dataclasses.replace(self.attempt, state=state, **changes)
        self._commit(state.value)

    def about_to_send(self, fingerprint: Mapping[str, Any]) -> None:
        """The last word before the call: from here on it may have left the machine."""
        self.attempt = dataclasses.replace(
            self.attempt, submitted_at=self._context.now(), fingerprint=fingerprint
        )
        self._commit("sending")

    def _commit(self, step: str) -> None:
        event = self._event(f"attempt.{step}", {"external_id": self.attempt.external_id})
        store.save(self._context.database, self.attempt, event)

    def finish(
        self,
        status: RunStatus,
        *,
        clip: Clip | None = None,
        failure_class: FailureClass | None = None,
        failure_detail: str | None = None,
        run_changes: Mapping[str, Any] | None = None,
        attempt_changes: Mapping[str, Any] | None = None,
    ) -> None:
        """Commit the run's final word with all that was measured, in one transaction."""
        self._end_attempt(status, failure_class, failure_detail, attempt_changes)
        self.run = dataclasses.replace(
            self.run,
            status=status,
            ended_at=self.attempt.ended_at,
            failure_class=failure_class,
            failure_detail=failure_detail,
            cost_usd=self._total_cost(),
            clip_id=clip.clip_id if clip else None,
            is_degraded=clip is not None and self.attempt.degraded,
            **(run_changes or {}),
        )
        facts = {"failure_class": failure_class.value if failure_class else None}
        records = [record for record in (clip, self.attempt, self.run) if record is not None]
        event = self._event(f"run.{status.value}", facts)
        store.save(self._context.database, *records, event)

    def try_again(
        self,
        status: RunStatus,
        *,
        failure_class: FailureClass | None,
        failure_detail: str | None,
        run_changes: Mapping[str, Any],
        attempt_changes: Mapping[str, Any],
    ) -> None:
        """The attempt has its final word; the run waits for its next one.

        Somebody who wished it cancelled meanwhile has it cancelled.
        """
        self._end_attempt(status, failure_class, failure_detail, attempt_changes)
        now = self._context.now()
        with self._context.database.write():
            stored = store.get_run(self._context.database, self.run.run_id)
            cost_usd = self._total_cost()
            self.run = waiting_again(
                dataclasses.replace(stored, cost_usd=cost_usd, **run_changes), now
            )
            facts = {
                "failure_class": failure_class.value if failure_class else None,
                "routed_to": self.run.routed_to,
            }
            event = self._event(f"run.{self.run.status.value}", facts)
            store.save(self._context.database, self.attempt, self.run, event)

    def put_back(self) -> None:
        """Nothing left the machine: the run waits again, unless somebody wished it cancelled."""
        now = self._context.now()
        self.attempt = dataclasses.replace(
            self.attempt, state=AttemptState.CANCELLED, ended_at=now, cost_usd=Decimal(0)
        )
        with self._context.database.write():
            stored = store.get_run(self._context.database, self.run.run_id)
            self.run = waiting_again(stored, now)
            event = self._event(f"run.{self.run.status.value}", {})
            store.save(self._context.database, self.attempt, self.run, event)

    def _end_attempt(
        self,
        status: RunStatus,
        failure_class: FailureClass | None,
        failure_detail: str | None,
        changes: Mapping[str, Any] | None,
    ) -> None:
        self.attempt = dataclasses.replace(
            self.attempt,
            state=AttemptState(status.value),
            ended_at=self._context.now(),
            failure_class=failure_class,
            failure_detail=failure_detail,
            **(changes or {}),
        )

    def earlier_attempts(self) -> list[Attempt]:
        attempts = store.attempts_of_run(self._context.database, self.run.run_id)
        return [a for a in attempts if a.attempt_id != self.attempt.attempt_id]

    def _total_cost(self) -> Decimal | None:
        attempts = store.attempts_of_run(self._context.database, self.run.run_id)
        return total_cost_usd(attempts, self.attempt)

    def _event(self, kind: str, data: Mapping[str, Any]) -> Event:
        return Event(
            at=self._context.now(),
            kind=kind,
            subject_id=self.run.run_id,
            data={"attempt_id": self.attempt.attempt_id, **data},
        )


def total_cost_usd(attempts: Iterable[Attempt], changed: Attempt) -> Decimal | None:
    """Of a run's attempts, one of them as it is about to be stored; unknown as soon as one is."""
    others = [one.cost_usd for one in attempts if one.attempt_id != changed.attempt_id]
    costs = [*others, changed.cost_usd]
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(costs) else None


def waiting_again(run: Run, now: datetime) -> Run:
    """A run that was taken but not begun, as the queue keeps it."""
    if run.cancel_requested:
        return dataclasses.replace(run, status=RunStatus.CANCELLED, ended_at=now)
    return dataclasses.replace(run, status=RunStatus.QUEUED, started_at=None)
