"""Replicate as the sandbox plays it, and as a server answers that a test tells what to say."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.backends.odd_server import Answer, OddServer
from tests.backends.requests import token, wan_request
from tests.sandbox.running import RunningSandbox
from videogen.backends.replicate import ReplicateBackend

NO_FAILURES = {"kind": "no_failures"}
UNDRAWN = {"kind": "bad_video"}
SANDBOX_INFO = Answer({"sandbox": True, "time_scale": 400.0})


@dataclass
class Replicate:
    sandbox: RunningSandbox
    backend: ReplicateBackend
    url: str

    def script(self, kind: str, **params: Any) -> None:
        self.sandbox.script(NO_FAILURES, {"kind": kind, **params})

    def script_start(self, kind: str, **params: Any) -> None:
        """For a job that nobody will fetch: nothing is drawn of it."""
        self.sandbox.script(NO_FAILURES, {"kind": kind, **params}, UNDRAWN)

    def started(self) -> str:
        return self.backend.submit(wan_request(), token())

    def n_played(self) -> int:
        """How often the one scripted fault struck."""
        return int(httpx.get(f"{self.url}/_sandbox/faults").json()[1]["played"])

    def submits(self) -> list[dict[str, Any]]:
        logged = httpx.get(f"{self.url}/_sandbox/log").json()["submits"]
        return [submit for submit in logged if submit["kind"] == "replicate"]


@pytest.fixture
def replicate(sandbox: RunningSandbox) -> Iterator[Replicate]:
    url = sandbox.first_line["replicate_url"]
    backend = ReplicateBackend(base_url=url)
    yield Replicate(sandbox, backend, url)
    backend.close()


@pytest.fixture
def at_odd(odd: OddServer) -> Iterator[ReplicateBackend]:
    """A back end whose server answers as the test says."""
    odd.answers["/_sandbox/info"] = SANDBOX_INFO
    backend = ReplicateBackend(base_url=odd.url, start_timeout_s=2.0)
    yield backend
    backend.close()
