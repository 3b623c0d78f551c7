"""How the app comes up and goes down: the application before the first visitor, then the pages."""

import gc
import importlib
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar

from starlette.concurrency import run_in_threadpool

from videogen import bootstrap
from videogen.bootstrap import Application
from videogen.bootstrap.cookie_secret import cookie_secret
from videogen.bootstrap.logs import route_every_logger
from videogen.errors import VideogenError
from videogen.panel import RenditionKeeper
from videogen.secrecy import hide_in_last_words
from videogen.settings import Settings, load_settings
from videogen.texts import error_hint, error_message
from videogen.web import listening
from videogen.web.memory import share_heaps
from videogen.web.sockets import answer_at_once, refuse_taken_port
from videogen.web.stopping import part_soon

# What the first page needs; loaded before it is asked for, and kept out of the garbage
# collector's way, which otherwise walks all of it after every rerun (228 ms became 86 ms).
PRELOADED = (
    "pandas",
    "plotly.graph_objects",
    "pyarrow",
    "streamlit.elements.plotly_chart",
    "videogen.web.api.app",
)
COOKIE_SECRET_VARIABLE = "STREAMLIT_SERVER_COOKIE_SECRET"  # noqa: S105 a variable's name

Made = TypeVar("Made")


class Server(Protocol):
    """What we use of st.App; Streamlit itself is not imported here."""

    def run(self, *, config: dict[str, Any]) -> None: ...


def configured(make: Callable[[Settings], Made]) -> Made:
    """What `make` needs the settings for, before the server is there; ends as `run` does."""
    try:
        settings = load_settings()
        listening.check(settings)
        # The one option that no call takes: only Streamlit's own environment or file may hold it.
        os.environ.setdefault(COOKIE_SECRET_VARIABLE, cookie_secret(settings.data_dir))
        return make(settings)
    except VideogenError as error:
        sys.exit(_say(error))


def run(server: Server) -> None:
    """Serve until stopped; ends with the error's exit code when the application cannot start."""
    share_heaps()
    hide_in_last_words()
    try:
        settings = load_settings()
        listening.check(settings)
        refuse_taken_port(settings.port)
        bootstrap.start(settings)
    except VideogenError as error:
        sys.exit(_say(error))
    try:
        server.run(config=listening.streamlit_options(settings))
    finally:
        bootstrap.stop()


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[dict[str, Any]]:  # noqa: ARG001 st.App hands it in
    os.environ.pop(COOKIE_SECRET_VARIABLE, None)  # read by now; no child process needs it
    share_heaps()  # here too: Streamlit's own command starts without `run`
    answer_at_once()
    part_soon()
    route_every_logger()  # uvicorn and Streamlit have set up theirs by now
    application = await run_in_threadpool(_running_or_started)
    if application.settings.production:
        # Beside the server, not before it: it answers two seconds earlier, and a visitor who is
        # faster still meets the same imports that the page would do itself.
        threading.Thread(target=_preload, name="preload", daemon=True).start()
    keeper = RenditionKeeper(application.database, application.clips_folder)
    keeper.start()
    try:
        yield {"application": application}
    finally:
        await run_in_threadpool(keeper.stop)
        await run_in_threadpool(bootstrap.stop)


def _running_or_started() -> Application:
    """Started by `run`, or here when Streamlit's own command launched us."""
    try:
        return bootstrap.running()
    except RuntimeError:
        pass
    try:
        return bootstrap.start(load_settings())
    except VideogenError as error:
        # Straight out: an exception in a lifespan becomes a traceback and another exit code.
        # Nothing has been opened yet that needs closing.
        os._exit(_say(error))


def _preload() -> None:
    for name in PRELOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _say(error: VideogenError) -> int:
    """One line for the person who started it, in the language that the environment asks for."""
    spoken = os.environ.get("VIDEOGEN_LANGUAGE", "en")
    sentence = f"{error_message(error, spoken)} {error_hint(error, spoken)}".replace("\n", " ")
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201
    return error.exit_code
