"""`sessions start, next, rate`: a rating session step by step, for programs that play the clips."""

import argparse
from typing import Any
from uuid import uuid4

from videogen.bootstrap import Application
from videogen.cli.actions import add_actions
from videogen.cli.answer import language, print_json, say, whole
from videogen.cli.office import application
from videogen.domain.rating import Dimension
from videogen.errors import InvalidInputError
from videogen.panel import Vote, next_presentation, prepare_renditions, rate, start
from videogen.panel.names import checked_name
from videogen.panel.playlist import clip_token
from videogen.runs.context import utc_now
from videogen.runs.plan_checks import checked_seed
from videogen.store import get_session
from videogen.texts import t


def add_arguments(parser: argparse.ArgumentParser) -> None:
    for name, action in add_actions(parser, "sessions", ACTIONS):
        _, add = ACTIONS[name]
        add(action)


def run(options: argparse.Namespace) -> int:
    act, _ = ACTIONS[options.action]
    with application() as opened:
        answer = act(opened, options)
    if options.json:
        print_json(answer)
    return 0


def _start_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--campaign", required=True, metavar="ID")
    parser.add_argument("--rater", required=True, metavar="NAME")
    parser.add_argument(
        "--seed",
        type=whole("seed", minimum=0),
        metavar="N",
        help=t("cli.sessions.seed", language()),
    )
    parser.add_argument(
        "--details", action="store_true", help=t("cli.sessions.details", language())
    )


def _start(opened: Application, options: argparse.Namespace) -> Any:
    seed = None if options.seed is None else checked_seed(options.seed)
    name = checked_name(options.rater)  # before the copies, which take long
    prepare_renditions(opened.database, options.campaign, opened.clips_folder)
    session = start(
        opened.database,
        options.campaign,
        name,
        seed=seed,
        now=utc_now(),
        asks_details=options.details,
    )
    _say(options, t("cli.sessions.opened", language(), session_id=session.session_id))
    return session


def _next_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session_id", metavar="SESSION_ID")


def _next(opened: Application, options: argparse.Namespace) -> Any:
    """An id and a clip's token, nothing else: a program that rates is as blind as a person."""
    now = utc_now()
    get_session(opened.database, options.session_id)
    shown = next_presentation(opened.database, options.session_id, now)
    if shown is None:
        _say(options, t("cli.sessions.done", language()))
        return {"presentation_id": None, "clip": None}
    token = clip_token(opened.tokens, shown, now)
    _say(options, f"{shown.presentation_id}  /clips/{token}")
    return {"presentation_id": shown.presentation_id, "clip": token}


def _rate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session_id", metavar="SESSION_ID")
    parser.add_argument("--presentation", required=True, metavar="ID")
    parser.add_argument("--score", required=True, type=_score, metavar="1..5")
    parser.add_argument(
        "--dimension",
        choices=[dimension.value for dimension in Dimension],
        default=Dimension.OVERALL.value,
    )
    parser.add_argument("--rating-id", metavar="UUID", help=t("cli.sessions.key", language()))


def _rate(opened: Application, options: argparse.Namespace) -> Any:
    vote = Vote(
        session_id=options.session_id,
        rating_id=options.rating_id or str(uuid4()),
        presentation_id=options.presentation,
        score=options.score,
        dimension=Dimension(options.dimension),
        played_to_end=True,
    )
    rating = rate(opened.database, vote, utc_now())
    _say(options, t("rate.saved", language()))
    return rating


def _score(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise InvalidInputError("score_out_of_range", field="score", value=text) from None


def _say(options: argparse.Namespace, sentence: str) -> None:
    say(sentence, as_json=options.json)


ACTIONS = {
    "start": (_start, _start_arguments),
    "next": (_next, _next_arguments),
    "rate": (_rate, _rate_arguments),
}
