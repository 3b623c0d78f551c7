"""What the Campaigns page reads and asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal

import streamlit as st

from videogen import store
from videogen.bootstrap import campaigns as before_start
from videogen.bootstrap.campaigns import DryRun
from videogen.bootstrap.reach import Reached, attached, lanes_of
from videogen.domain.access import Permission
from videogen.domain.campaign import Campaign
from videogen.domain.condition import Condition
from videogen.domain.event import Event, SetupStep
from videogen.domain.generation import BackendLight, MissingParts
from videogen.domain.prompt import PromptSuite
from videogen.domain.run import Origin, RunStatus
from videogen.errors import NotFoundError
from videogen.evidence.answers import poc_plan
from videogen.evidence.answers.poc_plan import PocPlan, PocState
from videogen.evidence.forecast import Forecast
from videogen.runs import campaign_control, plan
from videogen.runs.setup_steps import record_setup_step
from videogen.ui import loaders, who
from videogen.ui.loaders import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the form asks for; nothing of it is checked yet."""

    name: str
    candidates: tuple[Condition, ...]
    baselines: tuple[Condition, ...]
    suite: PromptSuite
    n_prompts: int
    seeds: tuple[int, ...]
    rated_seeds: tuple[int, ...]
    n_raters: int
    cap_usd: Decimal | None
    # slot name -> prompt_id or "*" -> input_id
    inputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return self.candidates + self.baselines


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionProgress:
    condition: Condition
    n_runs: int
    n_succeeded: int
    n_failed: int  # failed, lost or uncertain
    n_cancelled: int
    n_running: int
    n_queued: int
    cost_usd: Decimal | None  # of the runs whose cost is known

    @property
    def n_left(self) -> int:
        return self.n_queued + self.n_running


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignProgress:
    campaign: Campaign
    conditions: tuple[ConditionProgress, ...]
    origin: Origin | None  # None: it has no runs
    spent_usd: Decimal  # of paid calls, settled
    held_usd: Decimal
    left: Forecast | None  # of what is still to be made

    @property
    def n_runs(self) -> int:
        return sum(one.n_runs for one in self.conditions)

    @property
    def n_left(self) -> int:
        return sum(one.n_left for one in self.conditions)

    @property
    def n_failed(self) -> int:
        return sum(one.n_failed for one in self.conditions)


def draft(wish: Wish) -> Campaign:
    """Raises: InvalidInputError: names the field."""
    return plan.draft_campaign(
        loaders.application().database,
        name=wish.name,
        candidates=wish.candidates,
        baselines=wish.baselines,
        suite=wish.suite,
        n_prompts=wish.n_prompts,
        seeds=wish.seeds,
        rated_seeds=wish.rated_seeds,
        planned_n_raters=wish.n_raters,
        owner=who.acting(Permission.PLAN),
        now=loaders.now(),
        cap_usd=wish.cap_usd,
        inputs=wish.inputs,
    )


def dry_run(
    campaign: Campaign,
    conditions: Sequence[Condition],
    missing: Mapping[str, MissingParts] | None = None,
) -> DryRun:
    """With the last lights of the attached back ends; no page waits for a server.

    The same plan is worked out once a commit and minute, however often its page is drawn.
    """
    reached = attached(loaders.application().worker)
    lights = tuple((one.backend.name, one.status.light, one.status.origin) for one in reached)
    asked = (campaign.plan_sha256, campaign.owner, str(campaign.cap_usd), repr(missing))
    minute = loaders.now().replace(second=0, microsecond=0)
    found = _dry_run(
        loaders.snapshot(), minute, asked, lights, campaign, conditions, reached, missing
    )
    return replace(found, campaign=campaign)


def ask_servers(conditions: Sequence[Condition]) -> dict[str, MissingParts]:
    """What each condition lacks; this one does wait for the servers."""
    running = loaders.application()
    return before_start.missing_parts(running, conditions, attached(running.worker))


def keep(campaign: Campaign, wish: Wish) -> None:
    """The plan is stored; nothing runs."""
    who.acting(Permission.PLAN)
    database = loaders.application().database
    plan.store_campaign(database, campaign, wish.suite, wish.conditions)


def start(campaign: Campaign, origin: Origin) -> None:
    """Register the plan and queue its runs."""
    running = loaders.application()
    plan.start_campaign(
        running.database,
        campaign.campaign_id,
        origin=origin,
        now=loaders.now(),
        who=who.acting(Permission.PLAN),
    )
    running.worker.wake()


def find(campaign_id: str) -> Campaign | None:
    try:
        return store.get_campaign(loaders.application().database, campaign_id)
    except NotFoundError:
        return None


def conditions_of(campaign: Campaign) -> list[Condition]:
    known = loaders.conditions()
    return [known[condition_id] for condition_id in campaign.condition_ids]


def progress(campaign_id: str) -> CampaignProgress:
    """Shared by every visitor until a run changes."""
    return _progress(loaders.snapshot(), campaign_id)


def pause(campaign_id: str) -> None:
    campaign_control.pause_campaign(
        loaders.application().database, campaign_id, who.acting(Permission.PLAN), loaders.now()
    )


def resume(campaign_id: str) -> None:
    running = loaders.application()
    campaign_control.resume_campaign(
        running.database, campaign_id, who.acting(Permission.PLAN), loaders.now()
    )
    running.worker.wake()


def cancel_rest(campaign_id: str) -> int:
    running = loaders.application()
    ended = campaign_control.cancel_rest(
        running.database,
        campaign_id,
        who.acting(Permission.PLAN),
        loaders.now(),
        cancel=running.worker.cancel,
    )
    running.worker.wake()
    return len(ended)


def change_cap(campaign_id: str, cap_usd: Decimal | None) -> None:
    """Raises: InvalidInputError."""
    campaign_control.change_cap(
        loaders.application().database,
        campaign_id,
        cap_usd,
        who.acting(Permission.PLAN),
        loaders.now(),
    )


def events(campaign_id: str) -> list[Event]:
    return store.events_of(loaders.application().database, campaign_id)


def takes_runs_of(origin: Origin) -> bool:
    """By the last lights."""
    return bool(lanes_of(attached(loaders.application().worker), origin))


def time_scale() -> float | None:
    """Of the attached sandbox: its seconds are simulated."""
    scales = [status.time_scale for status in loaders.application().worker.statuses()]
    return next((scale for scale in scales if scale), None)


def poc() -> tuple[PocPlan, PocState]:
    return before_start.poc_plan(), before_start.poc_progress(loaders.application())


def tick(key: str, *, is_done: bool) -> None:
    database = loaders.application().database
    known = before_start.poc_plan()
    poc_plan.tick_task(
        database, known, key, who.acting(Permission.PLAN), loaders.now(), is_done=is_done
    )


def set_first_day(on: date) -> None:
    poc_plan.set_first_day(
        loaders.application().database, on, who.acting(Permission.PLAN), loaders.now()
    )


def setup_hours() -> list[store.SetupHours]:
    return store.setup_hours(loaders.application().database)


def setup_steps() -> list[SetupStep]:
    return store.setup_steps(loaders.application().database)


def add_setup_step(
    *,
    condition_name: str,
    what: str,
    person_hours: float,
    machine_hours: float,
    done_on: date,
    done_by: str,
    zone: datetime,
) -> None:
    """`zone` is any moment in the visitor's zone. Raises: InvalidInputError: names the field."""
    signed = who.signature(Permission.PLAN, done_by)
    record_setup_step(
        loaders.application().database,
        condition_name=condition_name,
        known_names={one.name for one in loaders.conditions().values()},
        what=what,
        person_hours=person_hours,
        machine_hours=machine_hours,
        done_on=datetime.combine(done_on, time(), zone.tzinfo),
        who=signed,
        now=loaders.now(),
    )


@st.cache_resource(max_entries=128, show_spinner=False)
def _progress(key: loaders.Snapshot, campaign_id: str) -> CampaignProgress:  # noqa: ARG001 the cache's key
    running = loaders.application()
    campaign = store.get_campaign(running.database, campaign_id)
    groups = store.campaign_progress(running.database, campaign_id)
    conditions = conditions_of(campaign)
    parts = tuple(_of_condition(one, groups) for one in conditions)
    spend = store.campaign_spend(running.database, campaign_id)
    latest = store.find_runs(running.database, campaign_id=campaign_id, limit=1)
    origin = latest[0].origin if latest else None
    return CampaignProgress(
        campaign=campaign,
        conditions=parts,
        origin=origin,
        spent_usd=spend.spent_usd,
        held_usd=spend.held_usd,
        left=_left(campaign, conditions, parts, origin),
    )


def _left(
    campaign: Campaign,
    conditions: Sequence[Condition],
    parts: Sequence[ConditionProgress],
    origin: Origin | None,
) -> Forecast | None:
    n_left = {one.condition.condition_id: one.n_left for one in parts if one.n_left}
    if not n_left or origin is None:
        return None
    running = loaders.application()
    return before_start.campaign_forecast(
        running, campaign, conditions, attached(running.worker), origin, n_left=n_left
    )


def _of_condition(condition: Condition, groups: Sequence[store.RunGroup]) -> ConditionProgress:
    own = [group for group in groups if group.condition_id == condition.condition_id]
    costs = [group.cost_usd for group in own if group.cost_usd is not None]

    def counted(*statuses: RunStatus) -> int:
        return sum(group.n_runs for group in own if group.status in statuses)

    return ConditionProgress(
        condition=condition,
        n_runs=sum(group.n_runs for group in own),
        n_succeeded=counted(RunStatus.SUCCEEDED),
        n_failed=counted(RunStatus.FAILED, RunStatus.LOST, RunStatus.UNCERTAIN),
        n_cancelled=counted(RunStatus.CANCELLED),
        n_running=counted(RunStatus.RUNNING),
        n_queued=counted(RunStatus.QUEUED),
        cost_usd=sum(costs, Decimal(0)) if costs else None,
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _dry_run(
    key: Snapshot,  # noqa: ARG001 the cache's key, like the next three
    minute: datetime,  # noqa: ARG001
    asked: tuple[str, ...],  # noqa: ARG001
    lights: tuple[tuple[str, BackendLight, Origin | None], ...],  # noqa: ARG001
    _campaign: Campaign,
    _conditions: Sequence[Condition],
    _reached: Sequence[Reached],
    _missing: Mapping[str, MissingParts] | None,
) -> DryRun:
    running = loaders.application()
    return before_start.dry_run(running, _campaign, _conditions, _reached, missing=_missing)
