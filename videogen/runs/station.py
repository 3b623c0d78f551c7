"""One attached back end: its lanes, and who holds which run."""

import threading
import time
from dataclasses import dataclass, field

from videogen.backends.contract import Backend

LACKING_S = 60.0  # files get installed: ask again after this


@dataclass
class Station:
    """Marks are made and removed under `lock`, together with what they stand for."""

    backend: Backend
    only_run_id: str | None = None  # a command serves its own run, not everybody's queue
    stop: threading.Event = field(default_factory=threading.Event)
    wake: threading.Event = field(default_factory=threading.Event)
    lock: threading.RLock = field(default_factory=threading.RLock)
    threads: list[threading.Thread] = field(default_factory=list)
    last_model: str | None = None  # what the server holds, as far as we know
    _holders: dict[str, object] = field(default_factory=dict)  # run_id -> the lane's token
    _lacking: dict[str, float] = field(default_factory=dict)  # condition_id -> until

    def take(self, run_id: str) -> object | None:
        """A token for the lane that carries the run from now on; None when another does."""
        with self.lock:
            if run_id in self._holders:
                return None
            token = object()
            self._holders[run_id] = token
            return token

    def let_go(self, run_id: str, token: object) -> None:
        """Only the lane that took it removes its mark."""
        with self.lock:
            if self._holders.get(run_id) is token:
                del self._holders[run_id]

    def note_lacking(self, condition_id: str) -> None:
        with self.lock:
            self._lacking[condition_id] = time.monotonic() + LACKING_S

    def lacks(self, condition_id: str) -> bool:
        with self.lock:
            return self._lacking.get(condition_id, 0.0) > time.monotonic()
