"""Cancelling from a terminal: no worker carries the runs there, so each is followed to its end."""

import time

from videogen import store
from videogen.backends import Backend
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import recorded_sandbox
from videogen.domain.run import Run, RunStatus
from videogen.runs.context import utc_now
from videogen.runs.lights import takes_runs
from videogen.runs.queue import release_unstarted

LAST_WORD_S = 60.0  # more than a vendor needs for it, or a run waits for a dead server
GLANCE_S = 0.05


class Canceller:
    """Cancels runs where they are made.

    Where that cannot be reached, the wish stands in the row and the next start carries it out: the
    run must not look ended while it goes on there.
    """

    def __init__(self, opened: Application) -> None:
        self._opened = opened
        self._answers: dict[str, bool] = {}  # back end -> whether it can be told now

    def __call__(self, run_id: str) -> Run:
        """Cancelled, or still running with the wish noted. Raises: NotFoundError."""
        database = self._opened.database
        run = store.request_cancel(database, run_id)
        if run.status is RunStatus.RUNNING:
            release_unstarted(database, utc_now())
            for open_run, attempt in store.unfinished_attempts(database):
                if open_run.run_id == run_id:
                    self._end_on(attempt.backend, run_id)
        return store.get_run(database, run_id)

    def _end_on(self, name: str, run_id: str) -> None:
        backend = self._reached(name)
        if backend is None:
            return
        worker = self._opened.worker
        worker.attach(backend, only_run_id=run_id)
        try:
            self._wait_for(run_id)
        finally:
            worker.detach(name)

    def _reached(self, name: str) -> Backend | None:
        found: Backend | None = None
        for backend in self._known():
            if backend.name == name and found is None and self._is_up(backend):
                found = backend
            else:
                backend.close()
        return found

    def _known(self) -> list[Backend]:
        opened = self._opened
        known = [*opened.configured_backends(), *opened.servers.backends()]
        recorded = recorded_sandbox(opened.settings.data_dir / "sandbox")
        if recorded is not None and recorded.answers():
            known.extend(recorded.backends())
        return known

    def _is_up(self, backend: Backend) -> bool:
        if backend.name not in self._answers:
            self._answers[backend.name] = takes_runs(backend.status())
        return self._answers[backend.name]

    def _wait_for(self, run_id: str) -> None:
        deadline = time.monotonic() + LAST_WORD_S
        while time.monotonic() < deadline:
            if store.get_run(self._opened.database, run_id).status.is_final:
                return
            time.sleep(GLANCE_S)
