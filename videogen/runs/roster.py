"""The attached back ends side by side: what one lane must know of the others."""

import threading

from videogen import store
from videogen.domain.condition import BackendKind, Condition
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
            and self._can_make(other, run.making_condition_id, run.origin)
            for other in self.all()
        )

    def may_make(self, condition: Condition, origin: Origin | None) -> bool:
        """Whether a run of this condition would be taken now, or as soon as a lane is free."""
        now = self._context.now()
        held = {
            hold.backend
            for hold in store.holds(self._context.database)
            if holds.is_blocked(hold, now)
        }
        return any(
            station.backend.kind is condition.backend
            and station.name not in held
            and self._can_make(station, condition.condition_id, origin)
            for station in self.all()
        )

    def kinds(self) -> set[BackendKind]:
        return {station.backend.kind for station in self.all()}

    def _can_make(self, station: Station, condition_id: str, origin: Origin | None) -> bool:
        status = self.lights.last(station.backend)
        is_same = origin is None or status.origin is origin
        return takes_runs(status) and is_same and not station.lacks(condition_id)
