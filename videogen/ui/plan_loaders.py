"""What can be made now, for how much, and asking for it."""

import functools
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from videogen.backends.google import ModelProfile, load_profiles
from videogen.domain.campaign import Campaign
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.prompt import PromptSuite
from videogen.domain.run import Origin, Run
from videogen.evidence import Estimate, estimate
from videogen.runs import plan
from videogen.ui import loaders, who

RANDOM_SEEDS = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One condition, whether a back end would take it now, and what it would need."""

    condition: Condition
    origin: Origin | None  # None: nothing would take it
    estimate: Estimate
    is_retired: bool = False  # the vendor's; the sandbox still plays it

    @property
    def reason_key(self) -> str:
        if self.is_retired:
            return "create.reason.retired"
        kind = self.condition.backend
        return f"create.reason.{'no_comfy' if kind is BackendKind.COMFY else 'no_cloud'}"


def choices() -> list[Choice]:
    """Of the default conditions; those that can run first."""
    running = loaders.application()
    found = [_choice(condition, running.origin_for(condition)) for condition in running.conditions]
    return sorted(found, key=lambda choice: choice.origin is None)


def suites() -> tuple[PromptSuite, ...]:
    return loaders.application().suites


def random_seed() -> int:
    return secrets.randbelow(RANDOM_SEEDS)


def make(choice: Choice, prompt_text: str, seed: int) -> Run:
    """Queue one clip. Raises: InvalidInputError: names the field."""
    running = loaders.application()
    run = plan.plan_run(
        running.database,
        condition=choice.condition,
        prompt_text=prompt_text,
        seed=seed,
        owner=who.name(),
        origin=choice.origin or Origin.LIVE,
        now=loaders.now(),
    )
    running.worker.wake()
    return run


def start_campaign(
    *,
    name: str,
    candidates: Sequence[Choice],
    baselines: Sequence[Choice],
    suite: PromptSuite,
    n_prompts: int,
    n_seeds: int,
    n_raters: int,
    origin: Origin,
) -> Campaign:
    """Plan it and queue its grid. Raises: InvalidInputError: names the field."""
    running = loaders.application()
    campaign = plan.plan_campaign(
        running.database,
        name=name,
        candidates=[choice.condition for choice in candidates],
        baselines=[choice.condition for choice in baselines],
        suite=suite,
        n_prompts=n_prompts,
        seeds=range(1, n_seeds + 1),
        rated_seeds=(1,),
        planned_n_raters=n_raters,
        owner=who.name(),
        now=loaders.now(),
    )
    plan.start_campaign(running.database, campaign.campaign_id, origin=origin, now=loaders.now())
    running.worker.wake()
    return campaign


def _choice(condition: Condition, able: Origin | None) -> Choice:
    running = loaders.application()
    is_retired = able is not Origin.SANDBOX and _is_retired(condition.model)
    origin = None if is_retired else able
    wanted = estimate(
        running.database, condition, origin or Origin.LIVE, running.claims, running.prices
    )
    return Choice(condition=condition, origin=origin, estimate=wanted, is_retired=is_retired)


def _is_retired(model: str) -> bool:
    profile = _profiles().get(model)
    if profile is None:
        return False
    ended_on = profile.retired_on or profile.retires_on
    return ended_on is not None and ended_on <= loaders.now().date()


@functools.cache
def _profiles() -> Mapping[str, ModelProfile]:
    return load_profiles()
