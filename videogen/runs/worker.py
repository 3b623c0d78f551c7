"""The worker: lanes of threads per back end that claim runs and carry them to an end."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence

import structlog

from videogen import store
from videogen.backends.contract import Backend
from videogen.domain.condition import Condition
from videogen.domain.generation import BackendStatus
from videogen.domain.run import Origin, Run, RunStatus
from videogen.routing import RouteRequest, Routing
from videogen.runs import routed, stranded
from videogen.runs.context import RunContext
from videogen.runs.lane import Lane
from videogen.runs.lights import REFRESH_S, takes_runs
from videogen.runs.progress import LiveProgress
from videogen.runs.roster import Roster
from videogen.runs.station import Station

LOG = structlog.get_logger(__name__)
STOP_PATIENCE_S = 10.0  # for all lanes together; a run that is let go stays in the database


class Worker:
    """Runs survive this object: it only carries what the database already holds."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._roster = Roster(context)
        self._stopped = threading.Event()
        self._minder: threading.Thread | None = None

    def attach(self, backend: Backend, *, only_run_id: str | None = None) -> None:
        """Take runs for this back end from now on, its unfinished attempts first."""
        station = Station(backend, only_run_id=only_run_id)
        if not self._roster.add(station):
            backend.close()
            return
        for place in range(backend.n_lanes):
            lane = Lane(self._context, self._roster, station)
            self._spawn(station, lane.serve, f"{backend.name} lane {place}")
        self._spawn(station, lambda: self._watch_light(station), f"{backend.name} light")

    def mind_unattended(self) -> None:
        """End what was left running on servers that nobody attaches any more.

        For the app that attaches all there are; a command attaches only what it needs.
        """
        target, name = self._mind_unattended, "unattended"
        self._minder = threading.Thread(target=target, name=name, daemon=True)
        self._minder.start()

    def detach(self, name: str) -> None:
        """Take no more runs for it; what it was carrying is let go and found again."""
        station = self._roster.remove(name)
        if station is not None:
            self._end([station])

    def stop(self) -> None:
        """Let go of every run where it stands; the next start finds them again."""
        self._stopped.set()
        self._end(self._roster.clear())
        if self._minder is not None:
            self._minder.join(timeout=STOP_PATIENCE_S)

    @property
    def is_alive(self) -> bool:
        """Nothing that it should be doing has ended by accident."""
        minder = self._minder
        if self._stopped.is_set() or (minder is not None and not minder.is_alive()):
            return False
        return all(
            thread.is_alive() or thread.ident is None  # about to start
            for station in self._roster.all()
            if not station.stop.is_set()
            for thread in list(station.threads)
        )

    def wake(self) -> None:
        for station in self._roster.all():
            station.wake.set()

    def cancel(self, run_id: str) -> Run:
        """At once for a queued run; for a running one when its back end has let go of it.

        A run whose back end is attached nowhere any more has nobody to wait for, unless a vendor
        is paid for it.
        """
        run = store.request_cancel(self._context.database, run_id)
        if run.status is not RunStatus.RUNNING:
            return run
        for open_run, attempt in store.unfinished_attempts(self._context.database):
            if open_run.run_id == run_id and self._roster.named(attempt.backend) is None:
                stranded.end_orphan(self._context, open_run, attempt)
        return store.get_run(self._context.database, run_id)

    def preview_route(
        self,
        hybrid: Condition,
        request: RouteRequest,
        origin: Origin | None,
        *,
        owner: str | None = None,
    ) -> Routing | None:
        """Where a run of this person with these needs would be sent now; None without its rules."""
        router = self._context.router
        if router is None:
            return None
        why_not = self._roster.why_not
        return routed.preview(router, hybrid, request, origin, why_not, owner=owner)

    def progress(self, run_id: str) -> LiveProgress | None:
        return self._context.board.get(run_id)

    def statuses(self) -> list[BackendStatus]:
        """Last known lights, in the order of attachment; never waits for a server."""
        known = self._roster.lights.all()
        return [known[station.name] for station in self._roster.all() if station.name in known]

    def backends(self) -> Sequence[Backend]:
        return [station.backend for station in self._roster.all()]

    def _spawn(self, station: Station, target: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        station.threads.append(thread)
        thread.start()

    def _end(self, stations: Sequence[Station]) -> None:
        for station in stations:
            station.stop.set()
            station.wake.set()
        deadline = time.monotonic() + STOP_PATIENCE_S
        for station in stations:
            for thread in station.threads:
                thread.join(timeout=max(0.0, deadline - time.monotonic()))
            station.backend.close()

    def _mind_unattended(self) -> None:
        since: dict[str, float] = {}  # attempt_id -> monotonic
        while not self._stopped.wait(REFRESH_S):
            try:
                since = self._still_unattended(since)
            except Exception:
                if not self._stopped.is_set():
                    LOG.exception("unattended_failed")

    def _still_unattended(self, since: Mapping[str, float]) -> dict[str, float]:
        now = time.monotonic()
        left = {
            attempt.attempt_id: since.get(attempt.attempt_id, now)
            for _, attempt in store.unfinished_attempts(self._context.database)
            if self._roster.named(attempt.backend) is None
        }
        patience_s = self._context.patience.server_down_s
        over = {attempt_id for attempt_id, began in left.items() if now - began > patience_s}
        if over:
            stranded.end_unattended(self._context, self._roster, over)
        return left

    def _watch_light(self, station: Station) -> None:
        while not station.stop.is_set():
            try:
                self._glance(station)
            except Exception:
                # A light must not go out for good over one odd answer.
                LOG.exception("light_failed", backend=station.name)
            station.stop.wait(REFRESH_S)

    def _glance(self, station: Station) -> None:
        if takes_runs(self._roster.lights.refresh(station.backend)):
            station.down_since = None
            return
        now = time.monotonic()
        station.note_emptied()  # whatever it held, it comes back without
        station.down_since = station.down_since or now
        if now - station.down_since > self._context.patience.server_down_s:
            stranded.end_what_is_down(self._context, self._roster, station)
