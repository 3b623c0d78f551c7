"""`campaigns list, show, create, start, pause, resume, cancel, requeue` from a terminal."""

import argparse
from collections.abc import Mapping, Sequence

from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.campaign_orders import (
    Plan,
    begin,
    campaign_detail,
    campaign_row,
    counts_by_condition,
    draft,
    forecast_of,
    keep,
)
from videogen.bootstrap.campaigns import dry_run
from videogen.bootstrap.reach import Reached, asked
from videogen.cli.actions import Action, Answer, add_actions, run_action
from videogen.cli.answer import language, say
from videogen.cli.campaign_forecast import forecast_told, say_forecast
from videogen.cli.campaign_options import add_plan, plan_of
from videogen.cli.cancelling import Canceller
from videogen.cli.input_options import inputs_of_campaign
from videogen.cli.office import wait_for_all, why_paid_waits
from videogen.cli.told_campaigns import (
    THROUGH_APP,
    tell_cancelled,
    tell_changed,
    tell_created,
    tell_detail,
    tell_dry_run,
    tell_list,
    tell_started,
)
from videogen.domain.campaign import Campaign
from videogen.domain.plain_json import plain
from videogen.domain.run import FailureClass, Origin, Run
from videogen.errors import InvalidInputError
from videogen.runs import campaign_control
from videogen.runs.context import utc_now
from videogen.runs.plan_checks import conditions_named
from videogen.runs.queue import release_unstarted
from videogen.texts import t

OWNER = "cli"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    for name, one in add_actions(parser, "campaigns", ACTIONS):
        if name == "create":
            add_plan(one)
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


def run(options: argparse.Namespace) -> int:
    return run_action(ACTIONS, options, THROUGH_APP)


def _list(opened: Application, options: argparse.Namespace) -> Answer:
    rows = [campaign_row(opened, campaign) for campaign in store.campaigns(opened.database)]
    return tell_list(rows, options)


def _show(opened: Application, options: argparse.Namespace) -> Answer:
    campaign = store.get_campaign(opened.database, options.campaign_id)
    detail = plain(campaign_detail(opened, campaign))
    return tell_detail(campaign_row(opened, campaign), detail, options)


def _create(opened: Application, options: argparse.Namespace) -> Answer:
    wanted = plan_of(options)
    conditions = [
        condition
        for field in ("candidates", "baselines")
        for condition in conditions_named(opened.conditions, wanted[field], field)
    ]
    inputs = inputs_of_campaign(opened, conditions, options.input, who=options.owner)
    drafted = draft(opened, Plan(**wanted, inputs=inputs), options.owner, utc_now())
    if options.dry_run:
        reached = asked(opened.configured_backends())
        found = dry_run(opened, drafted.campaign, drafted.conditions, reached)
        return tell_dry_run(forecast_told(found), options)
    keep(opened, drafted, utc_now(), ask=lambda: asked(opened.configured_backends()))
    return tell_created(plain(drafted.campaign), options)


def _start(opened: Application, options: argparse.Namespace) -> Answer:
    campaign = store.get_campaign(opened.database, options.campaign_id)
    if options.wait and campaign.paused_at is not None:
        raise InvalidInputError("campaign_paused", field="campaign_id", value=campaign.campaign_id)
    reached = asked(opened.configured_backends())
    n_queued = 0
    if campaign.frozen_at is None:
        found = forecast_of(opened, campaign, reached)
        say_forecast(forecast_told(found), as_json=options.json)
        n_queued = len(begin(opened, found, reached, options.owner, utc_now()))
    if options.wait:
        _make(opened, campaign, reached, options)
    row = campaign_row(opened, store.get_campaign(opened.database, campaign.campaign_id))
    return tell_started(row, counts_by_condition(opened, campaign), n_queued, options)


def _make(
    opened: Application,
    campaign: Campaign,
    reached: Sequence[Reached],
    options: argparse.Namespace,
) -> None:
    """In this process; an interrupt leaves what is left in the queue."""
    release_unstarted(opened.database, utc_now())
    stop = store.paid_calls_stop(opened.database)
    for one in reached:
        opened.worker.attach(one.backend)
        if stop is not None and one.backend.is_paid and one.status.origin is Origin.LIVE:
            say(f"{one.backend.name}: {why_paid_waits(stop.who, stop.why)}", as_json=options.json)

    def told(run: Run) -> None:
        word = t(f"status.{run.status.value}", language())
        name = run.condition_id.split("@")[0]
        say(t("cli.demo.run_ended", language(), condition=name, status=word), as_json=options.json)

    wait_for_all(opened, campaign.campaign_id, each=told)


def _pause(opened: Application, options: argparse.Namespace) -> Answer:
    paused = campaign_control.pause_campaign(
        opened.database, options.campaign_id, options.owner, utc_now()
    )
    return tell_changed(plain(paused), options)


def _resume(opened: Application, options: argparse.Namespace) -> Answer:
    resumed = campaign_control.resume_campaign(
        opened.database, options.campaign_id, options.owner, utc_now()
    )
    return tell_changed(plain(resumed), options)


def _cancel(opened: Application, options: argparse.Namespace) -> Answer:
    runs = campaign_control.cancel_rest(
        opened.database,
        options.campaign_id,
        options.owner,
        utc_now(),
        cancel=Canceller(opened),
    )
    return tell_cancelled(plain(runs), options)


def _requeue(opened: Application, options: argparse.Namespace) -> Answer:
    cause = FailureClass(options.failure_class) if options.failure_class else None
    runs = campaign_control.requeue_campaign(
        opened.database, options.campaign_id, options.owner, utc_now(), failure_class=cause
    )
    said = t("cli.campaigns.requeued", language(), n_runs=len(runs))
    say(said, as_json=options.json)
    return {"runs": runs}


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
