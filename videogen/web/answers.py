"""What a player is told: never kept by a browser, and where it stands when it asked too late."""

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from videogen.errors import AlreadyRatedError
from videogen.web.problems import problem_response, request_language


async def told(make: Callable[..., dict[str, object]], *args: Any) -> Response:
    """What `make` answers, made in a thread: it waits for the database."""
    answer = await run_in_threadpool(make, *args)
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


async def told_or_stale(
    request: Request,
    save: Callable[[], dict[str, object]],
    standing: Callable[[], dict[str, object]],
) -> Response:
    """The answer to a vote; a tab that was left behind gets 409 with where things stand now."""
    try:
        return await told(save)
    except AlreadyRatedError as error:
        beside = {"standing": await run_in_threadpool(standing)}
        language = request_language(request)
        return problem_response(error, request.headers, language=language, beside=beside)
