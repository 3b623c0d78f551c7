"""Backups by the clock while the app runs: a late one is made up for, a failed one tried again."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

LOG = logging.getLogger(__name__)

SETTLE = timedelta(seconds=90)  # what a start has to do comes first
RETRY = timedelta(hours=1)
LONGEST_WAIT_S = 300.0  # a machine that slept is noticed by then
STOP_PATIENCE_S = 5.0  # the database's own end interrupts a copy of it


class Schedule:
    """Calls `make` when the newest backup is older than `every`; one thread."""

    def __init__(
        self,
        *,
        every: timedelta,
        last_at: Callable[[], datetime | None],
        make: Callable[[], object],
        settle: timedelta = SETTLE,
    ) -> None:
        self._every = every
        self._last_at = last_at
        self._make = make
        self._not_before = datetime.now(UTC) + settle
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="backups", daemon=True)

    @property
    def next_at(self) -> datetime:
        """A backup of the future, made before the clock was put back, delays nothing."""
        last = self._last_at()
        is_known = last is not None and last <= datetime.now(UTC)
        due = last + self._every if last is not None and is_known else self._not_before
        return max(due, self._not_before)

    def start(self) -> None:
        self._thread.start()

    def is_stopping(self) -> bool:
        return self._stopping.is_set()

    def stop(self) -> None:
        """A backup that is being made gives up at its next file."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(STOP_PATIENCE_S)

    def _keep(self) -> None:
        wait_s = 0.0
        while not self._stopping.wait(wait_s):
            wait_s = self._once()

    def _once(self) -> float:
        """Make one when it is due; how long to wait then."""
        try:
            if datetime.now(UTC) >= self.next_at:
                self._make()
            left_s = (self.next_at - datetime.now(UTC)).total_seconds()
        except Exception:
            # Told by `make` in the log and as an event; the thread has to outlive it.
            LOG.exception("a scheduled backup failed")
            self._not_before = datetime.now(UTC) + RETRY
            return LONGEST_WAIT_S
        return min(max(left_s, 0.0), LONGEST_WAIT_S)
