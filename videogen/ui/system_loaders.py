"""What the System page reads and does."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from videogen import store
from videogen.bootstrap.campaigns import check_servers
from videogen.bootstrap.reach import asked
from videogen.domain.access import Permission
from videogen.domain.decision import Criteria
from videogen.domain.generation import BackendStatus
from videogen.domain.money import Price
from videogen.domain.server import BackendHold, Server
from videogen.evidence.thresholds import ThresholdsAsked
from videogen.evidence.thresholds import add_thresholds as store_thresholds
from videogen.runs import holds as hold_rules
from videogen.runs.preflight import ServerPreflight
from videogen.ui import loaders, who

STORAGE_TTL_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    clips_bytes: int
    n_clip_files: int
    database_bytes: int
    free_bytes: int


def prices() -> list[Price]:
    """By what they are for, the newest first."""
    found = store.prices(loaders.application().database)
    return sorted(found, key=lambda price: (price.subject, -price.as_of.toordinal()))


def thresholds() -> list[Criteria]:
    """Every version, the oldest first."""
    return store.criteria_history(loaders.application().database)


def add_thresholds(asked: ThresholdsAsked, signed: str) -> Criteria:
    """Raises: InvalidInputError: names the field. NotAllowedError."""
    signed = who.signature(Permission.SET_THRESHOLDS, signed)
    return store_thresholds(loaders.application().database, asked, who=signed, now=loaders.now())


def storage() -> Storage:
    return _storage(loaders.snapshot()[0])


def test_server(url: str) -> BackendStatus:
    """Raises: InvalidInputError: no HTTP address."""
    who.acting(Permission.OPERATE)
    return loaders.application().servers.test(url.strip())


def add_server(url: str) -> BackendStatus:
    """Raises: InvalidInputError, BackendError: it cannot take runs; nothing is kept."""
    return loaders.application().servers.add(url.strip(), who.acting(Permission.OPERATE))


def remove_server(name: str) -> None:
    """Raises: InvalidInputError: it stands in the settings, or is making a run."""
    loaders.application().servers.remove(name, who.acting(Permission.OPERATE))


def added_servers() -> dict[str, Server]:
    return loaders.application().servers.added()


def is_configured(name: str) -> bool:
    """Whether the settings name this server; the app's own sandbox stands nowhere."""
    urls = loaders.application().settings.comfy_urls
    return name.rsplit("@", 1)[-1] in {urlsplit(url).netloc for url in urls}


def holds() -> dict[str, BackendHold]:
    """By the back end's name."""
    return {one.backend: one for one in store.holds(loaders.application().database)}


def pause(name: str, why: str) -> None:
    running = loaders.application()
    hold_rules.pause(
        running.database, name, who.acting(Permission.OPERATE), why.strip(), loaders.now()
    )


def resume(name: str) -> None:
    running = loaders.application()
    hold_rules.resume(running.database, name, who.acting(Permission.OPERATE), loaders.now())
    running.worker.wake()


def preflight() -> tuple[ServerPreflight, ...]:
    """Every attached ComfyUI server is asked now, for every workflow."""
    running = loaders.application()
    return check_servers(running, running.conditions, asked(running.worker.backends()))


def free_memory(name: str) -> None:
    """Raises: BackendUnavailableError. NotAllowedError."""
    who.acting(Permission.OPERATE)
    for backend in loaders.application().worker.backends():
        if backend.name == name:
            backend.free_memory()


@st.cache_resource(ttl=STORAGE_TTL_S, max_entries=4, show_spinner=False)
def _storage(folder: str) -> Storage:  # noqa: ARG001 the cache's key
    running = loaders.application()
    files = [one for one in running.clips_folder.rglob("*") if one.is_file()]
    databases = running.settings.data_dir.glob("videogen.duckdb*")
    return Storage(
        clips_bytes=sum(one.stat().st_size for one in files),
        n_clip_files=len(files),
        database_bytes=sum(one.stat().st_size for one in databases),
        free_bytes=running.disk_free_bytes(),
    )
