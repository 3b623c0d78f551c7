"""Our routes and our guard over a real application, without Streamlit's part of the process."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.panel.campaigns import Panel
from tests.web.studio import furnish
from videogen import bootstrap
from videogen.bootstrap import Application
from videogen.domain.rating import PanelSession
from videogen.panel import start
from videogen.settings import Settings
from videogen.web.routes import middleware, routes

BASE_URL = "http://127.0.0.1:8501"


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    application: Application
    panel: Panel
    http: TestClient


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    data_dir = tmp_path_factory.mktemp("data")
    panel = furnish(data_dir)
    application = bootstrap.start(Settings(data_dir=data_dir, comfy_urls=()))
    app = Starlette(routes=routes(), middleware=middleware())
    try:
        with TestClient(app, base_url=BASE_URL) as http:
            yield Studio(application=application, panel=panel, http=http)
    finally:
        bootstrap.stop()


@pytest.fixture
def session(studio: Studio) -> PanelSession:
    """A sitting of a rater who has not been here before."""
    database = studio.application.database
    return start(database, "c1", f"Rater {uuid4()}", seed=3, now=datetime.now(UTC))
