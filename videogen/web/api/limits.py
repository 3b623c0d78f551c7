"""How much one person may send: bytes of a body, and requests in a while."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from videogen.web.problems import WebError

MAX_BODY_BYTES = 2**20
BURST = 600
PER_S = 60.0
MAX_BUCKETS = 10_000  # whoever else comes makes room by the ones that are full again


class TooManyRequestsError(WebError):
    """Somebody asks faster than one person does; facts: retry_after_s."""

    code = "too_many_requests"
    status = 429


@dataclass(slots=True)
class _Bucket:
    left: float
    at_s: float


@dataclass(slots=True, kw_only=True)
class RateLimit:
    """A bucket of requests for each asker, filled anew all the time; safe to share."""

    burst: int = BURST
    per_s: float = PER_S
    now_s: Callable[[], float] = time.monotonic
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, asker: str) -> int:
        """How many are left. Raises: TooManyRequestsError."""
        with self._lock:
            bucket = self._bucket(asker)
            if bucket.left < 1:
                wait_s = max(1, round((1 - bucket.left) / self.per_s + 0.5))
                raise TooManyRequestsError(field="request", retry_after_s=wait_s)
            bucket.left -= 1
            return int(bucket.left)

    def headers(self, left: int) -> dict[str, str]:
        """As the draft standard for rate limits names them."""
        window_s = round(self.burst / self.per_s)
        return {
            "RateLimit-Policy": f'"person";q={self.burst};w={window_s}',
            "RateLimit": f'"person";r={left}',
        }

    def _bucket(self, asker: str) -> _Bucket:
        now_s = self.now_s()
        bucket = self._buckets.get(asker)
        if bucket is None:
            self._make_room(now_s)
            bucket = self._buckets[asker] = _Bucket(float(self.burst), now_s)
        bucket.left = min(self.burst, bucket.left + (now_s - bucket.at_s) * self.per_s)
        bucket.at_s = now_s
        return bucket

    def _make_room(self, now_s: float) -> None:
        if len(self._buckets) < MAX_BUCKETS:
            return
        full_s = self.burst / self.per_s
        self._buckets = {
            asker: one for asker, one in self._buckets.items() if now_s - one.at_s < full_s
        }
