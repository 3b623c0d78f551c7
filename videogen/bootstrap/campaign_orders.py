"""A campaign as somebody asks for it by names: drafted, kept, begun, and told as JSON."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from videogen import store
from videogen.bootstrap.application import Application
from videogen.bootstrap.campaigns import DryRun, dry_run
from videogen.bootstrap.reach import Reached, is_retired, origin_of
from videogen.domain.campaign import Campaign
from videogen.domain.condition import Condition
from videogen.domain.plain_json import plain
from videogen.domain.prompt import PromptSuite
from videogen.domain.run import Origin, Run
from videogen.errors import BackendUnavailableError, InvalidInputError, VideogenError
from videogen.evidence.plan_problems import ProblemKind
from videogen.runs.lights import takes_runs
from videogen.runs.plan import draft_campaign, start_campaign, store_campaign
from videogen.runs.plan_checks import conditions_named

REFUSED_AS = {
    ProblemKind.RETIRED: "condition_retired",
    ProblemKind.MIXED: "campaign_mixed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """As it is asked for; conditions and the suite by their names."""

    name: str
    candidates: Sequence[str]
    baselines: Sequence[str] = ()
    suite: str = "core"
    n_prompts: int = 30
    seeds: Sequence[int] = (1,)
    rated_seeds: Sequence[int] | None = None  # None: the first
    planned_n_raters: int = 6
    cap_usd: Decimal | None = None
    inputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A checked plan with what it names; stored nowhere."""

    campaign: Campaign
    suite: PromptSuite
    candidates: Sequence[Condition]
    baselines: Sequence[Condition]

    @property
    def conditions(self) -> list[Condition]:
        return [*self.candidates, *self.baselines]


def draft(application: Application, plan: Plan, owner: str, now: datetime) -> Draft:
    """Raises: InvalidInputError: names the field. NotFoundError: no such input."""
    suite = _suite(application, plan.suite)
    candidates = conditions_named(application.conditions, plan.candidates, "candidates")
    baselines = conditions_named(application.conditions, plan.baselines, "baselines")
    campaign = draft_campaign(
        application.database,
        name=plan.name,
        candidates=candidates,
        baselines=baselines,
        suite=suite,
        n_prompts=plan.n_prompts,
        seeds=plan.seeds,
        rated_seeds=plan.seeds[:1] if plan.rated_seeds is None else plan.rated_seeds,
        planned_n_raters=plan.planned_n_raters,
        owner=owner,
        now=now,
        cap_usd=plan.cap_usd,
        inputs=plan.inputs,
    )
    return Draft(campaign=campaign, suite=suite, candidates=candidates, baselines=baselines)


def keep(
    application: Application,
    drafted: Draft,
    now: datetime,
    *,
    ask: Callable[[], Sequence[Reached]],
) -> None:
    """Store it; no run exists before it is started.

    Args: ask: the back ends, which are asked only where it matters what they are.
    Raises: InvalidInputError: a model that its vendor has shut down, and no sandbox to play it.
    """
    _refuse_retired(drafted.candidates, "candidates", now, ask)
    _refuse_retired(drafted.baselines, "baselines", now, ask)
    store_campaign(application.database, drafted.campaign, drafted.suite, drafted.conditions)


def forecast_of(application: Application, campaign: Campaign, reached: Sequence[Reached]) -> DryRun:
    return dry_run(application, campaign, conditions_of(application, campaign), reached)


def begin(
    application: Application,
    found: DryRun,
    reached: Sequence[Reached],
    who: str,
    now: datetime,
) -> list[Run]:
    """Freeze the plan and queue its grid.

    Raises: InvalidInputError, BackendUnavailableError: what stands in the way.
    """
    if found.origin is None:
        raise _refusal(found, reached)
    campaign_id = found.campaign.campaign_id
    return start_campaign(application.database, campaign_id, origin=found.origin, now=now, who=who)


def campaign_row(application: Application, campaign: Campaign) -> dict[str, Any]:
    """The record's own fields, with how far it is beside them."""
    groups = store.campaign_progress(application.database, campaign.campaign_id)
    return {
        **plain(campaign),
        "n_runs": sum(group.n_runs for group in groups),
        "n_ended": sum(group.n_runs for group in groups if group.status.is_final),
    }


def counts_by_condition(application: Application, campaign: Campaign) -> dict[str, dict[str, int]]:
    """Condition name -> status -> runs."""
    conditions = conditions_of(application, campaign)
    counts = {one.condition_id: Counter[str]() for one in conditions}
    for group in store.campaign_progress(application.database, campaign.campaign_id):
        counts[group.condition_id][group.status.value] += group.n_runs
    return {one.name: dict(counts[one.condition_id]) for one in conditions}


def campaign_detail(application: Application, campaign: Campaign) -> dict[str, Any]:
    """What `campaigns show` tells beside the row: runs, failures, money, events."""
    database, campaign_id = application.database, campaign.campaign_id
    return {
        "conditions": counts_by_condition(application, campaign),
        "failures": store.open_failures(database, campaign_id=campaign_id),
        "spend": store.campaign_spend(database, campaign_id),
        "events": store.events_of(database, campaign_id),
    }


def conditions_of(application: Application, campaign: Campaign) -> list[Condition]:
    return [store.get_condition(application.database, one) for one in campaign.condition_ids]


def _refuse_retired(
    conditions: Sequence[Condition],
    field_name: str,
    now: datetime,
    ask: Callable[[], Sequence[Reached]],
) -> None:
    gone = [one for one in conditions if is_retired(one, now)]
    reached = ask() if gone else ()
    names = [one.name for one in gone if origin_of(one, reached) is not Origin.SANDBOX]
    if names:
        raise InvalidInputError("condition_retired", field=field_name, value=", ".join(names))


def _suite(application: Application, name: str) -> PromptSuite:
    for suite in application.suites:
        if name in (suite.name, suite.suite_id):
            return suite
    known = ", ".join(suite.name for suite in application.suites)
    raise InvalidInputError("suite_unknown", field="suite", value=name, known=known)


def _refusal(found: DryRun, reached: Sequence[Reached]) -> VideogenError:
    """Why it cannot start, as the error that fits."""
    problem = found.problems[0]
    names = ", ".join(problem.conditions)
    if problem.kind in REFUSED_AS:
        return InvalidInputError(REFUSED_AS[problem.kind], field="campaign_id", value=names)
    silent = ", ".join(one.status.name for one in reached if not takes_runs(one.status))
    if not silent:
        return InvalidInputError("backend_not_configured", field="comfy_url", value=names)
    return BackendUnavailableError(silent, value=silent)
