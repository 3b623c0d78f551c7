"""What can be made now, for how much, and asking for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import streamlit as st

from videogen.backends.google import RetirementWarning
from videogen.bootstrap.application import SHIPPED_DATA
from videogen.bootstrap.reach import attached, lanes_of, retirement_warning
from videogen.bootstrap.reach import is_retired as is_shut_down
from videogen.bootstrap.suites import AddedSuite
from videogen.bootstrap.suites import add_suite as keep_suite
from videogen.domain.access import Permission
from videogen.domain.condition import BackendKind, Condition, Purpose
from videogen.domain.prompt import PromptSuite
from videogen.domain.run import Origin, Run
from videogen.domain.server import BackendHold
from videogen.evidence import Estimate, estimate
from videogen.routing import RouteRequest, Routing, request_as_json
from videogen.runs import plan
from videogen.runs.lights import takes_runs
from videogen.runs.routed import members
from videogen.ui import loaders, who
from videogen.ui.loaders import Snapshot

NOT_THERE = {BackendKind.COMFY: "no_comfy", BackendKind.REPLICATE: "no_replicate"}


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
        return f"create.reason.{NOT_THERE.get(kind, 'no_cloud')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One press of the button: a prompt, what makes it, and one clip for each seed."""

    choice: Choice
    prompt_text: str
    seeds: Sequence[int]
    inputs: Mapping[str, str] = field(default_factory=dict)  # slot name -> input_id
    request: RouteRequest | None = None  # what the rules were asked, where they choose


def choices() -> list[Choice]:
    """Of the conditions that there are; those that can run first."""
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


def condition_named(asked: str) -> Condition | None:
    """By its id, or by its bare name as people write it into an address."""
    for condition in loaders.application().conditions:
        if asked in (condition.condition_id, condition.name):
            return condition
    return None


def has_image_maker() -> bool:
    """Something makes clips from an image: a clip can be continued."""
    return any(one.purpose is Purpose.I2V for one in loaders.application().conditions)


def route_now(choice: Choice, request: RouteRequest) -> Routing | None:
    """Where a routed choice would send this request as things stand."""
    worker = loaders.application().worker
    return worker.preview_route(choice.condition, request, choice.origin, owner=who.name())


def n_at_once(choice: Choice) -> int:
    """How many of its clips are made side by side."""
    if choice.origin is None:
        return 1
    lanes = lanes_of(attached(loaders.application().worker), choice.origin)
    found = lanes.get(choice.condition.backend)
    return found.n_lanes if found else 1


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
        loaders.application(),
        content,
        file_name,
        who=who.acting(Permission.PLAN),
        is_replacing=is_replacing,
    )


def suite_example() -> bytes:
    """A file to begin with."""
    return (SHIPPED_DATA / "suite_example.toml").read_bytes()


def make(order: Order) -> list[Run]:
    """Queue its clips; several are a strip. Raises: InvalidInputError: names the field."""
    running = loaders.application()
    asked: dict[str, Any] = {
        "condition": order.choice.condition,
        "prompt_text": order.prompt_text,
        "owner": who.acting(Permission.GENERATE),
        "origin": order.choice.origin or Origin.LIVE,
        "now": loaders.now(),
        "inputs": order.inputs,
        "needs": {} if order.request is None else request_as_json(order.request),
    }
    if len(order.seeds) == 1:
        runs = [plan.plan_run(running.database, seed=order.seeds[0], **asked)]
    else:
        runs = plan.plan_strip(running.database, seeds=order.seeds, **asked)
    running.worker.wake()
    return runs


def _choice(condition: Condition, able: Origin | None) -> Choice:
    is_live = able is not Origin.SANDBOX
    is_retired = is_live and is_shut_down(condition, loaders.now())
    origin = None if is_retired else able
    wanted = _estimate(
        loaders.snapshot(), loaders.now().date(), condition.condition_id, origin or Origin.LIVE
    )
    return Choice(
        condition=condition,
        origin=origin,
        estimate=wanted,
        is_retired=is_retired,
        hold=_hold(condition, origin),
    )


# Prices are dated, so a day is part of the key.
@st.cache_resource(max_entries=256, show_spinner=False)
def _estimate(
    key: Snapshot,  # noqa: ARG001 the cache's key
    on: date,  # noqa: ARG001 the cache's key
    condition_id: str,
    origin: Origin,
) -> Estimate:
    running = loaders.application()
    condition = loaders.conditions()[condition_id]
    return estimate(
        running.database,
        condition,
        origin,
        running.claims,
        running.prices,
        members=members(running.conditions, condition) if is_routed(condition) else (),
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
