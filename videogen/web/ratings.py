"""The player's side of a session: a vote is on disk before it is answered."""

from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from videogen.bootstrap import Application
from videogen.domain.rating import Dimension
from videogen.errors import InvalidInputError
from videogen.panel.playlist import playlist
from videogen.panel.sessions import Vote, rate, undo_last
from videogen.web.body import Body, count, json_object, text


async def post_rating(request: Request, application: Application) -> Response:
    body = await json_object(request)
    vote = _vote(request.path_params["session_id"], body)
    return JSONResponse(
        await run_in_threadpool(_save_vote, application, vote),
        headers={"Cache-Control": "no-store"},
    )


async def post_undo(request: Request, application: Application) -> Response:
    session_id = request.path_params["session_id"]
    n_rated = count(await json_object(request), "n_rated")
    return JSONResponse(
        await run_in_threadpool(_undo, application, session_id, n_rated),
        headers={"Cache-Control": "no-store"},
    )


def _save_vote(application: Application, vote: Vote) -> dict[str, object]:
    now = datetime.now(UTC)
    rating = rate(application.database, vote, now)
    return {"saved": rating.rating_id} | playlist(
        application.database, application.tokens, vote.session_id, now
    )


def _undo(application: Application, session_id: str, n_rated: int | None) -> dict[str, object]:
    now = datetime.now(UTC)
    shown = undo_last(application.database, session_id, now, n_rated=n_rated)
    return {"undone": shown.presentation_id if shown else None} | playlist(
        application.database, application.tokens, session_id, now
    )


def _vote(session_id: str, body: Body) -> Vote:
    dimension = body.get("dimension", Dimension.OVERALL.value)
    if dimension not in [known.value for known in Dimension]:
        raise InvalidInputError("dimension_unknown", field="dimension", value=dimension)
    return Vote(
        session_id=session_id,
        rating_id=text(body, "rating_id"),
        presentation_id=text(body, "presentation_id"),
        dimension=Dimension(dimension),
        score=_score(body),
        played_to_end=body.get("played_to_end") is True,
        replays=count(body, "replays"),
        stalls=count(body, "stalls"),
        dropped_frames=count(body, "dropped_frames"),
    )


def _score(body: Body) -> int:
    score = body.get("score")
    if type(score) is not int:  # True and 4.0 are no opinions
        raise InvalidInputError("score_out_of_range", field="score", value=score)
    return score
