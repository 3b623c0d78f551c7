"""`sessions start, next, rate`: a rating session step by step, for programs that play the clips."""

import argparse
from collections.abc import Callable
from datetime import timedelta
from math import ceil
from typing import Any
from uuid import uuid4

from videogen.bootstrap import Application
from videogen.bootstrap.rating import make_ready
from videogen.cli.actions import add_actions, run_action
from videogen.cli.answer import language, say, whole
from videogen.domain.rating import Dimension
from videogen.errors import InvalidInputError
from videogen.panel import Vote, next_presentation, rate, start
from videogen.panel.names import checked_name
from videogen.panel.playlist import clip_token
from videogen.panel.standing import stopped_until
from videogen.runs.context import utc_now
from videogen.runs.plan_checks import checked_seed
from videogen.store import get_session
from videogen.texts import t

NOTHING = {"presentation_id": None, "clip": None}
SCORES = tuple("12345")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    for name, action in add_actions(parser, "sessions", ACTIONS):
        _, add = ACTIONS[name]
        add(action)


def run(options: argparse.Namespace) -> int:
    return run_action({name: act for name, (act, _) in ACTIONS.items()}, options)


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
    make_ready(opened, options.campaign, _told_once())
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


def _told_once() -> Callable[[int, int], None]:
    """For the first start of a campaign, which would be silent for minutes."""
    told: list[int] = []

    def on_progress(_: int, n_clips: int) -> None:
        if not told:
            told.append(n_clips)
            say(t("cli.sessions.copying", language(), n=n_clips), as_json=True)

    return on_progress


def _next_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session_id", metavar="SESSION_ID")


def _next(opened: Application, options: argparse.Namespace) -> Any:
    """An id and a clip's token, nothing else: a program that rates is as blind as a person."""
    now = utc_now()
    session = get_session(opened.database, options.session_id)
    stopped = stopped_until(opened.database, session, now)
    if stopped is not None:
        minutes = ceil((stopped - now) / timedelta(minutes=1))
        say(t("cli.sessions.rest", language(), minutes=minutes), as_json=True)
        return NOTHING
    shown = next_presentation(opened.database, options.session_id, now)
    if shown is None:
        _say(options, t("cli.sessions.done", language()))
        return NOTHING
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
    """Only 1 to 5 as a keyboard writes them: `int` would read other scripts' digits too."""
    if text not in SCORES:
        raise InvalidInputError("score_out_of_range", field="score", value=text)
    return int(text)


def _say(options: argparse.Namespace, sentence: str) -> None:
    say(sentence, as_json=options.json)


ACTIONS = {
    "start": (_start, _start_arguments),
    "next": (_next, _next_arguments),
    "rate": (_rate, _rate_arguments),
}
