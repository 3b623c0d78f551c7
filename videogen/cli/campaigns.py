"""`campaigns list, show, create, start, pause, resume, cancel, requeue` from a terminal."""

import argparse
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.campaign_orders import (
    Plan,
    begin,
    campaign_detail,
    campaign_row,
    draft,
    forecast_of,
    keep,
)
from videogen.bootstrap.campaigns import dry_run
from videogen.bootstrap.reach import Reached, asked
from videogen.cli.actions import Action, Answer, add_actions, run_action
from videogen.cli.answer import language, say, whole
from videogen.cli.campaign_forecast import forecast_told, say_forecast
from videogen.cli.cancelling import Canceller
from videogen.cli.input_options import inputs_of_campaign
from videogen.cli.office import wait_for_all
from videogen.domain.campaign import Campaign
from videogen.domain.run import FailureClass, Run
from videogen.errors import InvalidInputError
from videogen.runs import campaign_control
from videogen.runs.context import utc_now
from videogen.runs.plan_checks import MAX_CAP_USD, named_conditions
from videogen.runs.queue import release_unstarted
from videogen.texts import t

OWNER = "cli"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    for name, one in add_actions(parser, "campaigns", ACTIONS):
        if name == "create":
            _add_plan(one)
        elif name != "list":
            one.add_argument("campaign_id", metavar="CAMPAIGN_ID")
        if name not in ("list", "show"):
            one.add_argument("--owner", default=OWNER, metavar="NAME")
        if name == "start":
            one.add_argument(
                "--wait", action="store_true", help=t("cli.campaigns.wait", language())
            )
        if name == "requeue":
            classes = [one.value for one in FailureClass]
            one.add_argument("--class", dest="failure_class", choices=classes, metavar="CLASS")


def _add_plan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", required=True, metavar="TEXT")
    parser.add_argument("--candidates", required=True, metavar="a,b")
    parser.add_argument("--baselines", default="", metavar="a,b")
    parser.add_argument("--suite", default="core", metavar="NAME")
    parser.add_argument("--prompts", type=whole("n_prompts"), default=30, metavar="N")
    parser.add_argument("--seeds", default="1", metavar="1,2")
    parser.add_argument("--rated-seeds", metavar="1", help=t("cli.campaigns.rated", language()))
    parser.add_argument("--raters", type=whole("planned_n_raters"), default=6, metavar="N")
    parser.add_argument("--cap-usd", metavar="X", help=t("cli.campaigns.cap", language()))
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="SLOT[@PROMPT_ID]=FILE",
        help=t("cli.campaigns.input", language()),
    )
    parser.add_argument(
        "--dry-run", action="store_true", help=t("cli.campaigns.dry_run", language())
    )


def run(options: argparse.Namespace) -> int:
    return run_action(ACTIONS, options)


def _list(opened: Application, options: argparse.Namespace) -> Answer:
    rows = [campaign_row(opened, campaign) for campaign in store.campaigns(opened.database)]
    for row in rows:
        progress = t(
            "campaigns.progress_of", language(), n_done=row["n_ended"], n_runs=row["n_runs"]
        )
        _say(options, f"{row['campaign_id']}  {row['name']}  {progress}")
    return {"campaigns": rows}


def _show(opened: Application, options: argparse.Namespace) -> Answer:
    campaign = store.get_campaign(opened.database, options.campaign_id)
    detail = campaign_detail(opened, campaign)
    for name, counts in detail["conditions"].items():
        said = ", ".join(f"{t(f'status.{key}', language())} {n}" for key, n in counts.items() if n)
        _say(options, f"{name}: {said or t('campaigns.not_started', language())}")
    return {"campaign": campaign_row(opened, campaign), **detail}


def _create(opened: Application, options: argparse.Namespace) -> Answer:
    candidates = named_conditions(opened.conditions, options.candidates, "candidates")
    baselines = named_conditions(opened.conditions, options.baselines, "baselines")
    rated = None
    if options.rated_seeds is not None:
        rated = _seeds(options.rated_seeds, "rated_seeds")
    plan = Plan(
        name=options.name,
        candidates=[one.name for one in candidates],
        baselines=[one.name for one in baselines],
        suite=options.suite,
        n_prompts=options.prompts,
        seeds=_seeds(options.seeds, "seeds"),
        rated_seeds=rated,
        planned_n_raters=options.raters,
        cap_usd=_money(options.cap_usd),
        inputs=inputs_of_campaign(
            opened, [*candidates, *baselines], options.input, who=options.owner
        ),
    )
    drafted = draft(opened, plan, options.owner, utc_now())
    if options.dry_run:
        reached = asked(opened.configured_backends())
        found = dry_run(opened, drafted.campaign, drafted.conditions, reached)
        say_forecast(found, as_json=options.json)
        return {"dry_run": True, **forecast_told(found)}
    keep(opened, drafted, utc_now(), ask=lambda: asked(opened.configured_backends()))
    campaign = drafted.campaign
    _say(options, t("cli.campaigns.created", language(), campaign_id=campaign.campaign_id))
    return {"campaign": campaign}


def _start(opened: Application, options: argparse.Namespace) -> Answer:
    campaign = store.get_campaign(opened.database, options.campaign_id)
    if options.wait and campaign.paused_at is not None:
        raise InvalidInputError("campaign_paused", field="campaign_id", value=campaign.campaign_id)
    reached = asked(opened.configured_backends())
    n_queued = 0
    if campaign.frozen_at is None:
        found = forecast_of(opened, campaign, reached)
        say_forecast(found, as_json=options.json)
        n_queued = len(begin(opened, found, reached, options.owner, utc_now()))
    if options.wait:
        _make(opened, campaign, reached, options)
    _say(options, t("cli.campaigns.started", language(), n_runs=n_queued))
    shown = _show(opened, options)
    return {"campaign": shown["campaign"], "n_queued": n_queued, "conditions": shown["conditions"]}


def _make(
    opened: Application,
    campaign: Campaign,
    reached: Sequence[Reached],
    options: argparse.Namespace,
) -> None:
    """In this process; an interrupt leaves what is left in the queue."""
    release_unstarted(opened.database, utc_now())
    for one in reached:
        opened.worker.attach(one.backend)

    def told(run: Run) -> None:
        word = t(f"status.{run.status.value}", language())
        name = run.condition_id.split("@")[0]
        say(t("cli.demo.run_ended", language(), condition=name, status=word), as_json=options.json)

    wait_for_all(opened, campaign.campaign_id, each=told)


def _pause(opened: Application, options: argparse.Namespace) -> Answer:
    paused = campaign_control.pause_campaign(
        opened.database, options.campaign_id, options.owner, utc_now()
    )
    _say(options, t("cli.campaigns.paused", language()))
    return {"campaign": paused}


def _resume(opened: Application, options: argparse.Namespace) -> Answer:
    resumed = campaign_control.resume_campaign(
        opened.database, options.campaign_id, options.owner, utc_now()
    )
    _say(options, t("cli.campaigns.resumed", language()))
    return {"campaign": resumed}


def _cancel(opened: Application, options: argparse.Namespace) -> Answer:
    runs = campaign_control.cancel_rest(
        opened.database,
        options.campaign_id,
        options.owner,
        utc_now(),
        cancel=Canceller(opened),
    )
    n_noted = sum(not run.status.is_final for run in runs)
    _say(options, t("cli.campaigns.cancelled", language(), n_runs=len(runs) - n_noted))
    if n_noted:
        _say(options, t("cli.runs.cancel_noted", language(), n_runs=n_noted))
    return {"runs": runs}


def _requeue(opened: Application, options: argparse.Namespace) -> Answer:
    cause = FailureClass(options.failure_class) if options.failure_class else None
    runs = campaign_control.requeue_campaign(
        opened.database, options.campaign_id, options.owner, utc_now(), failure_class=cause
    )
    _say(options, t("cli.campaigns.requeued", language(), n_runs=len(runs)))
    return {"runs": runs}


def _seeds(text: str, field: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise InvalidInputError("seeds_text", field=field, value=text) from None


def _money(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        raise InvalidInputError("cap_usd", field="cap_usd", value=text, limit=MAX_CAP_USD) from None


def _say(options: argparse.Namespace, sentence: str) -> None:
    say(sentence, as_json=options.json)


ACTIONS: Mapping[str, Action] = {
    "list": _list,
    "show": _show,
    "create": _create,
    "start": _start,
    "pause": _pause,
    "resume": _resume,
    "cancel": _cancel,
    "requeue": _requeue,
}
