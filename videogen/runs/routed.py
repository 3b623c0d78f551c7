"""A routed condition's runs: sent to what the rules choose, and on when that is gone."""

import dataclasses
import uuid
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from videogen import store
from videogen.domain.condition import BackendKind, Condition, Location, Purpose
from videogen.domain.event import Event
from videogen.domain.prompt import Prompt
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.pricing import worst_case_cost
from videogen.routing import (
    RouteOption,
    Routing,
    RoutingRules,
    request_for_prompt,
    route,
)
from videogen.runs.context import Router, RunContext

N_AT_ONCE = 50  # a campaign's runs are sent on their way in pieces, so that nobody waits for it
# Why a condition cannot be asked now, a key of texts; None: it can.
WhyNot = Callable[[Condition, Origin | None], str | None]


def send_waiting(context: RunContext, why_not: WhyNot, *, only_run_id: str | None = None) -> None:
    """Route what waits without a destination, and anew what waits for one that is gone.

    A run that nothing can make now stays as it is: it is asked again while it waits. A command,
    which knows too few back ends to route for others, names its own run.
    """
    destinations = store.routed_destinations(context.database) if context.router else set()
    if not destinations:
        return
    conditions = {c.condition_id: c for c in store.conditions(context.database)}
    for place in destinations:
        here = conditions.get(place or "")
        waiting = store.routed_runs(
            context.database, place, limit=N_AT_ONCE, only_run_id=only_run_id
        )
        for run in waiting:
            if place is None and (other := _other_rules(context, conditions[run.condition_id])):
                _refuse(context, run, other)
            elif place is None:
                _keep(context, run, choose(context, run, why_not))
            elif here is not None and why_not(here, run.origin) is None:
                break  # its back end is there, for all that wait for it
            else:
                _keep(context, run, _elsewhere(run, conditions, why_not))


def _other_rules(context: RunContext, hybrid: Condition) -> str | None:
    """What a condition of other rules than the loaded ones is told; None: it is of these.

    Other rules make another condition, so its runs must not be sent by these and judged with those.
    """
    wanted = hybrid.settings.get("rules_version")
    if context.router is None or wanted in (None, context.router.rules.version):
        return None
    return f"routing rules: {wanted} asked for, {context.router.rules.version} loaded"


def _refuse(context: RunContext, read: Run, detail: str) -> None:
    now = context.now()
    with context.database.write():
        stored = store.get_run(context.database, read.run_id)
        if stored.status is not RunStatus.QUEUED:
            return
        failed = dataclasses.replace(
            stored,
            status=RunStatus.FAILED,
            failure_class=FailureClass.INVALID_INPUT,
            failure_detail=detail,
            ended_at=now,
            cost_usd=Decimal(0),
        )
        event = Event(
            event_id=str(uuid.uuid4()),
            at=now,
            kind="run.failed",
            subject_id=stored.run_id,
            data={"failure_class": FailureClass.INVALID_INPUT.value},
        )
        store.save(context.database, failed, event)


def choose(context: RunContext, run: Run, why_not: WhyNot) -> Run | None:
    """The run with where it goes, why, and who is next; None when nothing can make it now."""
    router = context.router
    if router is None:
        return None
    hybrid = store.get_condition(context.database, run.condition_id)
    prompt = store.get_prompt(context.database, run.prompt_id)
    found = routing_of(context, hybrid, prompt, router=router, origin=run.origin, why_not=why_not)
    if found.chosen is None:
        return None
    ids = {one.name: one.condition_id for one in members(router.conditions, hybrid)}
    chain = [ids[name] for name in _chain(found, ids, router.rules.last)]
    told = {
        "rules_version": found.rules_version,
        "reason": found.reason.key,
        "facts": dict(found.reason.facts),
        "chain": chain,
        "tried": [],
    }
    return dataclasses.replace(run, routed_to=ids[found.chosen], route=told)


def routing_of(
    context: RunContext,
    hybrid: Condition,
    prompt: Prompt,
    *,
    router: Router,
    origin: Origin | None,
    why_not: WhyNot,
) -> Routing:
    """What the rules say as things stand now."""
    options = [
        _option(context, member, why_not(member, origin), router.rules)
        for member in members(router.conditions, hybrid)
    ]
    return route(request_for_prompt(prompt), options, router.rules)


def _option(
    context: RunContext, member: Condition, why_not: str | None, rules: RoutingRules
) -> RouteOption:
    on = context.now().date()
    is_cloud = member.location is Location.CLOUD
    quality = rules.quality_claimed.get(member.name)
    return RouteOption(
        name=member.name,
        purposes=frozenset({Purpose.T2V}),
        height_px=member.height_px,
        duration_s=member.clip_duration_s,
        location=member.location,
        cost_usd=worst_case_cost(member, context.prices, on=on) if is_cloud else None,
        wall_time_s=None,
        quality=quality,
        is_available=why_not is None,
        why_not=why_not,
        is_quality_claimed=quality is not None,
    )


def members(conditions: Sequence[Condition], hybrid: Condition) -> list[Condition]:
    """What a routed condition may send its runs to."""
    named = hybrid.settings.get("members")
    return [
        condition
        for condition in conditions
        if condition.backend is not BackendKind.ROUTED
        and (named is None or condition.name in named)
    ]


def _chain(found: Routing, ids: Mapping[str, str], last: str) -> list[str]:
    """The fallbacks, then what is away now and may be back when it is needed; `last` last."""
    away = [
        each.name
        for each in found.rejected
        if each.reason.key == "routing.rejected.unavailable" and each.name in ids
    ]
    chain = [*found.fallbacks, *away]
    return sorted(chain, key=lambda name: name == last)


def _elsewhere(run: Run, conditions: Mapping[str, Condition], why_not: WhyNot) -> Run | None:
    """The next of its chain that can be asked now."""
    chain: list[str] = list(run.route.get("chain", ()))
    for condition_id in chain:
        there = conditions.get(condition_id)
        if there is not None and why_not(there, run.origin) is None:
            chain.remove(condition_id)
            rest = [run.making_condition_id, *chain]  # it may be back when it is needed
            return dataclasses.replace(
                run, routed_to=condition_id, route={**run.route, "chain": rest}
            )
    return None


def _keep(context: RunContext, read: Run, sent: Run | None) -> None:
    """Unless it was cancelled, claimed or sent meanwhile."""
    if sent is None:
        return
    changes: dict[str, Any] = {"routed_to": sent.routed_to, "route": sent.route}
    with context.database.write():
        stored = store.get_run(context.database, read.run_id)
        if stored.status is RunStatus.QUEUED and stored.routed_to == read.routed_to:
            store.save(context.database, dataclasses.replace(stored, **changes))
