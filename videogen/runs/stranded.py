"""Attempts whose back end is gone: what can go to another is put back, the rest ends in time."""

import contextlib
from collections.abc import Collection, Iterator

from videogen import store
from videogen.domain.condition import Location
from videogen.domain.run import Attempt, AttemptState, FailureClass, Run, RunStatus
from videogen.errors import BackendError, BackendUnavailableError
from videogen.runs.context import RunContext
from videogen.runs.ending import Ending
from videogen.runs.journal import Journal
from videogen.runs.next_try import condition_to_try
from videogen.runs.roster import Roster
from videogen.runs.station import Station


def put_back_unsent(context: RunContext, roster: Roster, run_ids: Collection[str]) -> None:
    """What was only intended on a back end that is down or attached nowhere waits for any other."""
    for run, attempt in _open(context, run_ids):
        owner = roster.named(attempt.backend)
        is_unsent = attempt.state is AttemptState.INTENDED and attempt.submitted_at is None
        if not is_unsent or (owner is not None and roster.is_up(owner)):
            continue
        _put_back(context, owner, run, attempt)


def end_what_is_down(context: RunContext, roster: Roster, station: Station) -> None:
    """A free server has been down for longer than a run waits: nobody carries these any more.

    A submit that was never acknowledged goes to another server where there is one; what a paid
    back end was asked for goes on without it, so it stays.
    """
    if station.backend.is_paid:
        return
    left = store.running_run_ids(context.database) - roster.held_run_ids()
    for run, attempt in _open(context, left):
        if attempt.backend != station.name:
            continue
        _take_off(station, attempt)
        if attempt.state is AttemptState.INTENDED and roster.another_may(station, run):
            _put_back(context, station, run, attempt)
            continue
        with _held(station, run) as is_held:
            if is_held and _stands(context, attempt):
                error = BackendUnavailableError(station.name)
                _ending(context, roster, run, attempt).fail(error)


def end_unattended(context: RunContext, roster: Roster, attempt_ids: Collection[str]) -> None:
    """Their free back ends have been attached nowhere for longer than a run waits.

    What was never sent waits for another; what a vendor was asked for goes on there, so it stays.
    """
    for run, attempt in store.unfinished_attempts(context.database):
        if attempt.attempt_id not in attempt_ids:
            continue
        with context.database.write():
            if roster.named(attempt.backend) is None and _stands(context, attempt):
                _end_unattended(context, roster, run, attempt)


def _end_unattended(context: RunContext, roster: Roster, run: Run, attempt: Attempt) -> None:
    journal = _journal(context, run, attempt)
    if attempt.submitted_at is None:
        journal.put_back()
    elif journal.condition.location is Location.CLOUD:
        return
    elif run.cancel_requested:
        journal.finish(RunStatus.CANCELLED)
    else:
        _ending(context, roster, run, attempt).fail(BackendUnavailableError(attempt.backend))


def _take_off(station: Station, attempt: Attempt) -> None:
    """It may be cut off and not dead: what is given up must not run there unseen."""
    with contextlib.suppress(BackendError):
        station.backend.cancel(attempt.external_id or attempt.attempt_id)


def end_orphan(context: RunContext, run: Run, attempt: Attempt) -> None:
    """A person cancelled a run whose back end is attached nowhere: there is nobody to wait for.

    A paid call whose id is known stays: the wish is carried out once its back end is attached.
    """
    journal = _journal(context, run, attempt)
    is_paid = journal.condition.location is Location.CLOUD
    if is_paid and attempt.external_id is not None:
        return
    if is_paid and attempt.submitted_at is not None:
        journal.finish(RunStatus.UNCERTAIN, failure_class=FailureClass.UNCERTAIN)
    else:
        journal.finish(RunStatus.CANCELLED)


def _open(context: RunContext, run_ids: Collection[str]) -> Iterator[tuple[Run, Attempt]]:
    if run_ids:
        for run, attempt in store.unfinished_attempts(context.database):
            if run.run_id in run_ids:
                yield run, attempt


def _put_back(context: RunContext, owner: Station | None, run: Run, attempt: Attempt) -> None:
    with _held(owner, run) as is_held, context.database.write():
        if is_held and _stands(context, attempt):
            _journal(context, run, attempt).put_back()


@contextlib.contextmanager
def _held(owner: Station | None, run: Run) -> Iterator[bool]:
    """Whether no lane of its back end carries the run; none does where it is attached nowhere."""
    if owner is None:
        yield True
        return
    token = owner.take(run.run_id)
    try:
        yield token is not None
    finally:
        if token is not None:
            owner.let_go(run.run_id, token)


def _stands(context: RunContext, attempt: Attempt) -> bool:
    """Whether it is as it was read: another lane may have put it back and taken the run."""
    return attempt in store.attempts_of_run(context.database, attempt.run_id)


def _ending(context: RunContext, roster: Roster, run: Run, attempt: Attempt) -> Ending:
    journal = _journal(context, run, attempt)
    return Ending(context=context, journal=journal, may_make=roster.may_make)


def _journal(context: RunContext, run: Run, attempt: Attempt) -> Journal:
    condition = condition_to_try(context, run, degraded=attempt.degraded)
    return Journal(context, condition, run, attempt)
