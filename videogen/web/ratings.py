"""The player's side of a session: a vote is on disk before it is answered."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from videogen.bootstrap import Application
from videogen.domain.access import Person
from videogen.domain.rating import Dimension
from videogen.errors import InvalidInputError
from videogen.panel.own_rounds import own_session
from videogen.panel.playlist import answer_undo, answer_vote, playlist
from videogen.panel.standing import put_off
from videogen.panel.votes import Vote
from videogen.web.answers import told, told_or_stale
from videogen.web.body import Body, amount, count, json_object, text

DISPLAY = (
    "window_width_px",
    "window_height_px",
    "stage_width_px",
    "stage_height_px",
    "device_pixel_ratio",
)
LARGEST_DISPLAY = 100_000.0  # px: no screen wall is wider
LONGEST_WATCH_S = 86_400.0


async def post_rating(request: Request, application: Application, person: Person) -> Response:
    vote = _vote(request.path_params["session_id"], await json_object(request))
    return await told_or_stale(
        request,
        lambda: _save_vote(application, person, vote),
        lambda: _standing(application, person, vote.session_id),
    )


async def post_undo(request: Request, application: Application, person: Person) -> Response:
    n_rated = count(await json_object(request), "n_rated")
    return await told(_undo, application, person, request.path_params["session_id"], n_rated)


async def post_put_off(request: Request, application: Application, person: Person) -> Response:
    """The rater goes on without a clip that could not be loaded; it comes again at the end."""
    presentation_id = text(await json_object(request), "presentation_id")
    session_id = request.path_params["session_id"]
    return await told(_put_off, application, person, session_id, presentation_id)


def _save_vote(application: Application, person: Person, vote: Vote) -> dict[str, object]:
    own_session(application.database, person, vote.session_id)
    return answer_vote(application.database, application.tokens, vote, datetime.now(UTC))


def _standing(application: Application, person: Person, session_id: str) -> dict[str, object]:
    own_session(application.database, person, session_id)
    return playlist(application.database, application.tokens, session_id, datetime.now(UTC))


def _put_off(
    application: Application, person: Person, session_id: str, presentation_id: str
) -> dict[str, object]:
    own_session(application.database, person, session_id)
    put_off(application.database, session_id, presentation_id)
    return _standing(application, person, session_id)


def _undo(
    application: Application, person: Person, session_id: str, n_rated: int | None
) -> dict[str, object]:
    own_session(application.database, person, session_id)
    now = datetime.now(UTC)
    return answer_undo(application.database, application.tokens, session_id, now, n_rated=n_rated)


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
        watched_s=amount(body, "watched_s", largest=LONGEST_WATCH_S),
        display=_display(body),
    )


def _score(body: Body) -> int:
    score = body.get("score")
    if type(score) is not int:  # True and 4.0 are no opinions
        raise InvalidInputError("score_out_of_range", field="score", value=score)
    return score


def _display(body: Body) -> dict[str, float]:
    """What of it is known; other names are refused, so that nothing unforeseen is stored."""
    sent = body.get("display")
    if sent is None:
        return {}
    if not isinstance(sent, dict) or not sent.keys() <= set(DISPLAY):
        raise InvalidInputError(
            "display_unusable", field="display", value=sent, known=", ".join(DISPLAY)
        )
    read = {name: amount(sent, name, largest=LARGEST_DISPLAY) for name in DISPLAY}
    return {name: value for name, value in read.items() if value is not None}
