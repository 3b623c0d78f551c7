"""Whether this process lives, and whether it can do its work."""

from collections.abc import Iterator
from typing import Any

from fastapi import Request
from starlette.responses import JSONResponse, Response

import videogen
from videogen import bootstrap, store
from videogen.bootstrap import Application
from videogen.errors import VideogenError
from videogen.web.api.documented import answered
from videogen.web.api.door import router as door_router
from videogen.web.api.problems import problem
from videogen.web.problems import NotReadyError, WebError, request_language

router = door_router("operation")

MIN_FREE_BYTES = 512 * 2**20  # below it a clip, a backup or the log may no longer find room
LIVES = {
    "type": "object",
    "properties": {"ok": {"const": True}, "version": {"type": "string"}},
    "required": ["ok", "version"],
}
EXAMPLE = {"ok": True, "version": videogen.__version__}


class DatabaseSilentError(WebError):
    """The database answers no question."""

    code = "database_silent"
    status = 503


class WorkerGoneError(WebError):
    """Nothing takes runs out of the queue any more."""

    code = "worker_gone"
    status = 503


class DiskNearlyFullError(WebError):
    """Facts: free_mib, least_mib."""

    code = "disk_nearly_full"
    status = 503


@router.get("/health", operation_id="health", responses={200: answered(LIVES, EXAMPLE, "Alive")})
async def health() -> Any:
    """Whether the process lives; whether it can work is what `/readiness` tells."""
    return EXAMPLE


@router.get(
    "/readiness", operation_id="readiness", responses={200: answered(LIVES, EXAMPLE, "Ready")}
)
def readiness(request: Request) -> Response:
    """Whether it can work: database, worker and disk; 503 with every reason below `errors`."""
    wrong = list(reasons())
    if wrong:
        return problem(wrong, request_language(request))
    return JSONResponse(EXAMPLE)


def reasons() -> Iterator[VideogenError]:
    """None at all: ready."""
    try:
        application = bootstrap.running()
    except RuntimeError:
        yield NotReadyError()
        return
    yield from _reasons(application)


def _reasons(application: Application) -> Iterator[VideogenError]:
    try:
        store.answers(application.database)
    except Exception:  # whatever it is, it is no answer
        yield DatabaseSilentError(field="database")
    if not application.worker.is_alive:
        yield WorkerGoneError(field="worker")
    free_bytes = application.disk_free_bytes()
    if free_bytes < MIN_FREE_BYTES:
        yield DiskNearlyFullError(
            field="disk",
            value=free_bytes,
            free_mib=free_bytes // 2**20,
            least_mib=MIN_FREE_BYTES // 2**20,
        )
