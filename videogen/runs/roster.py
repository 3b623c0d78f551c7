"""The attached back ends side by side: what one lane must know of the others."""

import threading

from videogen.domain.condition import Condition
from videogen.domain.run import Origin, Run
from videogen.runs import holds
from videogen.runs.context import RunContext
from videogen.runs.lights import LightBoard, takes_runs
from videogen.runs.station import Station


class Roster:
    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._stations: dict[str, Station] = {}
        self.lights = LightBoard()

    def add(self, station: Station) -> bool:
        """False when a back end of this name is attached already."""
        with self._lock:
            return self._stations.setdefault(station.name, station) is station

    def remove(self, name: str) -> Station | None:
        with self._lock:
            return self._stations.pop(name, None)

    def clear(self) -> list[Station]:
        """Everything that was attached, for the one who stops it."""
        with self._lock:
            stations = list(self._stations.values())
            self._stations.clear()
        return stations

    def all(self) -> list[Station]:
        with self._lock:
            return list(self._stations.values())

    def named(self, name: str) -> Station | None:
        with self._lock:
            return self._stations.get(name)

    def held_run_ids(self) -> set[str]:
        return {run_id for station in self.all() for run_id in station.held_run_ids()}

    def is_up(self, station: Station) -> bool:
        return takes_runs(self.lights.last(station.backend))

    def another_may(self, station: Station, run: Run) -> bool:
        """Whether another server of the same kind can take what this one cannot."""
        return any(
            other is not station
            and other.backend.kind is station.backend.kind
            and self._is_up_for(other, run.origin)
            and not other.lacks(run.making_condition_id)
            for other in self.all()
        )

    def may_make(self, condition: Condition, origin: Origin | None) -> bool:
        """Whether a run of this condition would be taken now, or as soon as a lane is free."""
        return self.why_not(condition, origin) is None

    def why_not(self, condition: Condition, origin: Origin | None) -> str | None:
        """A key of texts for why nothing takes its runs now; None when something does."""
        of_kind = [s for s in self.all() if s.backend.kind is condition.backend]
        if not of_kind:
            return "routing.why.not_configured"
        up = [station for station in of_kind if self._is_up_for(station, origin)]
        if not up:
            return "routing.why.down"
        having = [station for station in up if not station.lacks(condition.condition_id)]
        if not having:
            return "routing.why.missing_parts"
        blocked = holds.blocked_backends(self._context.database, self._context.now())
        free = [station for station in having if station.name not in blocked]
        if not free:
            return "routing.why.held"
        return "routing.why.stopped" if all(map(self._is_stopped, free)) else None

    def _is_stopped(self, station: Station) -> bool:
        backend, origin = station.backend, self.lights.last(station.backend).origin
        stop = holds.stopped(self._context.database, backend.name, origin, is_paid=backend.is_paid)
        return stop is not None

    def _is_up_for(self, station: Station, origin: Origin | None) -> bool:
        status = self.lights.last(station.backend)
        return takes_runs(status) and (origin is None or status.origin is origin)
