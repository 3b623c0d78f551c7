"""The circuit breaker of one back end: failures of the server in a row make it rest."""

import threading

from videogen import store
from videogen.domain.run import Attempt, AttemptState, FailureClass
from videogen.runs import holds
from videogen.runs.context import RunContext

N_FAILURES = 3  # of different runs: one bad prompt must not stop a good server
# What the server did, not what was asked of it: a refused input, a filtered prompt or a workflow
# that is too large for the card would fail on the healthiest machine.
SERVER_SIDE = frozenset(
    {
        FailureClass.SERVER_DOWN,
        FailureClass.LOST,
        FailureClass.EXECUTION_ERROR,
        FailureClass.STALLED,
        FailureClass.TIMED_OUT,
        FailureClass.DOWNLOAD_FAILED,
        # A vendor that takes calls and answers none would have the whole queue ask what it was
        # billed; one that refuses our key refuses everybody's run alike.
        FailureClass.UNCERTAIN,
        FailureClass.SIGN_IN,
    }
)


class Breaker:
    """Counts in memory; what it decides is a row, so a restart does not forget it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed_run_ids: set[str] = set()

    def note(self, context: RunContext, attempt: Attempt) -> None:
        """What became of an attempt on this back end."""
        if attempt.state is AttemptState.SUCCEEDED:
            with self._lock:
                self._failed_run_ids.clear()
            holds.has_worked(context.database, attempt.backend, context.now())
        elif attempt.failure_class in SERVER_SIDE:
            self._failed(context, attempt)

    def _failed(self, context: RunContext, attempt: Attempt) -> None:
        now, backend = context.now(), attempt.backend
        on_trial = holds.is_on_trial(store.hold_of(context.database, backend), now)
        with self._lock:
            self._failed_run_ids.add(attempt.run_id)
            if not on_trial and len(self._failed_run_ids) < N_FAILURES:
                return
            self._failed_run_ids.clear()
        patience = context.patience
        reason = (attempt.failure_class or FailureClass.SERVER_DOWN).value
        holds.trip(
            context.database,
            backend,
            reason,
            now,
            first_s=patience.tripped_s,
            most_s=patience.tripped_max_s,
        )
