"""Back ends that take no new runs: paused by a person, tripped by failures, refused by quota."""

from datetime import datetime, timedelta

from videogen import store
from videogen.domain.event import Event
from videogen.domain.run import Origin
from videogen.domain.server import BackendHold, HoldKind
from videogen.store import Database


def pause(database: Database, backend: str, who: str, reason: str, now: datetime) -> BackendHold:
    """New runs wait until a person resumes it; running ones go on."""
    hold = BackendHold(backend=backend, kind=HoldKind.PAUSED, reason=reason, since=now, who=who)
    _keep(database, hold)
    return hold


def resume(database: Database, backend: str, who: str, now: datetime) -> None:
    """Whatever held it, a person says that it may go on.

    A pause that is lifted before a vendor takes calls again leaves the vendor's hold.
    """
    with database.write():
        before = store.hold_of(database, backend)
        if before is None:
            return
        until = _quota_until(database, backend) if before.kind is HoldKind.PAUSED else None
        _lift(database, backend, now, who=who)
        if until is not None and now < until:
            _keep(database, _quota_hold(backend, now, until))


def stopped(
    database: Database, backend: str, origin: Origin | None, *, is_paid: bool
) -> BackendHold | None:
    """Of a vendor while all paid calls are stopped; the sandbox is never paid."""
    stop = store.paid_calls_stop(database) if is_paid and origin is Origin.LIVE else None
    if stop is None:
        return None
    return BackendHold(
        backend=backend, kind=HoldKind.STOPPED, reason=stop.why, since=stop.at, who=stop.who
    )


def is_blocked(hold: BackendHold | None, now: datetime) -> bool:
    return hold is not None and (hold.until is None or now < hold.until)


def blocked_backends(database: Database, now: datetime) -> set[str]:
    """The names of those that take no new runs now."""
    return {hold.backend for hold in store.holds(database) if is_blocked(hold, now)}


def is_on_trial(hold: BackendHold | None, now: datetime) -> bool:
    """A tripped back end that has rested: one run shows whether it works again."""
    return hold is not None and hold.kind is HoldKind.TRIPPED and not is_blocked(hold, now)


def trip(
    database: Database, backend: str, reason: str, now: datetime, *, first_s: float, most_s: float
) -> None:
    """Let it rest; twice as long as before when the run on trial failed."""
    with database.write():
        before = store.hold_of(database, backend)
        if is_blocked(before, now):
            return
        rest_s = first_s
        if before is not None and is_on_trial(before, now) and before.until is not None:
            rest_s = min(2 * (before.until - before.since).total_seconds(), most_s)
        until = now + timedelta(seconds=rest_s)
        _keep(
            database,
            BackendHold(
                backend=backend, kind=HoldKind.TRIPPED, reason=reason, since=now, until=until
            ),
        )


def hold_for_quota(database: Database, backend: str, now: datetime, wait_s: float) -> None:
    """Until the vendor takes calls again; a longer hold stays as it is."""
    until = now + timedelta(seconds=wait_s)
    with database.write():
        before = store.hold_of(database, backend)
        hold = _quota_hold(backend, now, until)
        if before is not None and before.kind is HoldKind.PAUSED:
            store.save(database, _event_of(hold))  # found again when the pause is lifted
        elif before is None or (before.until is not None and before.until < until):
            _keep(database, hold)


def lift_if_over(database: Database, hold: BackendHold, now: datetime) -> None:
    """A quota's time is up; a tripped back end keeps its row until a run has succeeded."""
    if hold.kind is HoldKind.QUOTA and not is_blocked(hold, now):
        with database.write():
            if store.hold_of(database, hold.backend) == hold:
                _lift(database, hold.backend, now)


def has_worked(database: Database, backend: str, now: datetime) -> None:
    """A run succeeded: what the failures tripped is closed again."""
    hold = store.hold_of(database, backend)
    if hold is None or hold.kind is not HoldKind.TRIPPED:
        return
    with database.write():
        _lift(database, backend, now)


def _quota_hold(backend: str, now: datetime, until: datetime) -> BackendHold:
    return BackendHold(backend=backend, kind=HoldKind.QUOTA, reason="quota", since=now, until=until)


def _quota_until(database: Database, backend: str) -> datetime | None:
    """The vendor's latest word since the back end last went on; a pause has taken its row."""
    until: datetime | None = None
    for event in store.events_of(database, backend):
        if event.kind == "backend.resumed":
            until = None
        elif event.kind == "backend.quota":
            told = datetime.fromisoformat(event.data["until"])
            until = told if until is None else max(until, told)
    return until


def _lift(database: Database, backend: str, now: datetime, **told: str) -> None:
    store.lift_hold(database, backend)
    store.save(database, _event("backend.resumed", backend, now, **told))


def _keep(database: Database, hold: BackendHold) -> None:
    store.save(database, hold, _event_of(hold))


def _event_of(hold: BackendHold) -> Event:
    return _event(
        f"backend.{hold.kind.value}",
        hold.backend,
        hold.since,
        who=hold.who,
        reason=hold.reason,
        until=hold.until.isoformat() if hold.until else None,
    )


def _event(kind: str, backend: str, now: datetime, **data: str | None) -> Event:
    return Event(at=now, kind=kind, subject_id=backend, data=data)
