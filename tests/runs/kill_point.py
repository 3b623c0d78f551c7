"""Where a process ends itself with SIGKILL: at the n-th event of a kind, and nothing after it."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from videogen.domain.event import Event
from videogen.store.database import Database
from videogen.store.saving import STATEMENTS

ATTACHED = "attached"  # no event of the store: the back ends are attached and work begins


@dataclass(frozen=True, slots=True, kw_only=True)
class KillPoint:
    kind: str
    nth: int = 1
    before: bool = False  # its commit: what was done is done, and no row says so
    delay_s: float = 0.0

    def __str__(self) -> str:
        late = f" {self.delay_s:.2f} s later" if self.delay_s else ""
        return f"{'before' if self.before else 'after'} {self.kind} {self.nth}{late}"


def kill_at(point: KillPoint) -> None:
    """From now on this process ends at that point."""
    _watch_events(
        point.kind,
        point.nth,
        before_commit=_end if point.before else None,
        after_commit=None if point.before else lambda: end_after(point.delay_s),
    )


def do_at(kind: str, act: Callable[[], None]) -> None:
    """Have something done in a thread of its own once the first event of a kind is committed."""
    _watch_events(
        kind,
        1,
        before_commit=None,
        after_commit=lambda: threading.Thread(target=act, daemon=True).start(),
    )


def end_after(delay_s: float) -> None:
    if delay_s == 0:
        _end()
    timer = threading.Timer(delay_s, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _watch_events(
    kind: str,
    nth: int,
    *,
    before_commit: Callable[[], None] | None,
    after_commit: Callable[[], None] | None,
) -> None:
    """The write lock is held while these run, so that the counting needs no lock of its own."""
    execute, write = Database.execute, Database.write
    state = {"seen": 0, "due": 0}

    def watched_execute(self: Database, sql: str, **params: Any) -> None:
        execute(self, sql, **params)
        if sql != STATEMENTS[Event].insert or params["kind"] != kind:
            return
        state["seen"] += 1
        if state["seen"] == nth:
            state["due"] = 1
            if before_commit is not None:
                before_commit()

    @contextlib.contextmanager
    def watched_write(self: Database) -> Iterator[Database]:
        with self._write_lock:  # still held at the end, so that nobody else commits in between
            with write(self):
                yield self
            if state["due"] and self._cursor().depth == 0:
                state["due"] = 0
                if after_commit is not None:
                    after_commit()

    Database.execute = watched_execute  # type: ignore[method-assign]
    Database.write = watched_write  # type: ignore[method-assign,assignment]
