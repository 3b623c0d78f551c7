"""The one application of this process, kept where a hot reload cannot make a second one."""

import sys
import types

from videogen.access import new_token
from videogen.bootstrap.application import Application
from videogen.bootstrap.local_access import leave_key, remove_key
from videogen.bootstrap.logs import configure_logs
from videogen.settings import Settings

_SHELF = "videogen_running"  # a module without a file: the watcher never drops it


def start(settings: Settings) -> Application:
    """Raises: DataFolderHeldError: another process owns the data folder."""
    configure_logs(settings.log_format)
    shelf = types.ModuleType(_SHELF)
    application = Application.build(settings)
    shelf.application = application  # type: ignore[attr-defined]
    sys.modules[_SHELF] = shelf
    application.begin_work()
    key = new_token()
    application.people.local_key = key
    leave_key(settings.data_dir, _own_address(settings), key)
    return application


def _own_address(settings: Settings) -> str:
    """As reached from this machine."""
    everywhere = settings.listen in {"", "0.0.0.0", "::"}  # noqa: S104 compared, not bound
    host = "127.0.0.1" if everywhere else settings.listen
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


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
        remove_key(shelf.application.settings.data_dir)
        shelf.application.close()
