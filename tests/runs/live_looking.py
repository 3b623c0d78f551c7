"""Paid runs over the sandbox's Vertex, told that it is live: what a real bill would do to rows."""

import dataclasses
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.runs.asking import ask
from videogen import store
from videogen.backends import Backend, VertexBackend, connect_google
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.generation import BackendStatus
from videogen.domain.run import Origin, Run
from videogen.runs.context import RunContext, utc_now
from videogen.runs.execute import Execution, begin
from videogen.runs.journal import Journal

CONDITION = "veo-3.1-lite"  # $0.40 for 8 s


class ToldLive:
    """The sandbox's vendor as the worker sees a real one."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def status(self) -> BackendStatus:
        return dataclasses.replace(self._backend.status(), origin=Origin.LIVE)


@contextmanager
def vertex(sandbox: SandboxProcess) -> Iterator[tuple[VertexBackend, BackendStatus]]:
    backend = connect_google(base_url=sandbox.google_url, project="sandbox", location="local")
    assert backend is not None
    status = dataclasses.replace(backend.status(), origin=Origin.LIVE)
    try:
        yield backend, status
    finally:
        backend.close()


def claimed_live(
    application: Application, status: BackendStatus, backend: VertexBackend
) -> Journal:
    """A live run of the paid condition, claimed and intended."""
    asked = ask(application, CONDITION, prompt=f"a lighthouse {uuid.uuid4()}")
    store.save(application.database, dataclasses.replace(asked, origin=Origin.LIVE))
    run = store.claim_next_run(
        application.database, [asked.condition_id], utc_now(), only_run_id=asked.run_id
    )
    assert run is not None
    return begin(context_of(application), backend, status, run)


def carried(
    application: Application, backend: Backend, status: BackendStatus, journal: Journal
) -> Run:
    Execution(
        context=context_of(application),
        backend=backend,
        status=status,
        journal=journal,
        stop=threading.Event(),
        is_cold=None,
    ).carry()
    return store.get_run(application.database, journal.run.run_id)


def context_of(application: Application) -> RunContext:
    return application.worker._context
