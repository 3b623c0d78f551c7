"""Clips, thumbnails and inputs by token, streamed from disk with Range; a path is never shown."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from videogen.access import require
from videogen.bootstrap import Application
from videogen.clips.files import clip_path
from videogen.clips.input_probe import mime_type_of
from videogen.domain.access import Permission, Person
from videogen.domain.clip import Clip
from videogen.errors import VideogenError
from videogen.panel.own_rounds import own_pair_round, own_session
from videogen.panel.pair_playlist import LEFT_OF_PAIR, RIGHT_OF_PAIR
from videogen.panel.playlist import PRESENTATION
from videogen.store import (
    get_clip,
    get_input,
    get_pair,
    get_presentation,
    get_run,
    renditions,
)
from videogen.web.blindness import see_campaign
from videogen.web.problems import TokenRefusedError

CLIP, THUMBNAIL, INPUT = "clip", "thumb", "input"

# One modification time for all: a rendition's own would tell in which order they were made,
# and with it, perhaps, by which condition.
NO_DATE = "Thu, 01 Jan 1970 00:00:00 GMT"
PRIVATE = "private, max-age=3600"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Who asks for what a token stands for."""

    application: Application
    person: Person
    kind: str
    subject_id: str


_Find = Callable[[_Asked], str | None]  # None: a token of another kind


async def serve_clip(request: Request, application: Application, person: Person) -> Response:
    return await _serve(request, application, person, _file_of_clip)


async def serve_thumbnail(request: Request, application: Application, person: Person) -> Response:
    return await _serve(request, application, person, _file_of_thumbnail)


async def serve_input(request: Request, application: Application, person: Person) -> Response:
    folder = application.inputs_folder
    return await _serve(request, application, person, _file_of_input, folder=folder, name="input")


async def _serve(
    request: Request,
    application: Application,
    person: Person,
    find: _Find,
    *,
    folder: Path | None = None,
    name: str = "clip",
) -> Response:
    token = request.path_params["token"]
    where = folder or application.clips_folder
    path = await run_in_threadpool(_path_behind, application, person, token, find, where)
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
    application: Application, person: Person, token: str, find: _Find, folder: Path
) -> Path:
    """The file; every way of failing is the same answer, so that a guess learns nothing."""
    try:
        kind, subject_id = application.tokens.check(token)
        asked = _Asked(application=application, person=person, kind=kind, subject_id=subject_id)
        file = find(asked)
        if file is None:
            raise TokenRefusedError(field="token")
        return clip_path(folder, file)
    except VideogenError:
        raise TokenRefusedError(field="token") from None


def _file_of_clip(asked: _Asked) -> str | None:
    """An original for whoever may know its condition; a blind copy for its own rater alone."""
    database, person = asked.application.database, asked.person
    if asked.kind == CLIP:
        return _seen_clip(asked).file
    if asked.kind == PRESENTATION:
        shown = get_presentation(database, asked.subject_id)
        session = own_session(database, person, shown.session_id)
        return _rendition(asked, session.campaign_id, shown.clip_id)
    if asked.kind in (LEFT_OF_PAIR, RIGHT_OF_PAIR):
        pair = get_pair(database, asked.subject_id)
        begun = own_pair_round(database, person, pair.pair_round_id)
        clip_id = pair.left_clip_id if asked.kind == LEFT_OF_PAIR else pair.right_clip_id
        return _rendition(asked, begun.campaign_id, clip_id)
    return None


def _seen_clip(asked: _Asked) -> Clip:
    """Raises: NotAllowedError, also while the person rates the clip's campaign. NotFoundError."""
    application, person = asked.application, asked.person
    require(person, Permission.SEE_CLIPS)
    clip = get_clip(application.database, asked.subject_id)
    campaign_id = clip.run_id and get_run(application.database, clip.run_id).campaign_id
    # Without sign-in nobody can tell which visitor this is; the pages, who know, hide it.
    if campaign_id and person.is_signed_in:
        see_campaign(application, person, campaign_id)
    return clip


def _rendition(asked: _Asked, campaign_id: str, clip_id: str) -> str | None:
    """Never the original in its place: its size and rate would tell the condition."""
    rendition = renditions(asked.application.database, campaign_id).get(clip_id)
    return rendition.file if rendition else None


def _file_of_thumbnail(asked: _Asked) -> str | None:
    return _seen_clip(asked).thumbnail if asked.kind == THUMBNAIL else None


def _file_of_input(asked: _Asked) -> str | None:
    if asked.kind != INPUT:
        return None
    return get_input(asked.application.database, asked.subject_id).file
