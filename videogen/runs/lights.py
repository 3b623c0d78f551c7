"""The back ends' lights, refreshed behind the pages' backs so that no page ever waits."""

import threading
from collections.abc import Mapping

from videogen.backends.contract import Backend
from videogen.domain.generation import BackendLight, BackendStatus

REFRESH_S = 3.0


class LightBoard:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._statuses: dict[str, BackendStatus] = {}

    def refresh(self, backend: Backend) -> BackendStatus:
        """Ask now, and remember."""
        status = backend.status()
        with self._lock:
            self._statuses[backend.name] = status
        return status

    def last(self, backend: Backend) -> BackendStatus:
        with self._lock:
            known = self._statuses.get(backend.name)
        return known or self.refresh(backend)

    def all(self) -> Mapping[str, BackendStatus]:
        with self._lock:
            return dict(self._statuses)


def takes_runs(status: BackendStatus) -> bool:
    """Runs stay queued while their back end is down: an outage must not fail a whole queue."""
    return status.light in (BackendLight.UP, BackendLight.BUSY)
