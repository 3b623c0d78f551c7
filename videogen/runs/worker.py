"""The worker: lanes of threads per back end that claim runs and carry them to an end."""

import threading
import time
from collections.abc import Callable, Sequence

import structlog

from videogen import store
from videogen.backends.contract import Backend
from videogen.domain.condition import Location
from videogen.domain.generation import BackendStatus, GenerationState
from videogen.domain.run import Attempt, AttemptState, FailureClass, Origin, Run, RunStatus
from videogen.errors import BackendError, ModelMissingError, NodeMissingError
from videogen.runs.context import RunContext
from videogen.runs.ending import Ending
from videogen.runs.execute import Execution, NotHereError, begin
from videogen.runs.journal import Journal
from videogen.runs.lights import REFRESH_S, LightBoard, takes_runs
from videogen.runs.progress import LiveProgress
from videogen.runs.station import Station
from videogen.runs.watch import AppStoppingError

LOG = structlog.get_logger(__name__)
CLOUD_LANES = 2  # a GPU takes one run at a time; a vendor takes several
STOP_PATIENCE_S = 10.0  # for all lanes together; a run that is let go stays in the database


class Worker:
    """Runs survive this object: it only carries what the database already holds."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._lights = LightBoard()
        self._stations: dict[str, Station] = {}
        self._lock = threading.Lock()

    def attach(self, backend: Backend, *, only_run_id: str | None = None) -> None:
        """Take runs for this back end from now on, its unfinished attempts first."""
        with self._lock:
            if backend.name in self._stations:
                backend.close()
                return
            station = Station(backend, only_run_id=only_run_id)
            self._stations[backend.name] = station
        n_lanes = CLOUD_LANES if backend.is_paid else 1
        for lane in range(n_lanes):
            self._spawn(station, self._serve, f"{backend.name} lane {lane}")
        self._spawn(station, self._watch_light, f"{backend.name} light")

    def stop(self) -> None:
        """Let go of every run where it stands; the next start finds them again."""
        with self._lock:
            stations = list(self._stations.values())
            self._stations.clear()
        for station in stations:
            station.stop.set()
            station.wake.set()
        deadline = time.monotonic() + STOP_PATIENCE_S
        for station in stations:
            for thread in station.threads:
                thread.join(timeout=max(0.0, deadline - time.monotonic()))
            station.backend.close()

    def wake(self) -> None:
        for station in self._attached():
            station.wake.set()

    def cancel(self, run_id: str) -> Run:
        """At once for a queued run; for a running one when its back end has let go of it.

        A run whose back end is attached nowhere any more has nobody to wait for.
        """
        run = store.request_cancel(self._context.database, run_id)
        if run.status is not RunStatus.RUNNING:
            return run
        attached = {station.backend.name for station in self._attached()}
        for open_run, attempt in store.unfinished_attempts(self._context.database):
            if open_run.run_id == run_id and attempt.backend not in attached:
                self._end_orphan(open_run, attempt)
        return store.get_run(self._context.database, run_id)

    def progress(self, run_id: str) -> LiveProgress | None:
        return self._context.board.get(run_id)

    def statuses(self) -> list[BackendStatus]:
        """Last known lights, in the order of attachment; never waits for a server."""
        known = self._lights.all()
        return [known[s.backend.name] for s in self._attached() if s.backend.name in known]

    def backends(self) -> Sequence[Backend]:
        return [station.backend for station in self._attached()]

    def _attached(self) -> list[Station]:
        with self._lock:
            return list(self._stations.values())

    def _spawn(self, station: Station, target: Callable[[Station], None], name: str) -> None:
        thread = threading.Thread(target=target, args=(station,), name=name, daemon=True)
        station.threads.append(thread)
        thread.start()

    def _watch_light(self, station: Station) -> None:
        while not station.stop.is_set():
            try:
                if not takes_runs(self._lights.refresh(station.backend)):
                    station.last_model = None  # whatever it held, it may come back without
            except Exception:
                # A light must not go out for good over one odd answer.
                LOG.exception("light_failed", backend=station.backend.name)
            station.stop.wait(REFRESH_S)

    def _serve(self, station: Station) -> None:
        """One lane: re-attached attempts before new runs, one at a time, until stopped."""
        while not station.stop.is_set():
            try:
                worked = self._serve_one(station)
            except AppStoppingError:
                return
            except Exception:
                # The lane must outlive any single run; the run is found again as unfinished.
                if not station.stop.is_set():
                    LOG.exception("lane_failed", backend=station.backend.name)
                worked = False
            if not worked:
                station.wake.wait(self._context.patience.idle_s)
                station.wake.clear()

    def _serve_one(self, station: Station) -> bool:
        status = self._lights.last(station.backend)
        if not takes_runs(status) or status.origin is None:
            return False
        taken = self._take_unfinished(station, status.origin)
        if taken is not None:
            run, attempt, token = taken
            condition = store.get_condition(self._context.database, run.condition_id)
            journal = Journal(self._context, condition, run, attempt)
            self._held(station, journal, token, lambda: self._resume(station, status, journal))
            return True
        return self._serve_new(station, status.origin)

    def _serve_new(self, station: Station, origin: Origin) -> bool:
        condition_ids = self._servable(station)
        if not store.has_queued(self._context.database, condition_ids, origin=origin):
            return False
        status = self._lights.refresh(station.backend)  # it may be another server by now
        if not takes_runs(status) or status.origin is not origin:
            return False
        claimed = self._claim(station, status, condition_ids)
        if claimed is None:
            return False
        journal, token = claimed
        self._held(station, journal, token, lambda: self._carry(station, status, journal))
        return True

    def _held(
        self, station: Station, journal: Journal, token: object, work: Callable[[], None]
    ) -> None:
        """Do the work while this lane holds the run; what cannot be done here goes back."""
        run_id = journal.run.run_id
        try:
            work()
        except NotHereError as error:
            self._give_back(station, journal, token, error)
        finally:
            station.let_go(run_id, token)

    def _servable(self, station: Station) -> list[str]:
        return [
            condition.condition_id
            for condition in store.conditions(self._context.database)
            if condition.backend is station.backend.kind
            and not station.lacks(condition.condition_id)
        ]

    def _claim(
        self, station: Station, status: BackendStatus, condition_ids: Sequence[str]
    ) -> tuple[Journal, object] | None:
        """Claim and intent are one transaction, and the mark is set before anyone can see it."""
        database = self._context.database
        if status.origin is None:
            return None
        with station.lock, database.write():
            run = store.claim_next_run(
                database,
                condition_ids,
                self._context.now(),
                origin=status.origin,
                only_run_id=station.only_run_id,
            )
            if run is None:
                return None
            token = station.take(run.run_id)
            if token is None:
                raise RuntimeError(f"run {run.run_id} was queued while a lane held it")
            try:
                return begin(self._context, station.backend, status, run), token
            except BaseException:
                station.let_go(run.run_id, token)
                raise

    def _take_unfinished(
        self, station: Station, origin: Origin
    ) -> tuple[Run, Attempt, object] | None:
        with station.lock:
            for run, attempt in store.unfinished_attempts(self._context.database):
                is_ours = attempt.backend == station.backend.name and run.origin is origin
                if station.only_run_id not in (None, run.run_id) or not is_ours:
                    continue
                token = station.take(run.run_id)
                if token is not None:
                    return run, attempt, token
        return None

    def _give_back(
        self, station: Station, journal: Journal, token: object, error: NotHereError
    ) -> None:
        """To the queue, for another server or for later; what no server has fails the run."""
        if isinstance(error.cause, (ModelMissingError, NodeMissingError)):
            station.note_lacking(journal.run.condition_id)
            if not self._another_may(station, journal.run):
                Ending(context=self._context, journal=journal, time_scale=None, is_cold=None).fail(
                    error.cause
                )
                return
        else:
            self._lights.refresh(station.backend)
            station.stop.wait(self._context.patience.idle_s)
        with station.lock:
            journal.put_back()
            station.let_go(journal.run.run_id, token)

    def _another_may(self, station: Station, run: Run) -> bool:
        return any(
            other is not station
            and other.backend.kind is station.backend.kind
            and takes_runs(status := self._lights.last(other.backend))
            and status.origin is run.origin
            and not other.lacks(run.condition_id)
            for other in self._attached()
        )

    def _resume(self, station: Station, status: BackendStatus, journal: Journal) -> None:
        """Pick up an attempt of an earlier process where its last committed step left it."""
        attempt = journal.attempt
        if attempt.state is not AttemptState.INTENDED:
            self._carry(station, status, journal)
        elif attempt.submitted_at is None:
            raise NotHereError(BackendError(station.backend.name, detail="never sent"))
        elif station.backend.is_paid:
            # It may have been sent and may be billed: a person decides, not a guess.
            journal.finish(RunStatus.UNCERTAIN, failure_class=FailureClass.UNCERTAIN)
        elif self._arrived(station, attempt):
            journal.move(AttemptState.SUBMITTED)
            self._carry(station, status, journal)
        else:
            raise NotHereError(BackendError(station.backend.name, detail="never arrived"))

    def _arrived(self, station: Station, attempt: Attempt) -> bool:
        """Whether an unacknowledged submit reached a server that runs for free."""
        external_id = attempt.external_id or attempt.attempt_id
        if station.backend.poll(external_id).state is not GenerationState.MISSING:
            return True
        station.stop.wait(self._context.patience.missing_s)
        return station.backend.poll(external_id).state is not GenerationState.MISSING

    def _carry(self, station: Station, status: BackendStatus, journal: Journal) -> None:
        model = journal.condition.model
        is_known = journal.condition.location is Location.LOCAL and station.last_model is not None
        Execution(
            context=self._context,
            backend=station.backend,
            status=status,
            journal=journal,
            stop=station.stop,
            is_cold=station.last_model != model if is_known else None,
        ).carry()
        if journal.run.status is RunStatus.SUCCEEDED:
            station.last_model = model

    def _end_orphan(self, run: Run, attempt: Attempt) -> None:
        condition = store.get_condition(self._context.database, run.condition_id)
        journal = Journal(self._context, condition, run, attempt)
        if condition.location is Location.CLOUD and attempt.submitted_at is not None:
            journal.finish(RunStatus.UNCERTAIN, failure_class=FailureClass.UNCERTAIN)
        else:
            journal.finish(RunStatus.CANCELLED)
