"""`runs list, show, cancel, requeue`: the queue and the history from a terminal."""

import argparse
from typing import Any

from videogen import store
from videogen.bootstrap import Application
from videogen.cli.answer import language, positive, print_json, say
from videogen.cli.office import application
from videogen.domain.run import Run, RunStatus
from videogen.runs import queue
from videogen.runs.context import utc_now
from videogen.texts import t

OWNER = "cli"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|show|...")
    listing = actions.add_parser("list", help=t("cli.runs.list", language()))
    listing.add_argument("--status", choices=[status.value for status in RunStatus])
    listing.add_argument("--campaign", metavar="ID")
    listing.add_argument("--limit", type=positive, default=100)
    _json(listing)
    for action in ("show", "cancel", "requeue"):
        one = actions.add_parser(action, help=t(f"cli.runs.{action}", language()))
        one.add_argument("run_id")
        _json(one)


def run(options: argparse.Namespace) -> int:
    with application() as opened:
        answer = {"list": _list, "show": _show, "cancel": _cancel, "requeue": _requeue}[
            options.action
        ](opened, options)
    if options.json:
        print_json(answer)
    else:
        rows = answer["runs"] if "runs" in answer else [answer["run"]]
        for row in rows:
            say(_line(row), as_json=False)
    return 0


def _list(opened: Application, options: argparse.Namespace) -> dict[str, Any]:
    found = store.find_runs(
        opened.database,
        campaign_id=options.campaign,
        status=RunStatus(options.status) if options.status else None,
        limit=options.limit,
    )
    return {"runs": found}


def _show(opened: Application, options: argparse.Namespace) -> dict[str, Any]:
    return {
        "run": store.get_run(opened.database, options.run_id),
        "attempts": store.attempts_of_run(opened.database, options.run_id),
        "clip": store.clip_of_run(opened.database, options.run_id),
        "events": store.events_of(opened.database, options.run_id),
    }


def _cancel(opened: Application, options: argparse.Namespace) -> dict[str, Any]:
    return {"run": opened.worker.cancel(options.run_id)}


def _requeue(opened: Application, options: argparse.Namespace) -> dict[str, Any]:
    return {"run": queue.requeue(opened.database, options.run_id, OWNER, utc_now())}


def _line(run: Run) -> str:
    return f"{run.run_id}  {run.status.value:<10} {run.condition_id}  {run.failure_class or ''}"


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=t("cli.json", language()))
