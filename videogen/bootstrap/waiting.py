"""When a queued run will start and end: the worker's lanes with the estimates of the evidence."""

from collections import Counter
from datetime import datetime

from videogen import store
from videogen.bootstrap.application import Application
from videogen.bootstrap.reach import Reached, attached, unheld
from videogen.domain.condition import BackendKind
from videogen.domain.run import Origin
from videogen.errors import NotFoundError
from videogen.evidence import estimate
from videogen.runs.eta import QueueEta, SecondsRange, queue_eta
from videogen.runs.lights import takes_runs


def eta_of_run(application: Application, run_id: str, now: datetime) -> QueueEta | None:
    """None when it does not wait; in the sandbox only its place is known. Raises: NotFoundError.

    How quick a sandbox is depends on the machine that draws its clips, not on what it plays.
    """
    run = store.get_run(application.database, run_id)
    origin = run.origin or Origin.LIVE
    able = _able(application, origin, now)
    lanes: Counter[BackendKind] = Counter()
    for one in able:
        lanes[one.backend.kind] += one.backend.n_lanes
    return queue_eta(
        application.database,
        run_id,
        lanes=lanes,
        seconds_of=lambda condition_id: _seconds(application, condition_id, origin),
        now=now,
    )


def _able(application: Application, origin: Origin, now: datetime) -> list[Reached]:
    return [
        one
        for one in unheld(application.database, attached(application.worker), now)
        if takes_runs(one.status) and one.status.origin is origin
    ]


def _seconds(application: Application, condition_id: str, origin: Origin) -> SecondsRange | None:
    if origin is Origin.SANDBOX:
        return None
    try:
        condition = store.get_condition(application.database, condition_id)
    except NotFoundError:
        return None
    known = estimate(
        application.database, condition, origin, application.claims, application.prices
    )
    if known.wall_time_low_s is None or known.wall_time_high_s is None:
        return None
    return SecondsRange(low_s=known.wall_time_low_s, high_s=known.wall_time_high_s)
