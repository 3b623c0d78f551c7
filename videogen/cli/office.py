"""An application for the length of one command."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import stamina

from videogen import store
from videogen.backends import shown_address
from videogen.bootstrap import Application, configure_logs
from videogen.bootstrap.local_access import found_key
from videogen.cli.answer import language
from videogen.client import Client
from videogen.domain.generation import BackendStatus
from videogen.domain.run import Run
from videogen.errors import (
    BackendError,
    BackendUnavailableError,
    DataFolderHeldError,
    NotComfyError,
    ServerSilentError,
    ServerTooOldError,
    ServerWedgedError,
)
from videogen.runs.context import Patience
from videogen.settings import Settings, load_settings
from videogen.texts import t

REFUSALS: Mapping[str, type[BackendError]] = {
    "server_wedged": ServerWedgedError,
    **{error.code: error for error in (NotComfyError, ServerTooOldError)},
}
Answer = TypeVar("Answer")
QUICK = Patience(poll_s=0.25, missing_s=0.5, server_down_s=20.0, idle_s=0.05)


@contextmanager
def application(settings: Settings | None = None) -> Iterator[Application]:
    """Raises: DataFolderHeldError: the app, or another command, owns the data folder."""
    known = settings or load_settings()
    configure_logs(known.log_format or "text")  # a command is read by whoever called it
    opened = Application.build(known, patience=QUICK)
    try:
        yield opened
    finally:
        opened.close()


def answered(
    here: Callable[[Application], Answer], there: Callable[[Client], Answer] | None
) -> Answer:
    """From the data folder itself; through the app where VIDEOGEN_API_URL names one, or one holds
    the folder and has left its key there.

    Raises: DataFolderHeldError: another process holds the folder and cannot be asked this.
    """
    # A command says what came of it in its own words, not how often it was asked.
    stamina.instrumentation.set_on_retry_hooks([])
    settings = load_settings()
    if there is not None and settings.api_url is not None:
        token = settings.api_token.get_secret_value() if settings.api_token else None
        with Client(settings.api_url, token, language=language()) as named:
            return there(named)
    try:
        with application(settings) as opened:
            return here(opened)
    except DataFolderHeldError as held:
        key = found_key(settings.data_dir)
        if there is None or key is None:
            raise
        try:
            with Client(key.url, key.token, language=language()) as holder:
                return there(holder)
        except ServerSilentError:
            raise held from None  # it is starting, or stopping


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


def why_paid_waits(who: str, why: str) -> str:
    """The sentence for a paid run that nothing will take before somebody lifts the stop."""
    stopped = t("money.stopped", language(), who=who, why=why)
    return t("money.waits", language(), stopped=stopped)


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
