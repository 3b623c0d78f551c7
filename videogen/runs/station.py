"""One attached back end: its lanes, who holds which run, and what it was last seen to do."""

import threading
import time
from dataclasses import dataclass, field

from videogen.backends.contract import Backend
from videogen.domain.condition import Condition, Location
from videogen.domain.run import Origin
from videogen.runs.breaker import Breaker

LACKING_S = 60.0  # files get installed: ask again after this
LOOK_ANYWAY_S = 30.0  # nothing that we know of can have changed; in case there is something else


@dataclass
class Station:
    """Marks are made and removed under `lock`, together with what they stand for."""

    backend: Backend
    only_run_id: str | None = None  # a command serves its own run, not everybody's queue
    stop: threading.Event = field(default_factory=threading.Event)
    wake: threading.Event = field(default_factory=threading.Event)
    lock: threading.RLock = field(default_factory=threading.RLock)
    looking: threading.Lock = field(default_factory=threading.Lock)  # one lane asks at a time
    threads: list[threading.Thread] = field(default_factory=list)
    breaker: Breaker = field(default_factory=Breaker)
    down_since: float | None = None  # monotonic
    _holders: dict[str, object] = field(default_factory=dict)  # run_id -> the lane's token
    _lacking: dict[str, float] = field(default_factory=dict)  # condition_id -> until
    _loaded: str | None = None  # the model that the server holds
    _knows_loaded: bool = False
    _next_submit_at: float = 0.0
    _seen: tuple[int, Origin] | None = None  # with this there was nothing to do
    _look_at: float = 0.0

    @property
    def name(self) -> str:
        return self.backend.name

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
            self._seen = None

    def held_run_ids(self) -> set[str]:
        with self.lock:
            return set(self._holders)

    def note_lacking(self, condition_id: str) -> None:
        with self.lock:
            self._lacking[condition_id] = time.monotonic() + LACKING_S

    def lacks(self, condition_id: str) -> bool:
        with self.lock:
            return self._lacking.get(condition_id, 0.0) > time.monotonic()

    def submit_slot_in_s(self) -> float:
        """How long until the vendor's rate allows another submit; 0 when it does now."""
        with self.lock:
            return max(0.0, self._next_submit_at - time.monotonic())

    def use_submit_slot(self) -> None:
        with self.lock:
            self._next_submit_at = time.monotonic() + self.backend.submit_interval_s

    def has_news(self, version: int, origin: Origin) -> bool:
        """Whether anything can have come to do since `saw_nothing`."""
        with self.lock:
            return self._seen != (version, origin) or time.monotonic() >= self._look_at

    def saw_nothing(self, version: int, origin: Origin, *, for_s: float = LOOK_ANYWAY_S) -> None:
        """Nothing to do as of this version of the database, or for so long at most."""
        now = time.monotonic()
        with self.lock:
            lacking_until = [until for until in self._lacking.values() if until > now]
            self._seen = (version, origin)
            self._look_at = min([now + min(for_s, LOOK_ANYWAY_S), *lacking_until])

    def note_loaded(self, model: str) -> None:
        with self.lock:
            self._loaded, self._knows_loaded = model, True

    def note_emptied(self) -> None:
        """It was restarted, or told to free its memory: the next run is a cold one."""
        with self.lock:
            self._loaded, self._knows_loaded = None, True

    def is_cold_for(self, condition: Condition) -> bool | None:
        """None where nobody knows what the server held before we came, or where a vendor does."""
        if condition.location is Location.CLOUD:
            return None
        with self.lock:
            return self._loaded != condition.model if self._knows_loaded else None
