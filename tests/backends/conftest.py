"""One sandbox for all tests of a worker process; each test begins without faults."""

import socket
from collections.abc import Iterator

import pytest

from tests.backends.odd_server import OddServer, odd_server
from tests.sandbox.running import RunningSandbox, running_sandbox
from videogen.backends import ComfyBackend, InteractionsBackend, VertexBackend

TIME_SCALE = 400.0


@pytest.fixture(scope="session")
def running() -> Iterator[RunningSandbox]:
    ports = {"--comfy-port": 0, "--google-port": 0, "--replicate-port": 0}
    arguments = {**ports, "--time-scale": TIME_SCALE, "--seed": 1}
    with running_sandbox(*[str(word) for pair in arguments.items() for word in pair]) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: RunningSandbox) -> RunningSandbox:
    running.script({"kind": "no_failures"})
    return running


@pytest.fixture
def comfy(sandbox: RunningSandbox) -> Iterator[ComfyBackend]:
    backend = ComfyBackend(str(sandbox.comfy.base_url), lookup_pause_s=0.05)
    yield backend
    backend.close()


@pytest.fixture
def vertex(sandbox: RunningSandbox) -> Iterator[VertexBackend]:
    backend = VertexBackend(base_url=str(sandbox.google.base_url).rstrip("/"))
    yield backend
    backend.close()


@pytest.fixture
def omni(sandbox: RunningSandbox) -> Iterator[InteractionsBackend]:
    backend = InteractionsBackend(base_url=str(sandbox.google.base_url).rstrip("/"))
    yield backend
    backend.close()


@pytest.fixture
def odd() -> Iterator[OddServer]:
    with odd_server() as server:
        yield server


@pytest.fixture
def dead_url() -> str:
    """An address where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
