"""How the app comes up and goes down: the application before the first visitor, then the worker."""

import gc
import importlib
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NoReturn

from starlette.concurrency import run_in_threadpool

from videogen import bootstrap
from videogen.errors import VideogenError
from videogen.settings import Settings
from videogen.texts import error_hint, error_message

# What the first page needs; loaded before it is asked for, and kept out of the garbage
# collector's way, which otherwise walks all of it after every rerun (228 ms became 86 ms).
PRELOADED = (
    "pandas",
    "plotly.graph_objects",
    "duckdb",
    "pyarrow",
    "streamlit.elements.plotly_chart",
)


def server_options() -> Mapping[str, Any]:
    """Streamlit's options that come from our settings; the rest: .streamlit/config.toml."""
    settings = _settings_or_exit()
    return {"server.port": settings.port, "server.headless": True}


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[dict[str, Any]]:  # noqa: ARG001 st.App hands it in
    settings = _settings_or_exit()
    try:
        application = await run_in_threadpool(bootstrap.start, settings)
    except VideogenError as error:
        _exit_with(error, settings.language)
    if settings.production:
        await run_in_threadpool(_preload)
    try:
        yield {"application": application}
    finally:
        await run_in_threadpool(bootstrap.stop)


def _preload() -> None:
    for name in PRELOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _settings_or_exit() -> Settings:
    try:
        return Settings()
    except ValueError as error:  # pydantic names the variable and what is wrong with it
        print(error, file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from None


def _exit_with(error: VideogenError, language: str | None) -> NoReturn:
    """One line for the person who started it, and the error's own exit code.

    Straight out: an exception in the lifespan would become a traceback and uvicorn's exit code.
    Nothing has been opened yet that needs closing.
    """
    spoken = language or "en"
    sentence = f"{error_message(error, spoken)} {error_hint(error, spoken)}"
    print(sentence.replace("\n", " "), file=sys.stderr, flush=True)  # noqa: T201
    os._exit(error.exit_code)
