"""What the Compare page reads: one prompt's runs, each with all that is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from videogen import store
from videogen.domain.campaign import Campaign
from videogen.domain.clip import Clip
from videogen.domain.condition import Condition
from videogen.domain.decision import CriterionName
from videogen.domain.money import Price
from videogen.domain.prompt import Prompt
from videogen.domain.run import Attempt, Run, RunStatus
from videogen.ui import decision_loaders, loaders
from videogen.ui.loaders import Snapshot

N_CONDITIONS_MIN, N_CONDITIONS_MAX = 2, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One condition's run of the prompt; None: it has none, or it made no clip."""

    condition: Condition
    run: Run | None
    attempt: Attempt | None  # the last one, which the run ended with
    clip: Clip | None
    price: Price | None

    @property
    def is_failed(self) -> bool:
        return self.run is not None and self.run.status.is_final and self.clip is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What of a campaign can be compared, in its order."""

    campaign: Campaign
    prompts: tuple[Prompt, ...]  # those that were tried
    conditions: tuple[Condition, ...]

    def usual_prompt(self) -> Prompt:
        """The first that most of the conditions made a clip of."""
        made = _clips_by_prompt(loaders.snapshot(), self.campaign.campaign_id)
        return max(self.prompts, key=lambda prompt: made.get(prompt.prompt_id, 0))

    def usual_conditions(self) -> tuple[str, ...]:
        """The candidates and, beside them, the baseline that the panel thinks best of."""
        known = [one.condition_id for one in self.conditions]
        candidates = [one for one in self.campaign.candidates if one in known]
        baselines = [one for one in self.campaign.baselines if one in known]
        best = sorted(baselines, key=self._by_quality)[:1]
        chosen = [*candidates[: N_CONDITIONS_MAX - len(best)], *best]
        rest = [one for one in known if one not in chosen]
        return (*chosen, *rest[: max(0, N_CONDITIONS_MIN - len(chosen))])

    def _by_quality(self, condition_id: str) -> float:
        judged = decision_loaders.judged(self.campaign.campaign_id)
        named = {one.condition_id: name for name, one in judged.found.conditions.items()}
        for one in judged.decision.conditions:
            if one.name == named.get(condition_id):
                return -(one.criteria[CriterionName.QUALITY].estimate or 0.0)
        return 0.0

    def seeds(self, prompt_id: str) -> list[int]:
        """Those that the prompt was tried with."""
        runs = loaders.campaign_runs(self.campaign.campaign_id)
        tried = {run.seed for run in runs if run.prompt_id == prompt_id}
        return sorted(tried)


def campaigns() -> list[Campaign]:
    """Newest first, those with a clip before those without; none that has no run."""
    known = [one for one in loaders.campaigns() if loaders.campaign_runs(one.campaign_id)]
    return sorted(known, key=lambda one: not _has_clips(one.campaign_id))


def choices(campaign: Campaign) -> Choices:
    runs = loaders.campaign_runs(campaign.campaign_id)
    tried = {run.prompt_id for run in runs}
    conditions = loaders.conditions()
    return Choices(
        campaign=campaign,
        prompts=tuple(loaders.prompt(one) for one in campaign.prompt_ids if one in tried),
        conditions=tuple(conditions[one] for one in campaign.condition_ids if one in conditions),
    )


def compared(
    campaign: Campaign, prompt_id: str, seed: int, condition_ids: Sequence[str]
) -> tuple[Compared, ...]:
    key = loaders.snapshot()
    return _compared(key, campaign.campaign_id, prompt_id, seed, tuple(condition_ids))


def _has_clips(campaign_id: str) -> bool:
    return any(run.clip_id for run in loaders.campaign_runs(campaign_id))


@st.cache_resource(max_entries=8, show_spinner=False)
def _clips_by_prompt(key: Snapshot, campaign_id: str) -> dict[str, int]:  # noqa: ARG001 the cache's key
    made: dict[str, set[str]] = {}
    for run in loaders.campaign_runs(campaign_id):
        if run.clip_id:
            made.setdefault(run.prompt_id, set()).add(run.condition_id)
    return {prompt_id: len(conditions) for prompt_id, conditions in made.items()}


@st.cache_resource(max_entries=64, show_spinner=False)
def _compared(
    key: Snapshot,  # noqa: ARG001 the cache's key
    campaign_id: str,
    prompt_id: str,
    seed: int,
    condition_ids: tuple[str, ...],
) -> tuple[Compared, ...]:
    runs = [
        run
        for run in loaders.campaign_runs(campaign_id)
        if run.prompt_id == prompt_id and run.seed == seed
    ]
    conditions = loaders.conditions()
    return tuple(
        _of_condition(conditions[one], [run for run in runs if run.condition_id == one])
        for one in condition_ids
    )


def _of_condition(condition: Condition, runs: Sequence[Run]) -> Compared:
    run = max(runs, key=_worth, default=None)
    if run is None:
        return Compared(condition=condition, run=None, attempt=None, clip=None, price=None)
    database = loaders.application().database
    attempts = store.attempts_of_run(database, run.run_id)
    return Compared(
        condition=condition,
        run=run,
        attempt=attempts[-1] if attempts else None,
        clip=store.clip_of_run(database, run.run_id) if run.clip_id else None,
        price=_price(attempts),
    )


def _worth(run: Run) -> tuple[bool, bool, float]:
    """Of a run and its requeues: the clip as it was asked for, else any clip, else the newest."""
    has_clip = run.status is RunStatus.SUCCEEDED and run.clip_id is not None
    return has_clip and not run.is_degraded, has_clip, run.queued_at.timestamp()


def _price(attempts: Sequence[Attempt]) -> Price | None:
    known = {attempt.price_id for attempt in attempts if attempt.price_id}
    prices = store.prices(loaders.application().database)
    return next((price for price in prices if price.price_id in known), None)
