"""Where a running run is right now: in memory only, the database holds what must not be lost."""

import threading
from dataclasses import dataclass

from videogen.domain.run import AttemptState


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveProgress:
    state: AttemptState
    progress: float | None = None  # 0..1; None: no bar moves, say "loading"
    stage: str | None = None  # the running node's class, or the vendor's word
    elapsed_s: float = 0.0  # since submission; simulated seconds in the sandbox


class ProgressBoard:
    """Written by the workers, read by pages; a bar that was shown never runs backwards."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, LiveProgress] = {}

    def show(self, run_id: str, entry: LiveProgress) -> None:
        with self._lock:
            self._entries[run_id] = entry

    def clear(self, run_id: str) -> None:
        with self._lock:
            self._entries.pop(run_id, None)

    def get(self, run_id: str) -> LiveProgress | None:
        with self._lock:
            return self._entries.get(run_id)
