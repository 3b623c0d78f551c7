"""What Prometheus asks for; no label names a person, and none holds a secret."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from fastapi import Request
from prometheus_client import (
    CollectorRegistry,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client import Counter as Counted
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import videogen
from videogen import store
from videogen.bootstrap import Application
from videogen.domain.money import CapScope
from videogen.domain.run import RunStatus
from videogen.runs.lights import takes_runs
from videogen.web.api import PREFIX
from videogen.web.api.asked import Asks
from videogen.web.api.door import Guarded
from videogen.web.api.door import router as door_router
from videogen.web.api.stream import MEDIA_TYPE as STREAM

router = door_router("operation")

BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
NO_ROUTE = "none"
EXAMPLE = 'videogen_queue_length{backend="comfy"} 3.0\n'


class RequestCounts:
    """What this app has answered since it began."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counted(
            "videogen_http_requests",
            "Requests of the API that were answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "videogen_http_request_seconds",
            "Until the whole answer was sent; streams of events are left out",
            ("method", "route"),
            buckets=BUCKETS_S,
            registry=self.registry,
        )


class CountsRequests:
    """Innermost, so that it sees which route was found: whole addresses are too many labels."""

    def __init__(self, app: ASGIApp, counts: RequestCounts) -> None:
        self._app, self._counts = app, counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began_s = time.perf_counter()
        status, is_stream = 500, False

        async def send_noted(message: Message) -> None:
            nonlocal status, is_stream
            if message["type"] == "http.response.start":
                status = message["status"]
                kinds = [value for name, value in message["headers"] if name == b"content-type"]
                is_stream = any(kind.startswith(STREAM.encode()) for kind in kinds)
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            route = scope.get("route")
            path, method = NO_ROUTE, NO_ROUTE  # anybody may invent methods
            if isinstance(route, Guarded):
                path = PREFIX + route.path_format
                method = route.method if scope["method"] == route.method else NO_ROUTE
            self._counts.requests.labels(method, path, str(status)).inc()
            if not is_stream:
                self._counts.seconds.labels(method, path).observe(time.perf_counter() - began_s)


class ApplicationCollector(Collector):
    """Asked anew by each scrape: nothing is counted twice, in the database and here."""

    def __init__(self, application: Application, now: datetime) -> None:
        self._application, self._now = application, now

    def collect(self) -> Iterable[Metric]:
        info = InfoMetricFamily("videogen", "The program")
        info.add_metric([], {"version": videogen.__version__})
        yield info
        yield from self._runs()
        yield self._backends()
        yield from self._bytes()
        yield from self._backups()
        yield from self._money()

    def _runs(self) -> Iterator[Metric]:
        runs = GaugeMetricFamily(
            "videogen_runs",
            "Runs in the database",
            labels=("backend", "origin", "status", "failure_class"),
        )
        waiting: Counter[str] = Counter()
        for one in store.run_totals(self._application.database):
            origin = one.origin.value if one.origin else ""
            failure = one.failure_class.value if one.failure_class else ""
            runs.add_metric([one.backend, origin, one.status.value, failure], one.n_runs)
            waiting[one.backend] += one.n_runs if one.status is RunStatus.QUEUED else 0
        yield runs
        queue = GaugeMetricFamily(
            "videogen_queue_length", "Queued runs by kind of back end", labels=("backend",)
        )
        for backend, n_runs in sorted(waiting.items()):
            queue.add_metric([backend], n_runs)
        yield queue

    def _backends(self) -> Metric:
        up = GaugeMetricFamily(
            "videogen_backend_up", "Whether it takes runs", labels=("backend", "kind")
        )
        for status in self._application.worker.statuses():
            up.add_metric([status.name, status.kind], float(takes_runs(status)))
        return up

    def _bytes(self) -> Iterator[Metric]:
        folder = self._application.settings.data_dir
        database = sum(one.stat().st_size for one in folder.glob("videogen.duckdb*"))
        yield _gauge("videogen_database_bytes", "The database's files", database)
        free = self._application.disk_free_bytes()
        yield _gauge("videogen_disk_free_bytes", "Free where the data lie", free)

    def _backups(self) -> Iterator[Metric]:
        status = self._application.upkeep.status()
        if status.newest is not None:
            made_at = status.newest.manifest.made_at.timestamp()
            yield _gauge("videogen_backup_timestamp_seconds", "When the newest was made", made_at)
        failed = status.failure is not None
        yield _gauge("videogen_backup_failed", "Whether the last try failed", failed)

    def _money(self) -> Iterator[Metric]:
        """By everybody together and by vendor; of people only how many are near their cap."""
        month = self._application.money.month(self._now)
        money = GaugeMetricFamily(
            "videogen_spend_usd",
            "Money of this month's paid calls",
            labels=("scope", "subject", "state"),
        )
        for limit in (month.whole(), *month.known(CapScope.PROVIDER)):
            scope = [limit.cap, limit.subject or ""]
            money.add_metric([*scope, "spent"], float(limit.spent_usd))
            money.add_metric([*scope, "held"], float(limit.held_usd))
            if limit.cap_usd is not None:
                money.add_metric([*scope, "cap"], float(limit.cap_usd))
        yield money
        near = sum(one.is_warned for one in month.known(CapScope.PERSON))
        yield _gauge("videogen_people_near_cap", "People with 80 % of their cap gone or held", near)
        is_stopped = store.paid_calls_stop(self._application.database) is not None
        yield _gauge("videogen_paid_calls_stopped", "1 while no paid call may leave", is_stopped)


@router.get(
    "/metrics",
    operation_id="metrics",
    response_class=Response,
    responses={
        200: {
            "description": "Prometheus' text format",
            "content": {"text/plain": {"schema": {"type": "string"}, "example": EXAMPLE}},
        }
    },
)
def metrics(request: Request, asked: Asks) -> Response:
    """Runs, queue, back ends, money, requests, memory and disk, for Prometheus."""
    registry = CollectorRegistry()
    registry.register(ApplicationCollector(asked.application, asked.now))
    ProcessCollector(registry=registry)
    counts: RequestCounts = request.app.state.requests
    content = generate_latest(registry) + generate_latest(counts.registry)
    return Response(content, media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _gauge(name: str, text: str, value: Any) -> Metric:
    return GaugeMetricFamily(name, text, value=float(value))
