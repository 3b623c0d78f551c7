"""Clips, thumbnails and inputs by token, streamed from disk with Range; a path is never shown."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from videogen.bootstrap import Application
from videogen.clips.files import clip_path
from videogen.clips.input_probe import mime_type_of
from videogen.errors import VideogenError
from videogen.panel.pair_playlist import LEFT_OF_PAIR, RIGHT_OF_PAIR
from videogen.panel.playlist import PRESENTATION
from videogen.store import (
    get_clip,
    get_input,
    get_pair,
    get_pair_round,
    get_presentation,
    get_session,
    renditions,
)
from videogen.web.problems import TokenRefusedError

CLIP, THUMBNAIL, INPUT = "clip", "thumb", "input"

# One modification time for all: a rendition's own would tell in which order they were made,
# and with it, perhaps, by which condition.
NO_DATE = "Thu, 01 Jan 1970 00:00:00 GMT"
PRIVATE = "private, max-age=3600"


async def serve_clip(request: Request, application: Application) -> Response:
    return await _serve(request, application, _file_of_clip)


async def serve_thumbnail(request: Request, application: Application) -> Response:
    return await _serve(request, application, _file_of_thumbnail)


async def serve_input(request: Request, application: Application) -> Response:
    folder = application.inputs_folder
    return await _serve(request, application, _file_of_input, folder=folder, name="input")


async def _serve(
    request: Request,
    application: Application,
    find: Callable[[Application, str, str], str | None],
    *,
    folder: Path | None = None,
    name: str = "clip",
) -> Response:
    token = request.path_params["token"]
    where = folder or application.clips_folder
    path = await run_in_threadpool(_path_behind, application, token, find, where)
    tag = f"{token}/{path.stat().st_size}"
    return FileResponse(
        path,
        filename=f"{name}{path.suffix}",
        media_type=None if name == "clip" else mime_type_of(path.name),
        content_disposition_type="inline",
        headers={
            "Cache-Control": PRIVATE,
            # From the address and a size that all copies share: nothing of the file's own. A copy
            # that grew with its set is another one, and a player must not join the two.
            "ETag": f'"{hashlib.sha256(tag.encode()).hexdigest()[:32]}"',
            "Last-Modified": NO_DATE,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


def _path_behind(
    application: Application,
    token: str,
    find: Callable[[Application, str, str], str | None],
    folder: Path,
) -> Path:
    """The file; every way of failing is the same answer, so that a guess learns nothing."""
    try:
        kind, subject_id = application.tokens.check(token)
        file = find(application, kind, subject_id)
        if file is None:
            raise TokenRefusedError(field="token")
        return clip_path(folder, file)
    except VideogenError:
        raise TokenRefusedError(field="token") from None


def _file_of_clip(application: Application, kind: str, subject_id: str) -> str | None:
    database = application.database
    if kind == CLIP:
        return get_clip(database, subject_id).file
    if kind == PRESENTATION:
        shown = get_presentation(database, subject_id)
        campaign_id = get_session(database, shown.session_id).campaign_id
        return _rendition(application, campaign_id, shown.clip_id)
    if kind in (LEFT_OF_PAIR, RIGHT_OF_PAIR):
        pair = get_pair(database, subject_id)
        campaign_id = get_pair_round(database, pair.pair_round_id).campaign_id
        clip_id = pair.left_clip_id if kind == LEFT_OF_PAIR else pair.right_clip_id
        return _rendition(application, campaign_id, clip_id)
    return None


def _rendition(application: Application, campaign_id: str, clip_id: str) -> str | None:
    """Never the original in its place: its size and rate would tell the condition."""
    rendition = renditions(application.database, campaign_id).get(clip_id)
    return rendition.file if rendition else None


def _file_of_thumbnail(application: Application, kind: str, subject_id: str) -> str | None:
    return get_clip(application.database, subject_id).thumbnail if kind == THUMBNAIL else None


def _file_of_input(application: Application, kind: str, subject_id: str) -> str | None:
    return get_input(application.database, subject_id).file if kind == INPUT else None
