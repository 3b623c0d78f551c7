"""The one application of this process, kept where a hot reload cannot make a second one."""

import sys
import types

from videogen.bootstrap.application import Application
from videogen.bootstrap.logs import configure_logs
from videogen.settings import Settings

_SHELF = "videogen_running"  # a module without a file: the watcher never drops it


def start(settings: Settings) -> Application:
    """Raises: DataFolderHeldError: another process owns the data folder."""
    configure_logs()
    shelf = types.ModuleType(_SHELF)
    application = Application.build(settings)
    shelf.application = application  # type: ignore[attr-defined]
    sys.modules[_SHELF] = shelf
    application.begin_work()
    return application


def running() -> Application:
    """Raises: RuntimeError: nothing was started in this process."""
    shelf = sys.modules.get(_SHELF)
    if shelf is None:
        raise RuntimeError("the application is not running in this process")
    application: Application = shelf.application
    return application


def stop() -> None:
    shelf = sys.modules.pop(_SHELF, None)
    if shelf is not None:
        shelf.application.close()
