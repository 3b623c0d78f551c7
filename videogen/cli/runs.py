"""`runs list, show, cancel, requeue, resolve`: the queue and the history from a terminal."""

import argparse
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from videogen import store
from videogen.bootstrap import Application
from videogen.cli.actions import add_actions
from videogen.cli.answer import language, print_json, say, whole
from videogen.cli.cancelling import Canceller
from videogen.cli.office import answered
from videogen.cli.told_runs import THROUGH_APP, ToldRuns
from videogen.domain.plain_json import plain
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.errors import InvalidInputError
from videogen.runs import queue
from videogen.runs.context import utc_now
from videogen.runs.plan_checks import MAX_CAP_USD
from videogen.runs.uncertain import Resolution, resolve
from videogen.texts import t

OWNER = "cli"

Answer = dict[str, Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    for name, action in add_actions(parser, "runs", ACTIONS):
        _, add = ACTIONS[name]
        add(action)


def run(options: argparse.Namespace) -> int:
    here, _ = ACTIONS[options.action]
    # All failed ones at once are asked for on the Runs page, which shows first which they are.
    there = None if getattr(options, "failed", False) else THROUGH_APP.get(options.action)
    told = answered(
        lambda opened: _from_here(opened, here(opened, options)),
        None if there is None else lambda client: there(client, options),
    )
    if options.json:
        print_json(told.answer)
        return 0
    for line in told.lines():
        say(line, as_json=False)
    return 0


def _from_here(opened: Application, answer: Mapping[str, Any]) -> ToldRuns:
    runs: list[Run] = answer["runs"] if "runs" in answer else [answer["run"]]
    prompts = {run.prompt_id: store.get_prompt(opened.database, run.prompt_id).text for run in runs}
    return ToldRuns(answer=plain(answer), prompts=prompts)


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--status", choices=[status.value for status in RunStatus])
    parser.add_argument("--campaign", metavar="ID")
    parser.add_argument("--condition", metavar="NAME", help=t("cli.runs.condition", language()))
    _class_argument(parser, "--failure-class")
    parser.add_argument("--origin", choices=[origin.value for origin in Origin])
    parser.add_argument("--owner", metavar="NAME")
    parser.add_argument("--limit", type=whole("limit"), default=100, metavar="N")
    parser.add_argument("--before", metavar="RUN_ID", help=t("cli.runs.before", language()))


def _list(opened: Application, options: argparse.Namespace) -> Answer:
    if options.before is not None:
        store.get_run(opened.database, options.before)  # a mistyped one would look like the end
    if options.campaign is not None:
        store.get_campaign(opened.database, options.campaign)
    if options.condition is not None:
        _check_condition(opened, options.condition)
    found = store.find_runs(
        opened.database,
        campaign_id=options.campaign,
        status=RunStatus(options.status) if options.status else None,
        condition_id=options.condition,
        failure_class=_failure_class(options),
        origin=Origin(options.origin) if options.origin else None,
        owner=options.owner,
        limit=options.limit,
        before=options.before,
    )
    return {"runs": found}


def _check_condition(opened: Application, name: str) -> None:
    """A mistyped one would look like a condition without runs."""
    if store.find_runs(opened.database, condition_id=name, limit=1):
        return  # also one that the catalogue no longer has
    every = (*opened.conditions, *store.conditions(opened.database))
    if any(name in (one.name, one.condition_id) for one in every):
        return
    known = ", ".join(one.name for one in opened.conditions)
    raise InvalidInputError("condition_unknown", field="condition", value=name, known=known)


def _one_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_id", metavar="RUN_ID")


def _show(opened: Application, options: argparse.Namespace) -> Answer:
    run = store.get_run(opened.database, options.run_id)
    given = {slot: store.get_input(opened.database, one) for slot, one in run.inputs.items()}
    return {
        "run": run,
        "inputs": given,
        "attempts": store.attempts_of_run(opened.database, options.run_id),
        "clip": store.clip_of_run(opened.database, options.run_id),
        "events": store.events_of(opened.database, options.run_id),
    }


def _cancel(opened: Application, options: argparse.Namespace) -> Answer:
    return {"run": Canceller(opened)(options.run_id)}


def _requeue_arguments(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("run_id", metavar="RUN_ID", nargs="?")
    which.add_argument("--failed", action="store_true", help=t("cli.runs.failed", language()))
    _class_argument(parser, "--class")
    parser.add_argument("--campaign", metavar="ID")


def _requeue(opened: Application, options: argparse.Namespace) -> Answer:
    if options.failed:
        runs = queue.requeue_failed(
            opened.database,
            campaign_id=options.campaign,
            failure_class=_failure_class(options),
            owner=OWNER,
            now=utc_now(),
        )
        return {"runs": runs}
    for field, value in (("class", options.failure_class), ("campaign", options.campaign)):
        if value is not None:
            raise InvalidInputError("only_with_failed", field=field, value=value)
    return {"run": queue.requeue(opened.database, options.run_id, OWNER, utc_now())}


def _resolve_arguments(parser: argparse.ArgumentParser) -> None:
    _one_argument(parser)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--not-made", action="store_true", help=t("cli.runs.not_made", language()))
    how.add_argument("--billed", metavar="USD", help=t("cli.runs.billed", language()))
    how.add_argument(
        "--fetch",
        nargs="?",
        const="",  # the id that is known
        metavar="EXTERNAL_ID",
        help=t("cli.runs.fetch", language()),
    )
    parser.add_argument("--why", required=True, metavar="TEXT", help=t("cli.runs.why", language()))
    parser.add_argument("--who", default=OWNER, metavar="NAME")


def _resolve(opened: Application, options: argparse.Namespace) -> Answer:
    how = Resolution.NOT_MADE
    if options.billed is not None:
        how = Resolution.BILLED
    elif options.fetch is not None:
        how = Resolution.FETCH
    resolved = resolve(
        opened.database,
        options.run_id,
        how,
        billed_usd=None if options.billed is None else _usd(options.billed),
        external_id=options.fetch,
        who=options.who,
        why=options.why,
        now=utc_now(),
        usual_cap_usd=opened.settings.monthly_cap_usd,
    )
    return {"run": resolved}


def _usd(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise InvalidInputError(
            "billed_no_sum", field="billed_usd", value=text, limit=MAX_CAP_USD
        ) from error


def _class_argument(parser: argparse.ArgumentParser, flag: str) -> None:
    classes = [failure.value for failure in FailureClass]
    parser.add_argument(flag, dest="failure_class", choices=classes, metavar="CLASS")


def _failure_class(options: argparse.Namespace) -> FailureClass | None:
    return FailureClass(options.failure_class) if options.failure_class else None


# name -> what answers it, and what adds its arguments
ACTIONS: Mapping[
    str,
    tuple[
        Callable[[Application, argparse.Namespace], Answer],
        Callable[[argparse.ArgumentParser], None],
    ],
] = {
    "list": (_list, _list_arguments),
    "show": (_show, _one_argument),
    "cancel": (_cancel, _one_argument),
    "requeue": (_requeue, _requeue_arguments),
    "resolve": (_resolve, _resolve_arguments),
}
