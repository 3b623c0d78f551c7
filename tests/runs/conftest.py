"""A whole application on a throw-away data folder, with the sandbox behind it."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NewDatabase
from tests.sandbox_servers import play_faults
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.runs.context import Patience
from videogen.settings import Settings
from videogen.store import Database

QUICK = Patience(poll_s=0.1, missing_s=0.1, server_down_s=2.0, idle_s=0.05)
HURRIED = dataclasses.replace(QUICK, grace_s=1.0, cloud_grace_s=1.0)


@pytest.fixture(scope="module")
def servers(shared_servers: SandboxProcess) -> SandboxProcess:
    play_faults(shared_servers, [])
    return shared_servers


@pytest.fixture
def sandbox(servers: SandboxProcess) -> SandboxProcess:
    """The worker's servers with no fault of an earlier test left in them."""
    play_faults(servers, [])
    return servers


@pytest.fixture
def idle_application(tmp_path: Path, new_database: NewDatabase) -> Iterator[Application]:
    """Nothing is attached: runs wait in the queue."""
    new_database.of_app(tmp_path / "data")
    settings = Settings(data_dir=tmp_path / "data", comfy_urls=())
    application = Application.build(settings, patience=QUICK)
    yield application
    application.close()


@pytest.fixture
def application(idle_application: Application, sandbox: SandboxProcess) -> Application:
    attach(idle_application, sandbox)
    return idle_application


def attach(application: Application, sandbox: SandboxProcess) -> None:
    for backend in sandbox.backends():
        application.worker.attach(backend)


@pytest.fixture
def database(tmp_path: Path, new_database: NewDatabase) -> Iterator[Database]:
    with Database.open(new_database.at(tmp_path / "data" / "videogen.duckdb")) as opened:
        yield opened
