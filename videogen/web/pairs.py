"""The pair player's side of a round: a vote is on disk before it is answered."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from videogen.bootstrap import Application
from videogen.domain.access import Person
from videogen.domain.rating import PairChoice
from videogen.errors import InvalidInputError
from videogen.panel.own_rounds import own_pair_round
from videogen.panel.pair_playlist import answer_ballot, answer_pair_undo, pair_playlist
from videogen.panel.pairs import PairBallot, put_off_pair
from videogen.web.answers import told, told_or_stale
from videogen.web.body import Body, count, json_object, text

CHOICES = [choice.value for choice in PairChoice]


async def post_pair_vote(request: Request, application: Application, person: Person) -> Response:
    ballot = _ballot(request.path_params["pair_round_id"], await json_object(request))
    return await told_or_stale(
        request,
        lambda: _save(application, person, ballot),
        lambda: _standing(application, person, ballot.pair_round_id),
    )


async def post_pair_undo(request: Request, application: Application, person: Person) -> Response:
    n_voted = count(await json_object(request), "n_voted")
    return await told(_undo, application, person, request.path_params["pair_round_id"], n_voted)


async def post_pair_put_off(request: Request, application: Application, person: Person) -> Response:
    """The voter goes on without a pair that could not be loaded; it comes again at the end."""
    pair_id = text(await json_object(request), "pair_id")
    pair_round_id = request.path_params["pair_round_id"]
    return await told(_put_off, application, person, pair_round_id, pair_id)


def _save(application: Application, person: Person, ballot: PairBallot) -> dict[str, object]:
    own_pair_round(application.database, person, ballot.pair_round_id)
    return answer_ballot(application.database, application.tokens, ballot, datetime.now(UTC))


def _standing(application: Application, person: Person, pair_round_id: str) -> dict[str, object]:
    own_pair_round(application.database, person, pair_round_id)
    now = datetime.now(UTC)
    return pair_playlist(application.database, application.tokens, pair_round_id, now)


def _put_off(
    application: Application, person: Person, pair_round_id: str, pair_id: str
) -> dict[str, object]:
    own_pair_round(application.database, person, pair_round_id)
    put_off_pair(application.database, pair_round_id, pair_id)
    return _standing(application, person, pair_round_id)


def _undo(
    application: Application, person: Person, pair_round_id: str, n_voted: int | None
) -> dict[str, object]:
    own_pair_round(application.database, person, pair_round_id)
    now = datetime.now(UTC)
    return answer_pair_undo(
        application.database, application.tokens, pair_round_id, now, n_voted=n_voted
    )


def _ballot(pair_round_id: str, body: Body) -> PairBallot:
    choice = body.get("choice")
    if choice not in CHOICES:
        raise InvalidInputError(
            "choice_unknown", field="choice", value=choice, known=", ".join(CHOICES)
        )
    return PairBallot(
        pair_round_id=pair_round_id,
        vote_id=text(body, "vote_id"),
        pair_id=text(body, "pair_id"),
        choice=PairChoice(choice),
        played_to_end=body.get("played_to_end") is True,
        replays=count(body, "replays"),
        stalls=count(body, "stalls"),
        dropped_frames=count(body, "dropped_frames"),
    )
