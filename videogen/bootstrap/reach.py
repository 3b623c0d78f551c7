"""What the attached and the configured back ends would take, as they last answered."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from videogen.backends import Backend, google, replicate
from videogen.backends.google import RetirementWarning
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.generation import BackendStatus
from videogen.domain.run import Origin
from videogen.evidence.forecast import Lanes
from videogen.runs.holds import blocked_backends, stopped
from videogen.runs.lights import takes_runs
from videogen.runs.worker import Worker
from videogen.store import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One back end and how it answered."""

    backend: Backend
    status: BackendStatus


def attached(worker: Worker) -> list[Reached]:
    """What the worker has, with its last lights: no page waits for a server."""
    lights = {status.name: status for status in worker.statuses()}
    return [
        Reached(backend=backend, status=lights[backend.name])
        for backend in worker.backends()
        if backend.name in lights
    ]


def asked(backends: Iterable[Backend]) -> list[Reached]:
    """Each asked now; for a command that starts no worker."""
    return [Reached(backend=backend, status=backend.status()) for backend in backends]


def unheld(database: Database, reached: Sequence[Reached], now: datetime) -> list[Reached]:
    """Without those that are paused, tripped, out of quota or stopped for their money now."""
    held = blocked_backends(database, now)
    return [
        one
        for one in reached
        if one.backend.name not in held
        and not stopped(database, one.backend.name, one.status.origin, is_paid=one.backend.is_paid)
    ]


def origin_of(condition: Condition, reached: Sequence[Reached]) -> Origin | None:
    """A real back end before the sandbox; a routed condition runs where anything does."""
    is_routed = condition.backend is BackendKind.ROUTED
    found = [
        one.status.origin
        for one in reached
        if (is_routed or one.backend.kind is condition.backend)
        and takes_runs(one.status)
        and one.status.origin is not None
    ]
    return min(found, key=lambda origin: origin is Origin.SANDBOX, default=None)


def lanes_of(reached: Sequence[Reached], origin: Origin) -> dict[BackendKind, Lanes]:
    """Of the back ends that take runs of this origin now, together by kind."""
    lanes: dict[BackendKind, Lanes] = {}
    for one in reached:
        if one.status.origin is not origin or not takes_runs(one.status):
            continue
        before = lanes.get(one.backend.kind, Lanes(n_lanes=0))
        lanes[one.backend.kind] = Lanes(
            n_lanes=before.n_lanes + one.backend.n_lanes,
            submit_interval_s=max(before.submit_interval_s, one.backend.submit_interval_s),
        )
    return lanes


def is_retired(condition: Condition, now: datetime) -> bool:
    """The vendor has shut its model down; the sandbox still plays it."""
    profile = _google().get(condition.model) or _replicate().get(condition.model)
    return profile is not None and profile.has_ended(now.date())


def retirement_warning(condition: Condition, now: datetime) -> RetirementWarning | None:
    """When its vendor may shut the model down, where a source names a date."""
    profile = _google().get(condition.model)
    return None if profile is None else profile.retirement_warning(now.date())


_google = functools.cache(google.load_profiles)
_replicate = functools.cache(replicate.load_profiles)
