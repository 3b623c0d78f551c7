"""What every ComfyUI server has of the catalogue: asked in the background, kept with its age."""

import ipaddress
import logging
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from videogen.backends import KeepsModels
from videogen.bootstrap.application import Application
from videogen.bootstrap.campaigns import check_servers
from videogen.bootstrap.reach import Reached, attached
from videogen.domain.condition import BackendKind
from videogen.domain.run import Origin
from videogen.errors import BackendError
from videogen.runs.context import utc_now
from videogen.runs.preflight import Lacks, ServerPreflight

_LOG = logging.getLogger(__name__)


class DiskWhere(StrEnum):
    """Which disk is meant: a model must fit the server's, not ours."""

    MODEL_FOLDER = "model_folder"
    APP_DISK = "app_disk"  # a server of this machine that does not tell where its models lie
    NOT_TOLD = "not_told"  # a server of another machine


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskFree:
    where: DiskWhere
    free_bytes: int | None  # None exactly where nobody told


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStock:
    """One server's answer."""

    backend: str
    origin: Origin | None
    lacks: Mapping[str, Lacks] = field(default_factory=dict)  # by condition's name
    files: frozenset[str] | None = None  # base names; None: it did not say
    disk: DiskFree
    error: BackendError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    asked_at: datetime
    servers: tuple[ServerStock, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(one.backend for one in self.servers)


def survey_servers(application: Application) -> Survey:
    """Every attached ComfyUI server, asked now; it waits for each."""
    reached = [one for one in attached(application.worker) if one.backend.kind is BackendKind.COMFY]
    asked_at = utc_now()
    checked = check_servers(application, application.conditions, reached)
    by_name = {one.backend: one for one in checked}
    return Survey(
        asked_at=asked_at,
        servers=tuple(_stock(application, one, by_name[one.backend.name]) for one in reached),
    )


def _stock(application: Application, one: Reached, found: ServerPreflight) -> ServerStock:
    files: frozenset[str] | None = None
    folders: tuple[str, ...] = ()
    error = found.error
    if isinstance(one.backend, KeepsModels):
        try:
            files, folders = one.backend.model_files(), one.backend.model_folders()
        except BackendError as refused:
            error = error or refused
    return ServerStock(
        backend=one.backend.name,
        origin=one.status.origin,
        lacks=found.conditions,
        files=files,
        disk=disk_free(one.backend.name, folders, application.disk_free_bytes),
        error=error,
    )


def disk_free(server: str, folders: Sequence[str], own_free_bytes: Callable[[], int]) -> DiskFree:
    """`server` is a back end's name, such as "comfy@127.0.0.1:8188"."""
    if not _is_this_machine(server):
        return DiskFree(where=DiskWhere.NOT_TOLD, free_bytes=None)
    # A container's paths may exist nowhere here.
    here = next((folder for folder in folders if Path(folder).is_dir()), None)
    if here is None:
        return DiskFree(where=DiskWhere.APP_DISK, free_bytes=own_free_bytes())
    return DiskFree(where=DiskWhere.MODEL_FOLDER, free_bytes=shutil.disk_usage(here).free)


def _is_this_machine(server: str) -> bool:
    host = urlsplit(f"//{server.partition('@')[2]}").hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class ServerSurvey:
    """Safe to share between threads; one asks at a time, and nobody waits for it."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._lock = threading.Lock()
        self._latest: Survey | None = None
        self._thread: threading.Thread | None = None

    @property
    def latest(self) -> Survey | None:
        return self._latest

    @property
    def is_asking(self) -> bool:
        thread = self._thread
        return thread is not None and thread.is_alive()

    def servers_now(self) -> frozenset[str]:
        """Attached ones; what was asked of others is no answer for these."""
        worker = self._application.worker
        return frozenset(b.name for b in worker.backends() if b.kind is BackendKind.COMFY)

    def begin(self) -> None:
        """Returns at once; nothing where it is at it already or there is no server."""
        with self._lock:
            if self.is_asking or not self.servers_now():
                return
            self._thread = threading.Thread(target=self._ask, name="server-survey", daemon=True)
            self._thread.start()

    def _ask(self) -> None:
        try:
            self._latest = survey_servers(self._application)
        except Exception:  # what was known before stays; a server's answer must not end the thread
            _LOG.exception("the servers could not be asked for their models")
