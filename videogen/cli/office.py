"""An application for the length of one command."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from videogen import store
from videogen.backends import shown_address
from videogen.bootstrap import Application, configure_logs
from videogen.domain.generation import BackendStatus
from videogen.domain.run import Run
from videogen.errors import (
    BackendError,
    BackendUnavailableError,
    NotComfyError,
    ServerTooOldError,
    ServerWedgedError,
)
from videogen.runs.context import Patience
from videogen.settings import Settings, load_settings

REFUSALS: Mapping[str, type[BackendError]] = {
    "server_wedged": ServerWedgedError,
    **{error.code: error for error in (NotComfyError, ServerTooOldError)},
}
QUICK = Patience(poll_s=0.25, missing_s=0.5, server_down_s=20.0, idle_s=0.05)


@contextmanager
def application(settings: Settings | None = None) -> Iterator[Application]:
    """Raises: DataFolderHeldError: the app, or another command, owns the data folder."""
    configure_logs()
    opened = Application.build(settings or load_settings(), patience=QUICK)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def throw_away_application() -> Iterator[Application]:
    """For commands that measure without keeping: a data folder that goes with the command."""
    folder = Path(tempfile.mkdtemp(prefix="videogen-"))
    try:
        with application(Settings(data_dir=folder, comfy_urls=())) as opened:
            yield opened
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def refusal(status: BackendStatus, comfy_url: str | None) -> BackendError:
    """Why a server takes no run now, under the address by which it was named."""
    refused = REFUSALS.get(status.reason or "", BackendUnavailableError)
    if comfy_url is None:
        return refused(status.name, value=status.name)
    address = shown_address(comfy_url)
    return refused(address, field="comfy_url", value=address)


def wait_for_run(
    opened: Application, run_id: str, *, each: Callable[[Run], None] | None = None
) -> Run:
    """Until its final word; a KeyboardInterrupt leaves the run in the database."""
    opened.worker.wake()
    while True:
        run = store.get_run(opened.database, run_id)
        if run.status.is_final:
            return run
        if each is not None:
            each(run)
        time.sleep(0.02)


def wait_for_all(opened: Application, campaign_id: str, *, each: Callable[[Run], None]) -> None:
    """Until every run of the campaign has its final word; `each` hears of every ended one."""
    opened.worker.wake()
    heard: set[str] = set()
    while True:
        runs = store.campaign_runs(opened.database, campaign_id)
        for run in runs:
            if run.status.is_final and run.run_id not in heard:
                heard.add(run.run_id)
                each(run)
        if len(heard) == len(runs):
            return
        time.sleep(0.1)
