"""Requests of the API beside a bare route that runs the same SQL and answers the same rows."""

import json
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.many_runs import fill_with_runs
from bench.measurement import Measurement, compared
from videogen import bootstrap, store
from videogen.backends import connect_comfy
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import start_sandbox
from videogen.domain.access import KeyedRequest
from videogen.domain.run import Origin, Run
from videogen.runs import holds
from videogen.runs.lights import takes_runs
from videogen.runs.plan import plan_run
from videogen.settings import Settings
from videogen.web.routes import middleware, routes

N_REQUESTS = 150  # of each side, in turn
N_RUNS = 10_000
PAGE = 50
CONDITION = "wan-1.3b"
PROMPT = "a red kite over the sea"
READ_LIMIT = WRITE_LIMIT = 2.0
PATIENCE_S = 30.0

Ask = Callable[[], httpx.Response]


def list_runs() -> Measurement:
    """Median ms of a page of fifty runs out of ten thousand."""
    with _both() as (ours, bare):
        return _compared(
            lambda: ours.get("/api/v1/runs", params={"limit": PAGE}),
            lambda: bare.get("/runs"),
            limit=READ_LIMIT,
        )


def create_run() -> Measurement:
    """Median ms of a run that is asked for with a key of its own; no back end takes it."""
    body = {"condition": CONDITION, "prompt": PROMPT, "seed": 1}
    with _both() as (ours, bare):
        return _compared(
            lambda: ours.post("/api/v1/runs", json=body, headers=_key()),
            lambda: bare.post("/runs", json=body, headers=_key()),
            limit=WRITE_LIMIT,
        )


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def _compared(ours: Ask, bare: Ask, *, limit: float) -> Measurement:
    took_ms: tuple[list[float], list[float]] = ([], [])
    for n in range(N_REQUESTS + 1):
        for ask, found in zip((ours, bare), took_ms, strict=True):
            began = time.perf_counter()
            ask().raise_for_status()
            if n:  # the first puts the API together
                found.append((time.perf_counter() - began) * 1000)
    return compared(*(statistics.median(found) for found in took_ms), limit=limit)


@contextmanager
def _both() -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """Clients of the API and of the bare routes, two servers over one database."""
    with ExitStack() as steps:
        folder = Path(steps.enter_context(tempfile.TemporaryDirectory()))
        fill_with_runs(folder / "data", N_RUNS)
        sandbox = start_sandbox(folder / "sandbox", time_scale=1.0)
        steps.callback(sandbox.end)
        application = bootstrap.start(Settings(data_dir=folder / "data", comfy_urls=()))
        steps.callback(bootstrap.stop)
        _attach_paused(application, sandbox.comfy_url)
        ours = Starlette(routes=routes(), middleware=middleware())
        bare = Starlette(routes=_bare_routes(application))
        yield steps.enter_context(_asking(ours)), steps.enter_context(_asking(bare))


def _attach_paused(application: Application, url: str) -> None:
    backend = connect_comfy(url)
    now = datetime.now(UTC)
    holds.pause(application.database, backend.name, "bench", "measured", now)
    application.worker.attach(backend)
    deadline = time.monotonic() + PATIENCE_S
    while not any(takes_runs(one) for one in application.worker.statuses()):
        if time.monotonic() > deadline:
            raise TimeoutError("the sandbox does not answer")
        time.sleep(0.05)


def _bare_routes(application: Application) -> list[Route]:
    database = application.database
    condition = application.condition(CONDITION)
    if condition is None:
        raise LookupError(CONDITION)

    def page() -> list[Run]:
        return store.find_runs(database, limit=PAGE + 1)

    def make(key: str) -> Run:
        now = datetime.now(UTC)
        with database.write():
            run = plan_run(
                database,
                condition=condition,
                prompt_text=PROMPT,
                seed=1,
                owner="bench",
                origin=Origin.SANDBOX,
                now=now,
            )
            kept = KeyedRequest(
                owner="bench", key=key, route="bare", body_sha256="", answer={}, created_at=now
            )
            store.save(database, kept)
        return run

    async def list_them(_: Request) -> Response:
        return _json([asdict(run) for run in await run_in_threadpool(page)])

    async def create(request: Request) -> Response:
        await request.json()
        return _json(asdict(await run_in_threadpool(make, request.headers["Idempotency-Key"])))

    return [
        Route("/runs", list_them, methods=["GET"]),
        Route("/runs", create, methods=["POST"]),
    ]


def _json(told: object) -> Response:
    return Response(json.dumps(told, default=str), media_type="application/json")


@contextmanager
def _asking(app: Starlette) -> Iterator[httpx.Client]:
    """A client of a server of its own, in a thread."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE_S
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
