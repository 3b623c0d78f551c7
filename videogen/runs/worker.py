"""The worker: lanes of threads per back end that claim runs and carry them to an end."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from videogen import store
from videogen.backends.contract import Backend
from videogen.domain.condition import Location
from videogen.domain.generation import BackendStatus, GenerationState
from videogen.domain.run import Attempt, AttemptState, FailureClass, Origin, Run, RunStatus
from videogen.runs.context import RunContext
from videogen.runs.execute import Execution, begin
from videogen.runs.journal import Journal
from videogen.runs.lights import REFRESH_S, LightBoard, takes_runs
from videogen.runs.progress import LiveProgress
from videogen.runs.watch import AppStoppingError

LOG = structlog.get_logger(__name__)
CLOUD_LANES = 2  # a GPU takes one run at a time; a vendor takes several


@dataclass
class _Station:
    """One attached back end with its threads."""

    backend: Backend
    stop: threading.Event = field(default_factory=threading.Event)
    wake: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    carried: set[str] = field(default_factory=set)  # run_ids in some lane's hands
    lock: threading.Lock = field(default_factory=threading.Lock)
    last_model: str | None = None


class Worker:
    """Runs survive this object: it only carries what the database already holds."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._lights = LightBoard()
        self._stations: dict[str, _Station] = {}
        self._lock = threading.Lock()

    def attach(self, backend: Backend) -> None:
        """Take runs for this back end from now on, its unfinished attempts first."""
        with self._lock:
            if backend.name in self._stations:
                backend.close()
                return
            station = _Station(backend)
            self._stations[backend.name] = station
        n_lanes = CLOUD_LANES if backend.is_paid else 1
        for lane in range(n_lanes):
            self._spawn(station, self._serve, f"{backend.name} lane {lane}")
        self._spawn(station, self._watch_light, f"{backend.name} light")

    def detach(self, name: str) -> None:
        with self._lock:
            station = self._stations.pop(name, None)
        if station is not None:
            self._close(station)

    def stop(self) -> None:
        """Let go of every run where it stands; the next start finds them again."""
        with self._lock:
            stations = list(self._stations.values())
            self._stations.clear()
        for station in stations:
            station.stop.set()
            station.wake.set()
        for station in stations:
            self._close(station)

    def wake(self) -> None:
        for station in self._attached():
            station.wake.set()

    def progress(self, run_id: str) -> LiveProgress | None:
        return self._context.board.get(run_id)

    def statuses(self) -> list[BackendStatus]:
        """Last known lights, in the order of attachment; never waits for a server."""
        known = self._lights.all()
        return [known[s.backend.name] for s in self._attached() if s.backend.name in known]

    def backends(self) -> Sequence[Backend]:
        return [station.backend for station in self._attached()]

    def _attached(self) -> list[_Station]:
        with self._lock:
            return list(self._stations.values())

    def _spawn(self, station: _Station, target: object, name: str) -> None:
        thread = threading.Thread(target=target, args=(station,), name=name, daemon=True)  # type: ignore[arg-type]
        station.threads.append(thread)
        thread.start()

    def _close(self, station: _Station) -> None:
        station.stop.set()
        station.wake.set()
        for thread in station.threads:
            thread.join(timeout=10)
        self._lights.forget(station.backend.name)
        station.backend.close()

    def _watch_light(self, station: _Station) -> None:
        while not station.stop.is_set():
            self._lights.refresh(station.backend)
            station.stop.wait(REFRESH_S)

    def _serve(self, station: _Station) -> None:
        """One lane: re-attached attempts before new runs, one at a time, until stopped."""
        while not station.stop.is_set():
            try:
                worked = self._serve_one(station)
            except AppStoppingError:
                return
            except Exception:
                # The lane must outlive any single run; the run is found again as unfinished.
                LOG.exception("lane_failed", backend=station.backend.name)
                worked = False
            if not worked:
                station.wake.wait(self._context.patience.idle_s)
                station.wake.clear()

    def _serve_one(self, station: _Station) -> bool:
        status = self._lights.last(station.backend)
        if not takes_runs(status) or status.origin is None:
            return False
        unfinished = self._take_unfinished(station)
        if unfinished is not None:
            self._resume(station, status, *unfinished)
            return True
        run = self._claim(station, status.origin)
        if run is None:
            return False
        try:
            self._carry(station, status, begin(self._context, station.backend, status, run))
        finally:
            self._let_go(station, run.run_id)
        return True

    def _claim(self, station: _Station, origin: Origin) -> Run | None:
        kind = station.backend.kind
        condition_ids = [
            condition.condition_id
            for condition in store.conditions(self._context.database)
            if condition.backend is kind
        ]
        with station.lock:
            run = store.claim_next_run(
                self._context.database, condition_ids, self._context.now(), origin=origin
            )
            if run is not None:
                station.carried.add(run.run_id)
        return run

    def _take_unfinished(self, station: _Station) -> tuple[Run, Attempt] | None:
        with station.lock:
            for run, attempt in store.unfinished_attempts(self._context.database):
                mine = attempt.backend == station.backend.name
                if mine and run.run_id not in station.carried:
                    station.carried.add(run.run_id)
                    return run, attempt
        return None

    def _let_go(self, station: _Station, run_id: str) -> None:
        with station.lock:
            station.carried.discard(run_id)

    def _resume(self, station: _Station, status: BackendStatus, run: Run, attempt: Attempt) -> None:
        """Pick up an attempt of an earlier process where its last committed step left it."""
        condition = store.get_condition(self._context.database, run.condition_id)
        journal = Journal(self._context, condition, run, attempt)
        try:
            if attempt.state is not AttemptState.INTENDED:
                self._carry(station, status, journal)
            elif attempt.submitted_at is None:
                journal.put_back()  # the intent was never sent
            elif station.backend.is_paid:
                # It may have been sent and may be billed: a person decides, not a guess.
                journal.finish(RunStatus.UNCERTAIN, failure_class=FailureClass.UNCERTAIN)
            elif self._arrived(station.backend, attempt):
                journal.move(AttemptState.SUBMITTED)
                self._carry(station, status, journal)
            else:
                journal.put_back()
        finally:
            self._let_go(station, run.run_id)

    def _arrived(self, backend: Backend, attempt: Attempt) -> bool:
        """Whether an unacknowledged submit reached a server that runs for free."""
        external_id = attempt.external_id or attempt.attempt_id
        if backend.poll(external_id).state is not GenerationState.MISSING:
            return True
        time.sleep(self._context.patience.missing_s)
        return backend.poll(external_id).state is not GenerationState.MISSING

    def _carry(self, station: _Station, status: BackendStatus, journal: Journal) -> None:
        Execution(
            context=self._context,
            backend=station.backend,
            status=status,
            journal=journal,
            stop=station.stop,
            is_cold=self._is_cold(station, journal),
        ).carry()

    def _is_cold(self, station: _Station, journal: Journal) -> bool | None:
        """Unknown for the first run after our start: the server may have held the model."""
        if journal.condition.location is Location.CLOUD:
            return None
        before, station.last_model = station.last_model, journal.condition.model
        return None if before is None else before != journal.condition.model
