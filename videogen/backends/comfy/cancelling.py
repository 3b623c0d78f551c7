"""Taking one prompt back from a server, and nobody else's."""

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import quote

from videogen.backends.comfy.history import QueuePlace
from videogen.backends.comfy.wire import ComfyWire
from videogen.domain.generation import GenerationState
from videogen.errors import BackendError

TRIES = 3
REPEAT_S = 2.0  # an interrupt between taking a prompt and its first node is forgotten by the server
KEPT_IDS = 256


class Canceller:
    """An empty interrupt and `clear` stop whoever is there, so neither is ever sent."""

    def __init__(
        self,
        wire: ComfyWire,
        *,
        place_of: Callable[[str], QueuePlace],
        interrupts_by_id: Callable[[], bool],
    ) -> None:
        self._wire = wire
        self._place_of = place_of
        self._interrupts_by_id = interrupts_by_id
        self._lock = threading.Lock()
        self._asked_at_s: OrderedDict[str, float] = OrderedDict()

    def was_asked(self, prompt_id: str) -> bool:
        """Whether we took it back ourselves: its absence then means cancelled, not lost."""
        with self._lock:
            return prompt_id in self._asked_at_s

    def cancel(self, prompt_id: str) -> None:
        """Returns before it is gone: between two sampler steps minutes may pass."""
        with self._lock:
            self._asked_at_s[prompt_id] = time.monotonic()
            self._asked_at_s.move_to_end(prompt_id)
            while len(self._asked_at_s) > KEPT_IDS:
                self._asked_at_s.popitem(last=False)
        answer = self._wire.send("POST", f"/api/jobs/{quote(prompt_id, safe='')}/cancel")
        if answer.status_code in (404, 405):  # 0.25.0 and older have no such route
            self._cancel_by_queue(prompt_id)

    def repeat(self, prompt_id: str) -> None:
        """Ask again for what is still there; the next poll will, should this fail."""
        with self._lock:
            asked_at_s = self._asked_at_s.get(prompt_id)
        if asked_at_s is not None and time.monotonic() - asked_at_s > REPEAT_S:
            with contextlib.suppress(BackendError):
                self.cancel(prompt_id)

    def _cancel_by_queue(self, prompt_id: str) -> None:
        for _ in range(TRIES):
            self._wire.send("POST", "/queue", body={"delete": [prompt_id]})
            place = self._place_of(prompt_id)
            if place.state is None:
                return
            if place.state is GenerationState.RUNNING:
                # An older server ignores the id and stops whatever runs when the request arrives.
                if place.n_pending == 0 or self._interrupts_by_id():
                    self._wire.send("POST", "/interrupt", body={"prompt_id": prompt_id})
                return
