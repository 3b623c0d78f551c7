"""What the System page reads and does."""

from dataclasses import dataclass

import streamlit as st

from videogen import store
from videogen.domain.generation import BackendStatus
from videogen.domain.money import Price
from videogen.ui import loaders

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


def storage() -> Storage:
    return _storage(loaders.snapshot()[0])


def test_server(url: str) -> BackendStatus:
    """Raises: InvalidInputError: no HTTP address."""
    return loaders.application().test_server(url.strip())


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
