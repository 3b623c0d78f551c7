"""Server-sent events: one answer that goes on, without a thread that waits for it."""

import asyncio
import json
import logging
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from videogen.errors import VideogenError
from videogen.web.problems import WebError
from videogen.web.stopping import is_stopping

LOG = logging.getLogger(__name__)
MEDIA_TYPE = "text/event-stream"
POLL_S = 0.5
HEARTBEAT_S = 15.0  # proxies close a line that is silent for a minute
LONGEST_S = 3600.0  # then the follower comes again, and whether it still may is asked anew
MOST_STREAMS = 8  # of one person at a time
RETRY = b"retry: 2000\n\n"  # ms until a browser comes again


class TooManyStreamsError(WebError):
    """One person follows more than one can read; facts: limit, retry_after_s."""

    code = "too_many_streams"
    status = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One event; with an id a follower can come again and go on after it."""

    event: str
    data: Mapping[str, Any]
    event_id: str | None = None

    def as_bytes(self) -> bytes:
        told = json.dumps(self.data, ensure_ascii=False, allow_nan=False)
        named = "" if self.event_id is None else f"id: {self.event_id}\n"
        return f"{named}event: {self.event}\ndata: {told}\n\n".encode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    said: Sequence[Said] = ()
    is_last: bool = False
    has_more: bool = False  # than one reading takes


@dataclass(slots=True)
class OpenStreams:
    """How many each person follows; safe to share."""

    most: int = MOST_STREAMS
    _open: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, who: str) -> None:
        """Raises: TooManyStreamsError."""
        with self._lock:
            if self._open[who] >= self.most:
                raise TooManyStreamsError(
                    field="stream", value=self._open[who], limit=self.most, retry_after_s=5
                )
            self._open[who] += 1

    def close(self, who: str) -> None:
        with self._lock:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]

    def count(self) -> int:
        with self._lock:
            return self._open.total()


class EventStream(StreamingResponse):
    """Counted as open until it has ended, also where its reader went before it began."""

    def __init__(self, chunks: AsyncIterator[bytes], opened: OpenStreams, who: str) -> None:
        # no-transform and X-Accel-Buffering: a proxy must neither pack nor hold it back.
        headers = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
        super().__init__(chunks, media_type=MEDIA_TYPE, headers=headers)
        self._opened, self._who = opened, who

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._opened.close(self._who)


async def follow(
    first: News,
    read: Callable[[], News],
    version: Callable[[], object],
    *,
    poll_s: float = POLL_S,
    heartbeat_s: float = HEARTBEAT_S,
    longest_s: float = LONGEST_S,
) -> AsyncIterator[bytes]:
    """What was read first, then what is read whenever `version` is another; comments in between."""
    began_s = spoke_s = time.monotonic()
    yield RETRY
    news, seen = first, None
    while True:
        for one in news.said:
            yield one.as_bytes()
            spoke_s = time.monotonic()
        if news.is_last or is_stopping() or time.monotonic() - began_s > longest_s:
            return
        if not news.has_more:
            await asyncio.sleep(poll_s)
        if time.monotonic() - spoke_s > heartbeat_s:
            yield b": \n\n"
            spoke_s = time.monotonic()
        now = version()
        if now == seen and not news.has_more:
            news = News()
            continue
        seen = now
        news = await _read(read)


async def _read(read: Callable[[], News]) -> News:
    """What can be said no more ends the stream: who comes again is told why."""
    try:
        return await run_in_threadpool(read)
    except VideogenError:
        return News(is_last=True)
    except Exception:
        LOG.exception("a stream of events ended")
        return News(is_last=True)
