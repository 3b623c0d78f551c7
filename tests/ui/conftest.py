from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner

from tests.conftest import NewDatabase
from videogen import bootstrap
from videogen.bootstrap import Application
from videogen.settings import Settings


@pytest.fixture(scope="session", autouse=True)
def components() -> Iterator[None]:
    """Every AppTest asks all installed packages for components: 0.3 s for one and the same answer.

    Streamlit's own server asks once when it starts.
    """
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield


@pytest.fixture
def application(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_database: NewDatabase
) -> Iterator[Application]:
    """A real application on an empty data folder, without any back end."""
    monkeypatch.setenv("VIDEOGEN_DATA_DIR", str(tmp_path))
    for name in (
        "VIDEOGEN_COMFY_URLS",
        "GOOGLE_CLOUD_PROJECT",
        "GEMINI_API_KEY",
        "REPLICATE_API_TOKEN",
    ):
        monkeypatch.delenv(name, raising=False)
    st.cache_resource.clear()
    new_database.of_app(tmp_path)
    yield bootstrap.start(Settings())
    bootstrap.stop()
