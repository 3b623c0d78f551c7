"""What can be made now, for how much, and asking for it."""

import secrets
from dataclasses import dataclass

from videogen.backends.google import RetirementWarning
from videogen.bootstrap.application import SHIPPED_DATA
from videogen.bootstrap.reach import attached, retirement_warning
from videogen.bootstrap.reach import is_retired as is_shut_down
from videogen.bootstrap.suites import AddedSuite
from videogen.bootstrap.suites import add_suite as keep_suite
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.prompt import Prompt, PromptSuite
from videogen.domain.run import Origin, Run
from videogen.domain.server import BackendHold
from videogen.evidence import Estimate, estimate
from videogen.routing import Routing
from videogen.runs import plan
from videogen.runs.lights import takes_runs
from videogen.runs.routed import members
from videogen.ui import loaders, who

RANDOM_SEEDS = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One condition, whether a back end would take it now, and what it would need."""

    condition: Condition
    origin: Origin | None  # None: nothing would take it
    estimate: Estimate
    is_retired: bool = False  # the vendor's; the sandbox still plays it
    hold: BackendHold | None = None  # of each back end that would take it: its run would wait

    @property
    def reason_key(self) -> str:
        if self.is_retired:
            return "create.reason.retired"
        kind = self.condition.backend
        if kind is BackendKind.ROUTED:
            return "create.reason.nothing_up"
        return f"create.reason.{'no_comfy' if kind is BackendKind.COMFY else 'no_cloud'}"


def choices() -> list[Choice]:
    """Of the default conditions; those that can run first."""
    running = loaders.application()
    found = [_choice(condition, running.origin_for(condition)) for condition in running.conditions]
    return sorted(found, key=lambda choice: choice.origin is None)


def automatic(choices: list[Choice]) -> Choice | None:
    """The routed one, where it can run."""
    able = (one for one in choices if one.origin is not None and is_routed(one.condition))
    return next(able, None)


def choice_named(name: str) -> Choice | None:
    running = loaders.application()
    condition = running.condition(name)
    return None if condition is None else _choice(condition, running.origin_for(condition))


def route_now(choice: Choice, prompt_text: str) -> Routing | None:
    """Where a routed choice would send this prompt as things stand."""
    prompt = Prompt(prompt_id="", text=prompt_text)
    return loaders.application().worker.preview_route(choice.condition, prompt, choice.origin)


def retirement(choice: Choice) -> RetirementWarning | None:
    """When a real vendor may shut the model down; the sandbox plays it for ever."""
    if choice.origin is Origin.SANDBOX:
        return None
    return retirement_warning(choice.condition, loaders.now())


def is_routed(condition: Condition) -> bool:
    return condition.backend is BackendKind.ROUTED


def suites() -> tuple[PromptSuite, ...]:
    return loaders.application().suites


def add_suite(content: bytes, file_name: str, *, is_replacing: bool = False) -> AddedSuite:
    """Raises: InvalidInputError: names the file, the field and row."""
    return keep_suite(
        loaders.application(), content, file_name, who=who.name(), is_replacing=is_replacing
    )


def suite_example() -> bytes:
    """A file to begin with."""
    return (SHIPPED_DATA / "suite_example.toml").read_bytes()


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


def _choice(condition: Condition, able: Origin | None) -> Choice:
    running = loaders.application()
    is_live = able is not Origin.SANDBOX
    is_retired = is_live and is_shut_down(condition, loaders.now())
    origin = None if is_retired else able
    wanted = estimate(
        running.database,
        condition,
        origin or Origin.LIVE,
        running.claims,
        running.prices,
        members=members(running.conditions, condition) if is_routed(condition) else (),
    )
    return Choice(
        condition=condition,
        origin=origin,
        estimate=wanted,
        is_retired=is_retired,
        hold=_hold(condition, origin),
    )


def _hold(condition: Condition, origin: Origin | None) -> BackendHold | None:
    """None while a back end is free to take it."""
    able = [
        one.status.name
        for one in attached(loaders.application().worker)
        if one.backend.kind is condition.backend
        and one.status.origin is origin
        and takes_runs(one.status)
    ]
    holds = loaders.holds()
    if not able or any(name not in holds for name in able):
        return None
    return holds[able[0]]
