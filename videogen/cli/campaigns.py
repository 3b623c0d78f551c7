"""`campaigns list, show, create, start, pause, resume, cancel, requeue` from a terminal."""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.campaigns import DryRun, dry_run
from videogen.bootstrap.reach import Reached, asked, is_retired, origin_of
from videogen.cli.actions import Action, Answer, add_actions, run_action
from videogen.cli.answer import language, say, whole
from videogen.cli.campaign_forecast import forecast_answer, say_forecast
from videogen.cli.cancelling import Canceller
from videogen.cli.input_options import inputs_of_campaign
from videogen.cli.office import wait_for_all
from videogen.domain.campaign import Campaign
from videogen.domain.condition import Condition
from videogen.domain.plain_json import plain
from videogen.domain.prompt import PromptSuite
from videogen.domain.run import FailureClass, Origin, Run
from videogen.errors import BackendUnavailableError, InvalidInputError
from videogen.evidence.plan_problems import ProblemKind
from videogen.runs import campaign_control
from videogen.runs.context import utc_now
from videogen.runs.lights import takes_runs
from videogen.runs.plan import draft_campaign, start_campaign, store_campaign
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
    rows = [_row(opened, campaign) for campaign in store.campaigns(opened.database)]
    for row in rows:
        campaign: Campaign = row["campaign"]
        progress = t(
            "campaigns.progress_of", language(), n_done=row["n_ended"], n_runs=row["n_runs"]
        )
        _say(options, f"{campaign.campaign_id}  {campaign.name}  {progress}")
    return {"campaigns": [_flat(row) for row in rows]}


def _show(opened: Application, options: argparse.Namespace) -> Answer:
    campaign = store.get_campaign(opened.database, options.campaign_id)
    answer = _flat(_row(opened, campaign))
    conditions = _conditions(opened, campaign)
    summary = _by_condition(opened, campaign, conditions)
    for name, counts in summary.items():
        said = ", ".join(f"{t(f'status.{key}', language())} {n}" for key, n in counts.items() if n)
        _say(options, f"{name}: {said or t('campaigns.not_started', language())}")
    return {
        "campaign": answer,
        "conditions": summary,
        "failures": store.open_failures(opened.database, campaign_id=campaign.campaign_id),
        "spend": store.campaign_spend(opened.database, campaign.campaign_id),
        "events": store.events_of(opened.database, campaign.campaign_id),
    }


def _create(opened: Application, options: argparse.Namespace) -> Answer:
    suite = _suite(opened, options.suite)
    candidates = named_conditions(opened.conditions, options.candidates, "candidates")
    baselines = named_conditions(opened.conditions, options.baselines, "baselines")
    seeds = _seeds(options.seeds, "seeds")
    rated = seeds[:1] if options.rated_seeds is None else _seeds(options.rated_seeds, "rated_seeds")
    campaign = draft_campaign(
        opened.database,
        name=options.name,
        candidates=candidates,
        baselines=baselines,
        suite=suite,
        n_prompts=options.prompts,
        seeds=seeds,
        rated_seeds=rated,
        planned_n_raters=options.raters,
        owner=options.owner,
        now=utc_now(),
        cap_usd=_money(options.cap_usd),
        inputs=inputs_of_campaign(
            opened, [*candidates, *baselines], options.input, who=options.owner
        ),
    )
    if options.dry_run:
        found = dry_run(
            opened, campaign, [*candidates, *baselines], asked(opened.configured_backends())
        )
        say_forecast(found, as_json=options.json)
        return {"dry_run": True, **forecast_answer(found)}
    _refuse_retired(opened, candidates, "candidates")
    _refuse_retired(opened, baselines, "baselines")
    store_campaign(opened.database, campaign, suite, [*candidates, *baselines])
    _say(options, t("cli.campaigns.created", language(), campaign_id=campaign.campaign_id))
    return {"campaign": campaign}


def _refuse_retired(opened: Application, conditions: Sequence[Condition], field: str) -> None:
    """What its vendor has shut down is planned only where a sandbox would play it."""
    gone = [one for one in conditions if is_retired(one, utc_now())]
    if not gone:
        return
    reached = asked(opened.configured_backends())
    names = [one.name for one in gone if origin_of(one, reached) is not Origin.SANDBOX]
    if names:
        raise InvalidInputError("condition_retired", field=field, value=", ".join(names))


def _start(opened: Application, options: argparse.Namespace) -> Answer:
    campaign = store.get_campaign(opened.database, options.campaign_id)
    if options.wait and campaign.paused_at is not None:
        raise InvalidInputError("campaign_paused", field="campaign_id", value=campaign.campaign_id)
    reached = asked(opened.configured_backends())
    n_queued = 0
    if campaign.frozen_at is None:
        n_queued = _begin(opened, campaign, reached, options)
    if options.wait:
        _make(opened, campaign, reached, options)
    _say(options, t("cli.campaigns.started", language(), n_runs=n_queued))
    shown = _show(opened, options)
    return {"campaign": shown["campaign"], "n_queued": n_queued, "conditions": shown["conditions"]}


def _begin(
    opened: Application,
    campaign: Campaign,
    reached: Sequence[Reached],
    options: argparse.Namespace,
) -> int:
    found = dry_run(opened, campaign, _conditions(opened, campaign), reached)
    say_forecast(found, as_json=options.json)
    if found.origin is None:
        raise _refusal(found, reached)
    return len(
        start_campaign(
            opened.database,
            campaign.campaign_id,
            origin=found.origin,
            now=utc_now(),
            who=options.owner,
        )
    )


def _refusal(found: DryRun, reached: Sequence[Reached]) -> Exception:
    """Why it cannot start, as the exit code that fits."""
    problem = found.problems[0]
    names = ", ".join(problem.conditions)
    if problem.kind is ProblemKind.RETIRED:
        return InvalidInputError("condition_retired", field="campaign_id", value=names)
    if problem.kind is ProblemKind.MIXED:
        return InvalidInputError("campaign_mixed", field="campaign_id", value=names)
    silent = ", ".join(one.status.name for one in reached if not takes_runs(one.status))
    if not silent:
        return InvalidInputError("backend_not_configured", field="comfy_url", value=names)
    return BackendUnavailableError(silent, value=silent)


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


def _row(opened: Application, campaign: Campaign) -> Answer:
    groups = store.campaign_progress(opened.database, campaign.campaign_id)
    return {
        "campaign": campaign,
        "n_runs": sum(group.n_runs for group in groups),
        "n_ended": sum(group.n_runs for group in groups if group.status.is_final),
    }


def _flat(row: Mapping[str, Any]) -> Answer:
    """The record's own fields, with how far it is beside them."""
    return {**plain(row["campaign"]), "n_runs": row["n_runs"], "n_ended": row["n_ended"]}


def _by_condition(
    opened: Application, campaign: Campaign, conditions: Sequence[Condition]
) -> dict[str, dict[str, int]]:
    counts = {one.condition_id: Counter[str]() for one in conditions}
    for group in store.campaign_progress(opened.database, campaign.campaign_id):
        counts[group.condition_id][group.status.value] += group.n_runs
    return {one.name: dict(counts[one.condition_id]) for one in conditions}


def _conditions(opened: Application, campaign: Campaign) -> list[Condition]:
    return [store.get_condition(opened.database, one) for one in campaign.condition_ids]


def _suite(opened: Application, name: str) -> PromptSuite:
    for suite in opened.suites:
        if name in (suite.name, suite.suite_id):
            return suite
    known = ", ".join(suite.name for suite in opened.suites)
    raise InvalidInputError("suite_unknown", field="suite", value=name, known=known)


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
