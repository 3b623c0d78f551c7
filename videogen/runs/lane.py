"""One lane of one back end: unfinished attempts before new runs, one at a time, until stopped."""

from collections.abc import Callable, Sequence

import structlog
from structlog.contextvars import bound_contextvars

from videogen import store
from videogen.domain.generation import BackendStatus, GenerationState
from videogen.domain.run import AttemptState, FailureClass, Origin, RunStatus
from videogen.errors import BackendError, ModelMissingError, NodeMissingError, VideogenError
from videogen.runs import holds, routed, stranded
from videogen.runs.context import RunContext
from videogen.runs.ending import Ending
from videogen.runs.execute import Execution, NotHereError, begin
from videogen.runs.journal import Journal
from videogen.runs.lights import takes_runs
from videogen.runs.next_try import condition_to_try
from videogen.runs.roster import Roster
from videogen.runs.station import Station
from videogen.runs.watch import AppStoppingError

LOG = structlog.get_logger(__name__)


class _StillHeldError(Exception):
    """The run waits for its next try, but its last lane has yet to let go: the claim is undone."""


class Lane:
    def __init__(self, context: RunContext, roster: Roster, station: Station) -> None:
        self._context = context
        self._database = context.database
        self._roster = roster
        self._station = station

    def serve(self) -> None:
        station = self._station
        while not station.stop.is_set():
            try:
                worked = self._serve_one()
            except AppStoppingError:
                return
            except Exception:
                # The lane must outlive any single run; the run is found again as unfinished.
                if not station.stop.is_set():
                    LOG.exception("lane_failed", backend=station.name)
                worked = False
            if not worked:
                idle_s = self._context.patience.idle_s
                station.wake.wait(min(idle_s, station.submit_slot_in_s() or idle_s))
                station.wake.clear()

    def _serve_one(self) -> bool:
        taken = self._look()
        if taken is None:
            return False
        status, journal, token, work = taken
        named = {"run_id": journal.run.run_id, "attempt_id": journal.attempt.attempt_id}
        try:
            with bound_contextvars(**named, backend=self._station.name):
                work(status, journal)
        except NotHereError as error:
            self._give_back(journal, token, error)
        finally:
            self._station.let_go(journal.run.run_id, token)
        return True

    def _look(self) -> "Taken | None":
        """What there is to do, taken for this lane; nothing is asked while nothing has changed."""
        station = self._station
        status = self._roster.lights.last(station.backend)
        if not takes_runs(status) or status.origin is None:
            return None
        if not station.has_news(self._database.version, status.origin):
            return None
        with station.looking:
            version = self._database.version  # before looking: what comes after is news
            if station.stop.is_set() or not station.has_news(version, status.origin):
                return None
            return self._unfinished(status, status.origin) or self._new(status.origin, version)

    def _unfinished(self, status: BackendStatus, origin: Origin) -> "Taken | None":
        # In this order: a run that is claimed in between is held before its row can be seen.
        running = store.running_run_ids(self._database)
        left = running - self._roster.held_run_ids()
        if not left:
            return None
        station = self._station
        with station.lock:
            for run, attempt in store.unfinished_attempts(self._database):
                is_ours = attempt.backend == station.name and run.origin is origin
                if not is_ours or station.only_run_id not in (None, run.run_id):
                    continue
                token = station.take(run.run_id)
                if token is not None:
                    condition = condition_to_try(self._context, run, degraded=attempt.degraded)
                    journal = Journal(self._context, condition, run, attempt)
                    return status, journal, token, self._resume
        stranded.put_back_unsent(self._context, self._roster, left)
        return None

    def _new(self, origin: Origin, version: int) -> "Taken | None":
        station, now = self._station, self._context.now()
        hold = store.hold_of(self._database, station.name)
        if hold is not None:
            holds.lift_if_over(self._database, hold, now)
        if hold is not None and holds.is_blocked(hold, now):
            left_s = (hold.until - now).total_seconds() if hold.until else float("inf")
            station.saw_nothing(version, origin, for_s=left_s)
            return None
        if self._stopped(origin):
            station.saw_nothing(version, origin)
            return None
        condition_ids = self._servable()
        routed.send_waiting(self._context, self._roster.why_not, only_run_id=station.only_run_id)
        if not store.has_queued(self._database, condition_ids, origin=origin):
            station.saw_nothing(version, origin)
            return None
        if station.submit_slot_in_s():
            return None
        status = self._roster.lights.refresh(station.backend)  # it may be another server by now
        if not takes_runs(status) or status.origin is not origin:
            return None
        return self._claim(status, condition_ids)

    def _servable(self) -> list[str]:
        return [
            condition.condition_id
            for condition in store.conditions(self._database)
            if condition.backend is self._station.backend.kind
            and not self._station.lacks(condition.condition_id)
        ]

    def _claim(self, status: BackendStatus, condition_ids: Sequence[str]) -> "Taken | None":
        """Claim and intent are one transaction, and the mark is set before anyone can see it."""
        taken: Taken | None = None
        try:
            with self._station.lock, self._database.write():
                taken = self._claimed(status, condition_ids)
        except _StillHeldError:
            return None
        except BaseException:
            if taken is not None:  # nothing was committed: the run is anybody's again
                self._station.let_go(taken[1].run.run_id, taken[2])
            raise
        return taken

    def _claimed(self, status: BackendStatus, condition_ids: Sequence[str]) -> "Taken | None":
        station, now = self._station, self._context.now()
        if not self._may_begin() or self._stopped(status.origin):
            return None
        run = store.claim_next_run(
            self._database,
            condition_ids,
            now,
            origin=status.origin,
            only_run_id=station.only_run_id,
        )
        if run is None:
            return None
        token = station.take(run.run_id)
        if token is None:
            raise _StillHeldError
        try:
            journal = begin(self._context, station.backend, status, run)
        except BaseException:
            station.let_go(run.run_id, token)
            raise
        station.use_submit_slot()
        return status, journal, token, self._carry

    def _may_begin(self) -> bool:
        """A hold may have come since the look; a back end on trial gets one run and no more."""
        hold, now = store.hold_of(self._database, self._station.name), self._context.now()
        if holds.is_blocked(hold, now):
            return False
        return not (holds.is_on_trial(hold, now) and self._station.held_run_ids())

    def _stopped(self, origin: Origin | None) -> bool:
        backend = self._station.backend
        stop = holds.stopped(self._database, backend.name, origin, is_paid=backend.is_paid)
        return stop is not None

    def _give_back(self, journal: Journal, token: object, error: NotHereError) -> None:
        """To the queue, for another server or for later; what no server has fails the run."""
        station = self._station
        if isinstance(error.cause, (ModelMissingError, NodeMissingError)):
            station.note_lacking(journal.run.making_condition_id)
            if not self._roster.another_may(station, journal.run):
                self._fail_unsent(journal, error.cause)
                return
        else:
            self._roster.lights.refresh(station.backend)
            station.stop.wait(self._context.patience.idle_s)
        with station.lock:
            journal.put_back()
            station.let_go(journal.run.run_id, token)

    def _fail_unsent(self, journal: Journal, cause: VideogenError) -> None:
        Ending(context=self._context, journal=journal, may_make=self._roster.may_make).fail(cause)

    def _resume(self, status: BackendStatus, journal: Journal) -> None:
        """Pick up an attempt of an earlier process where its last committed step left it."""
        attempt, backend = journal.attempt, self._station.backend
        if attempt.state is not AttemptState.INTENDED:
            self._carry(status, journal)
        elif attempt.submitted_at is None:
            raise NotHereError(BackendError(backend.name, detail="never sent"))
        elif backend.is_paid:
            # It may have been sent and may be billed: a person decides, not a guess.
            journal.finish(RunStatus.UNCERTAIN, failure_class=FailureClass.UNCERTAIN)
        elif self._arrived(journal):
            journal.move(AttemptState.SUBMITTED)
            self._carry(status, journal)
        else:
            raise NotHereError(BackendError(backend.name, detail="never arrived"))

    def _arrived(self, journal: Journal) -> bool:
        """Whether an unacknowledged submit reached a server that runs for free."""
        backend = self._station.backend
        external_id = journal.attempt.external_id or journal.attempt.attempt_id
        if backend.poll(external_id).state is not GenerationState.MISSING:
            return True
        self._station.stop.wait(self._context.patience.missing_s)
        return backend.poll(external_id).state is not GenerationState.MISSING

    def _carry(self, status: BackendStatus, journal: Journal) -> None:
        station = self._station
        execution = Execution(
            context=self._context,
            backend=station.backend,
            status=status,
            journal=journal,
            stop=station.stop,
            is_cold=station.is_cold_for(journal.condition),
            may_make=self._roster.may_make,
        )
        execution.carry()
        attempt = journal.attempt
        if attempt.state is AttemptState.SUCCEEDED:
            station.note_loaded(journal.condition.model)
        elif execution.freed_memory or attempt.state is AttemptState.LOST:
            station.note_emptied()  # a server that forgot a prompt has been restarted
        if not execution.broke:
            station.breaker.note(self._context, attempt)


Taken = tuple[BackendStatus, Journal, object, Callable[[BackendStatus, Journal], None]]
