"""Asking for runs: one from the Create page, or a campaign's whole grid."""

import dataclasses
import itertools
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from videogen import store
from videogen.domain.campaign import Campaign
from videogen.domain.condition import Condition
from videogen.domain.event import Event
from videogen.domain.prompt import Prompt, PromptSuite, checked_prompt_text
from videogen.domain.run import Origin, Run, RunStatus
from videogen.rating.screening import SCREENING_VERSION
from videogen.runs.inputs import check_campaign_inputs, check_given
from videogen.runs.plan_checks import check_grid, check_seeds, checked_cap, checked_seed
from videogen.store import Database


def plan_run(
    database: Database,
    *,
    condition: Condition,
    prompt_text: str,
    seed: int,
    owner: str,
    origin: Origin,
    now: datetime,
    inputs: Mapping[str, str] | None = None,
    needs: Mapping[str, Any] | None = None,
    strip_id: str | None = None,
) -> Run:
    """One run outside any campaign; it is queued when this returns.

    Args: inputs: slot name -> input_id. needs: what was asked of the router, as JSON.
    Raises: InvalidInputError: names the field. NotFoundError: no such input.
    """
    asked = _Asked(inputs=inputs or {}, needs=needs or {}, strip_id=strip_id)
    (run,) = _plan_alone(
        database,
        condition=condition,
        prompt_text=prompt_text,
        seeds=[seed],
        asked=asked,
        owner=owner,
        origin=origin,
        now=now,
    )
    return run


def plan_strip(
    database: Database,
    *,
    condition: Condition,
    prompt_text: str,
    seeds: Sequence[int],
    owner: str,
    origin: Origin,
    now: datetime,
    inputs: Mapping[str, str] | None = None,
    needs: Mapping[str, Any] | None = None,
) -> list[Run]:
    """Several seeds of one prompt under one strip_id, all queued or none.

    Raises: as `plan_run`.
    """
    check_seeds(seeds)
    asked = _Asked(inputs=inputs or {}, needs=needs or {}, strip_id=str(uuid.uuid4()))
    return _plan_alone(
        database,
        condition=condition,
        prompt_text=prompt_text,
        seeds=seeds,
        asked=asked,
        owner=owner,
        origin=origin,
        now=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a run is made from besides its prompt, and what it was asked for with."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, Any] = field(default_factory=dict)
    strip_id: str | None = None


def _plan_alone(
    database: Database,
    *,
    condition: Condition,
    prompt_text: str,
    seeds: Sequence[int],
    asked: _Asked,
    owner: str,
    origin: Origin,
    now: datetime,
) -> list[Run]:
    check_given(database, condition, asked.inputs)
    prompt = Prompt(prompt_id=str(uuid.uuid4()), text=checked_prompt_text(prompt_text))
    runs = [
        _queued(
            condition_id=condition.condition_id,
            campaign_id=None,
            prompt_id=prompt.prompt_id,
            seed=checked_seed(seed),
            owner=owner,
            origin=origin,
            now=now + timedelta(microseconds=place),  # keeps their order in the queue
            asked=asked,
        )
        for place, seed in enumerate(seeds)
    ]
    store.save(database, prompt, condition, *runs, *(queued_event(run) for run in runs))
    return runs


def draft_campaign(
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
    cap_usd: Decimal | None = None,
    criteria_version: int | None = None,
    inputs: Mapping[str, Mapping[str, str]] | None = None,
) -> Campaign:
    """A checked plan that is stored nowhere: what a forecast and a dry run are made from.

    Args: inputs: slot name -> prompt_id or "*" -> input_id.
    Raises: InvalidInputError: names the field. NotFoundError: no such version of the criteria,
        no such input.
    """
    check_grid(
        name=name,
        candidates=candidates,
        baselines=baselines,
        n_prompts=n_prompts,
        n_prompts_max=len(suite.prompts),
        seeds=seeds,
        rated_seeds=rated_seeds,
        planned_n_raters=planned_n_raters,
    )
    prompt_ids = tuple(prompt.prompt_id for prompt in suite.prompts[:n_prompts])
    check_campaign_inputs(database, [*candidates, *baselines], prompt_ids, inputs or {})
    return Campaign(
        campaign_id=str(uuid.uuid4()),
        name=name.strip(),
        candidates=tuple(condition.condition_id for condition in candidates),
        baselines=tuple(condition.condition_id for condition in baselines),
        suite_id=suite.suite_id,
        prompt_ids=prompt_ids,
        seeds=tuple(seeds),
        rated_seeds=tuple(rated_seeds),
        planned_n_raters=planned_n_raters,
        criteria_version=store.criteria(database, criteria_version).version,
        owner=owner,
        created_at=now,
        cap_usd=checked_cap(cap_usd),
        screening_version=SCREENING_VERSION,
        suite_sha256=suite.content_sha256,
        inputs=inputs or {},
    )


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
    cap_usd: Decimal | None = None,
    criteria_version: int | None = None,
    inputs: Mapping[str, Mapping[str, str]] | None = None,
) -> Campaign:
    """A saved campaign over the suite's first prompts; no run exists before it is started.

    Raises: as `draft_campaign`.
    """
    campaign = draft_campaign(
        database,
        name=name,
        candidates=candidates,
        baselines=baselines,
        suite=suite,
        n_prompts=n_prompts,
        seeds=seeds,
        rated_seeds=rated_seeds,
        planned_n_raters=planned_n_raters,
        owner=owner,
        now=now,
        cap_usd=cap_usd,
        criteria_version=criteria_version,
        inputs=inputs,
    )
    store_campaign(database, campaign, suite, [*candidates, *baselines])
    return campaign


def store_campaign(
    database: Database, campaign: Campaign, suite: PromptSuite, conditions: Sequence[Condition]
) -> None:
    """Keep a draft, with everything that its runs will need."""
    store.save(database, suite, *suite.prompts, *conditions, campaign)


def start_campaign(
    database: Database,
    campaign_id: str,
    *,
    origin: Origin,
    now: datetime,
    who: str | None = None,
) -> list[Run]:
    """Freeze the campaign and queue its grid in one transaction; a second call queues nothing.

    From here on its plan cannot change: the hash and the event hold it as it was registered.
    """
    with database.write():
        campaign = store.get_campaign(database, campaign_id)
        if campaign.frozen_at is not None:
            return []
        frozen = dataclasses.replace(
            campaign, frozen_at=now, preregistration_sha256=campaign.plan_sha256
        )
        conditions = {one: store.get_condition(database, one) for one in frozen.condition_ids}
        runs = list(_grid(frozen, conditions, origin, now))
        store.save(database, frozen, _started_event(frozen, origin, who or campaign.owner, now))
        store.add(database, [*runs, *(queued_event(run) for run in runs)])
    return runs


def queued_event(run: Run) -> Event:
    return Event(
        at=run.queued_at,
        kind="run.queued",
        subject_id=run.run_id,
        data={"owner": run.owner, "requeued_from": run.requeued_from},
    )


def _started_event(campaign: Campaign, origin: Origin, who: str, now: datetime) -> Event:
    return Event(
        at=now,
        kind="campaign.started",
        subject_id=campaign.campaign_id,
        data={
            "who": who,
            "origin": origin.value,
            "name": campaign.name,
            "candidates": list(campaign.candidates),
            "baselines": list(campaign.baselines),
            "suite_id": campaign.suite_id,
            "prompt_ids": list(campaign.prompt_ids),
            "seeds": list(campaign.seeds),
            "rated_seeds": list(campaign.rated_seeds),
            "planned_n_raters": campaign.planned_n_raters,
            "criteria_version": campaign.criteria_version,
            "cap_usd": None if campaign.cap_usd is None else str(campaign.cap_usd),
            "preregistration_sha256": campaign.preregistration_sha256,
            "inputs": {slot: dict(files) for slot, files in campaign.inputs.items()},
        },
    )


def _grid(
    campaign: Campaign, conditions: Mapping[str, Condition], origin: Origin, now: datetime
) -> Iterator[Run]:
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
            asked=_Asked(inputs=campaign.inputs_of(conditions[condition_id], prompt_id)),
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
    asked: _Asked,
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
        inputs=asked.inputs,
        needs=asked.needs,
        strip_id=asked.strip_id,
    )
