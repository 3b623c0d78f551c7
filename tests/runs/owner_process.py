"""A process that owns a data folder, carries its runs, and is killed at a chosen point."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.runs.conftest import QUICK
from tests.runs.kill_point import ATTACHED, KillPoint, do_at, end_after, kill_at
from videogen import store
from videogen.backends import Backend
from videogen.bootstrap import Application
from videogen.domain.run import RunStatus
from videogen.settings import Settings

# Imported once and forked from: a kill then costs what the app costs, not what Python does.
PRELOADED = ["tests.runs.owner_process", "google.genai", "av", "scipy.stats"]
PATIENCE_S = 30.0
OPEN = (RunStatus.QUEUED, RunStatus.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """A person's wish, stored when the first event of that kind is."""

    run_id: str
    at: str


@contextmanager
def opened(data_dir: Path) -> Iterator[Application]:
    application = Application.build(Settings(data_dir=data_dir, comfy_urls=()), patience=QUICK)
    try:
        yield application
    finally:
        application.close()


def begin_work(application: Application, backends: Sequence[Backend]) -> None:
    """As the app starts: what an earlier process left is picked up."""
    application.begin_work()
    for backend in backends:
        application.worker.attach(backend)


def killed_owner(
    data_dir: Path,
    point: KillPoint,
    connect: Callable[[], Sequence[Backend]],
    cancel: Cancel | None = None,
) -> bool:
    """Whether the process reached its point; it ends by itself when all runs have ended before.

    `connect` is called in that process, for the back ends that it attaches.
    """
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload(PRELOADED)
    owner = forking.Process(target=_own, args=(data_dir, point, connect, cancel), daemon=True)
    owner.start()
    owner.join(PATIENCE_S)
    reached = owner.exitcode == -signal.SIGKILL
    if owner.exitcode is None and owner.pid is not None:
        os.kill(owner.pid, signal.SIGKILL)
        owner.join()
    owner.close()
    return reached


def _own(
    data_dir: Path,
    point: KillPoint,
    connect: Callable[[], Sequence[Backend]],
    cancel: Cancel | None,
) -> None:
    with opened(data_dir) as application:
        if cancel is not None:
            do_at(cancel.at, lambda: _wish(application, cancel))
        if point.kind != ATTACHED:
            kill_at(point)
        begin_work(application, connect())
        if point.kind == ATTACHED:
            end_after(point.delay_s)
        _carry_all(application)
        time.sleep(point.delay_s + 0.5)


def _carry_all(application: Application) -> None:
    """Until nothing is left to do, or SIGKILL."""
    while any(store.run_counts(application.database).get(one, 0) for one in OPEN):
        time.sleep(0.05)


def _wish(application: Application, cancel: Cancel) -> None:
    store.request_cancel(application.database, cancel.run_id)
