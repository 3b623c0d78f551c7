from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from videogen import bootstrap
from videogen.bootstrap import Application
from videogen.settings import Settings


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
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
    yield bootstrap.start(Settings())
    bootstrap.stop()
