"""Asking for runs: one from the Create page, or a campaign's whole grid."""

import dataclasses
import itertools
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from videogen import store
from videogen.domain.campaign import Campaign
from videogen.domain.condition import Condition
from videogen.domain.event import Event
from videogen.domain.prompt import Prompt, PromptSuite, checked_prompt_text
from videogen.domain.run import Origin, Run, RunStatus
from videogen.errors import InvalidInputError
from videogen.store import Database

MAX_SEED = 2**32 - 1  # Veo takes uint32, ComfyUI more
MAX_RUNS_PER_CAMPAIGN = 10_000


def plan_run(
    database: Database,
    *,
    condition: Condition,
    prompt_text: str,
    seed: int,
    owner: str,
    origin: Origin,
    now: datetime,
) -> Run:
    """One run outside any campaign; it is queued when this returns."""
    prompt = Prompt(prompt_id=str(uuid.uuid4()), text=checked_prompt_text(prompt_text))
    run = _queued(
        condition_id=condition.condition_id,
        campaign_id=None,
        prompt_id=prompt.prompt_id,
        seed=checked_seed(seed),
        owner=owner,
        origin=origin,
        now=now,
    )
    store.save(database, prompt, condition, run, queued_event(run))
    return run


def plan_campaign(
    database: Database,
    *,
    name: str,
    candidates: Sequence[Condition],
    baselines: Sequence[Condition],
    suite: PromptSuite,
    n_prompts: int,
    seeds: Sequence[int],
    rated_seeds: Sequence[int],
    planned_n_raters: int,
    owner: str,
    now: datetime,
) -> Campaign:
    """A saved campaign over the suite's first prompts; no run exists before it is started."""
    _check_grid(
        name=name,
        conditions=[*candidates, *baselines],
        n_candidates=len(candidates),
        suite=suite,
        n_prompts=n_prompts,
        seeds=seeds,
        planned_n_raters=planned_n_raters,
    )
    campaign = Campaign(
        campaign_id=str(uuid.uuid4()),
        name=name.strip(),
        candidates=tuple(condition.condition_id for condition in candidates),
        baselines=tuple(condition.condition_id for condition in baselines),
        suite_id=suite.suite_id,
        prompt_ids=tuple(prompt.prompt_id for prompt in suite.prompts[:n_prompts]),
        seeds=tuple(checked_seed(seed) for seed in seeds),
        rated_seeds=tuple(rated_seeds),
        planned_n_raters=planned_n_raters,
        criteria_version=store.criteria(database).version,
        owner=owner,
        created_at=now,
    )
    store.save(database, suite, *suite.prompts, *candidates, *baselines, campaign)
    return campaign


def start_campaign(
    database: Database, campaign_id: str, *, origin: Origin, now: datetime
) -> list[Run]:
    """Freeze the campaign and queue its grid in one transaction; a second call queues nothing."""
    with database.write():
        campaign = store.get_campaign(database, campaign_id)
        if campaign.frozen_at is not None:
            return []
        runs = list(_grid(campaign, origin, now))
        store.save(database, dataclasses.replace(campaign, frozen_at=now))
        store.add(database, [*runs, *(queued_event(run) for run in runs)])
    return runs


def checked_seed(seed: int) -> int:
    if not 0 <= seed <= MAX_SEED:
        raise InvalidInputError("seed_out_of_range", field="seed", value=seed, limit=MAX_SEED)
    return seed


def queued_event(run: Run) -> Event:
    return Event(
        event_id=str(uuid.uuid4()),
        at=run.queued_at,
        kind="run.queued",
        subject_id=run.run_id,
        data={"owner": run.owner, "requeued_from": run.requeued_from},
    )


def _grid(campaign: Campaign, origin: Origin, now: datetime) -> Iterator[Run]:
    # Condition by condition, so that a server loads each model once a seed; the microsecond
    # keeps that order in the queue.
    grid = itertools.product(campaign.seeds, campaign.condition_ids, campaign.prompt_ids)
    for place, (seed, condition_id, prompt_id) in enumerate(grid):
        yield _queued(
            condition_id=condition_id,
            campaign_id=campaign.campaign_id,
            prompt_id=prompt_id,
            seed=seed,
            owner=campaign.owner,
            origin=origin,
            now=now + timedelta(microseconds=place),
        )


def _queued(
    *,
    condition_id: str,
    campaign_id: str | None,
    prompt_id: str,
    seed: int,
    owner: str,
    origin: Origin,
    now: datetime,
) -> Run:
    return Run(
        run_id=str(uuid.uuid4()),
        campaign_id=campaign_id,
        condition_id=condition_id,
        prompt_id=prompt_id,
        seed=seed,
        status=RunStatus.QUEUED,
        owner=owner,
        queued_at=now,
        origin=origin,
    )


def _check_grid(
    *,
    name: str,
    conditions: Sequence[Condition],
    n_candidates: int,
    suite: PromptSuite,
    n_prompts: int,
    seeds: Sequence[int],
    planned_n_raters: int,
) -> None:
    if not name.strip():
        raise InvalidInputError("campaign_name_empty", field="name", value=name)
    if not n_candidates:
        raise InvalidInputError("no_candidates", field="candidates", value="")
    if planned_n_raters < 1:
        raise InvalidInputError("n_raters", field="planned_n_raters", value=planned_n_raters)
    limit = len(suite.prompts)
    if not 1 <= n_prompts <= limit:
        raise InvalidInputError("n_prompts", field="n_prompts", value=n_prompts, limit=limit)
    _check_conditions_and_seeds(conditions, seeds)
    n_runs = len(conditions) * n_prompts * len(seeds)
    if n_runs > MAX_RUNS_PER_CAMPAIGN:
        raise InvalidInputError(
            "too_many_runs", field="n_prompts", value=n_runs, limit=MAX_RUNS_PER_CAMPAIGN
        )


def _check_conditions_and_seeds(conditions: Sequence[Condition], seeds: Sequence[int]) -> None:
    names = [condition.name for condition in conditions]
    for name in names:
        if names.count(name) > 1:
            raise InvalidInputError("condition_twice", field="baselines", value=name)
    if not seeds:
        raise InvalidInputError("no_seeds", field="seeds", value="")
    if len(set(seeds)) != len(seeds):
        raise InvalidInputError("seed_twice", field="seeds", value=list(seeds))
