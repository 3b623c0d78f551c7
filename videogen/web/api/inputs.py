"""Files that clips are made from: sent once, kept by their content."""

import uuid
from pathlib import Path
from typing import Annotated

from fastapi import Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from videogen.clips.files import disk_full_named
from videogen.clips.input_probe import MAX_BYTES
from videogen.domain.input_file import InputFile, InputKind
from videogen.domain.plain_json import plain
from videogen.errors import InvalidInputError
from videogen.runs.inputs import keep_input
from videogen.web.api import examples
from videogen.web.api.asked import Asked, Asks
from videogen.web.api.documented import Answers, answered, record_schema
from videogen.web.api.door import router as door_router
from videogen.web.problems import BodyTooLargeError

router = door_router("inputs")

INPUT = record_schema(InputFile)
MADE: Answers = {201: answered(INPUT, examples.INPUT, "Kept; the same content is kept once")}
BODY = {
    "requestBody": {
        "required": True,
        "description": "The file's own bytes; what they are is read from them, not from a name",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
Name = Annotated[str, Query(max_length=200, description="As you call the file")]
Kind = Annotated[InputKind | None, Query(description="What is wanted; absent: whatever it is")]


@router.post(
    "/inputs", operation_id="keep_input", status_code=201, responses=MADE, openapi_extra=BODY
)
async def post_input(
    request: Request, asked: Asks, name: Name = "input", kind: Kind = None
) -> Response:
    """Keep an image, a voice or a video for runs that are made from it.

    Its `input_id` goes into a run's or a campaign's `inputs`. Sending the same bytes again
    changes nothing.
    """
    folder = asked.application.inputs_folder
    folder.mkdir(parents=True, exist_ok=True)
    sent = folder / f"{uuid.uuid4().hex}.part"  # as what a crash leaves behind is called there
    try:
        await _spool(request, sent)
        kept = await run_in_threadpool(_keep, asked, sent, name, kind)
    finally:
        sent.unlink(missing_ok=True)
    return JSONResponse(plain(kept), status_code=201)


async def _spool(request: Request, target: Path) -> None:
    """To disk while it comes: thirty people's videos do not fit into memory.

    Raises: BodyTooLargeError, DiskFullError. InvalidInputError: nothing was sent.
    """
    n_bytes = 0
    with disk_full_named("inputs"), target.open("wb") as file:
        async for chunk in request.stream():
            n_bytes += len(chunk)
            if n_bytes > MAX_BYTES:
                raise BodyTooLargeError(field="body", limit=MAX_BYTES)
            await run_in_threadpool(file.write, chunk)
    if n_bytes == 0:
        raise InvalidInputError("api_missing", field="body")


def _keep(asked: Asked, sent: Path, name: str, kind: InputKind | None) -> InputFile:
    return keep_input(
        asked.application.database,
        asked.application.inputs_folder,
        content=sent,
        name=name,
        kind=kind,
        who=asked.person.name,
        now=asked.now,
    )
