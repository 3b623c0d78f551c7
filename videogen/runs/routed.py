"""A routed condition's runs: sent to what the rules choose, and on when that is gone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from videogen import store
from videogen.domain.condition import BackendKind, Condition, Purpose
from videogen.domain.event import Event
from videogen.domain.prompt import Prompt
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.errors import InvalidInputError
from videogen.routing import (
    Ranked,
    Rejection,
    RouteOption,
    RouteRequest,
    Routing,
    RoutingRules,
    motion_of,
    request_for_prompt,
    request_from_json,
    route,
    would_serve,
)
from videogen.runs.context import Router, RunContext, WhyNot

N_AT_ONCE = 50  # a campaign's runs are sent on their way in pieces, so that nobody waits for it
NOT_FOR_IT = "routing.rejected.purpose"
HAS_ENDED = "routing.why.retired"
LACKS_PARTS = "routing.why.missing_parts"


def send_waiting(context: RunContext, why_not: WhyNot, *, only_run_id: str | None = None) -> None:
    """Route what waits without a destination, and anew what waits for one that is gone.

    A run that nothing can make now stays as it is and says why: it is asked again while it waits.
    A command, which knows too few back ends to route for others, names its own run.
    """
    router = context.router
    destinations = store.routed_destinations(context.database) if router else set()
    if router is None or not destinations:
        return
    conditions = {c.condition_id: c for c in store.conditions(context.database)}
    moment = _Moment(router, why_not)
    for place in destinations:
        here = conditions.get(place or "")
        waiting = store.routed_runs(
            context.database, place, limit=N_AT_ONCE, only_run_id=only_run_id
        )
        for run in waiting:
            if place is None:
                _send(context, moment, run, conditions[run.condition_id])
            elif here is not None and why_not(here, run.origin) is None:
                break  # its back end is there, for all that wait for it
            else:
                _keep(context, run, _elsewhere(run, here, conditions, why_not))


def preview(
    router: Router,
    hybrid: Condition,
    request: RouteRequest,
    origin: Origin | None,
    why_not: WhyNot,
    *,
    owner: str | None = None,
) -> Routing | None:
    """Where a run with these needs would be sent now; None: its rules are not there."""
    rules = router.rules_of(hybrid)
    if rules is None:
        return None
    options = _Moment(router, why_not).options(
        hybrid, rules, origin, None, owner=owner, has_needs=True
    )
    return route(request, options, rules)


def request_of(run: Run, prompt: Prompt) -> RouteRequest:
    """What was asked for with the run, else what its files and its prompt's tags ask for.

    Raises: InvalidInputError: what was asked for does not read.
    """
    if not run.needs:
        given = frozenset(run.inputs)
        return replace(request_for_prompt(prompt), purpose=_purpose_of(given), inputs=given)
    asked = request_from_json(dict(run.needs))
    return replace(
        asked,
        prompt=prompt.text,
        inputs=frozenset(run.inputs),
        motion=asked.motion or motion_of(prompt),
    )


def _purpose_of(inputs: frozenset[str]) -> Purpose:
    """What somebody wants who gives these files and says no more."""
    if "camera" in inputs:
        return Purpose.CAMERA
    if "audio" in inputs:
        return Purpose.LIPSYNC
    if any(name.startswith("subject_") for name in inputs):
        return Purpose.CHARACTER
    return Purpose.I2V if inputs else Purpose.T2V


def members(conditions: Sequence[Condition], hybrid: Condition) -> list[Condition]:
    """What a routed condition may send the runs of a campaign to."""
    named = hybrid.settings.get("members")
    return [one for one in _makers(conditions) if named is None or one.name in named]


def _makers(conditions: Sequence[Condition]) -> list[Condition]:
    return [one for one in conditions if one.backend is not BackendKind.ROUTED]


class _Moment:
    """The options as they stand while several runs are sent on their way."""

    def __init__(self, router: Router, why_not: WhyNot) -> None:
        self.router = router
        self._why_not = why_not
        self._options: dict[tuple[object, ...], Sequence[RouteOption]] = {}

    def makers(self, hybrid: Condition, *, has_needs: bool) -> list[Condition]:
        """Who states what a clip must be, or gives files for it, gets the best of all that there
        is; a campaign compares the routed condition as it is named.
        """
        conditions = self.router.conditions
        return _makers(conditions) if has_needs else members(conditions, hybrid)

    def options(
        self,
        hybrid: Condition,
        rules: RoutingRules,
        origin: Origin | None,
        campaign_id: str | None,
        *,
        owner: str | None,
        has_needs: bool,
    ) -> Sequence[RouteOption]:
        key = (hybrid.condition_id, rules.version, origin, campaign_id, owner, has_needs)
        if key not in self._options:
            self._options[key] = self.router.options_of(
                self.makers(hybrid, has_needs=has_needs),
                rules=rules,
                origin=origin,
                why_not=self._why_not,
                campaign_id=campaign_id,
                owner=owner,
            )
        return self._options[key]


def _send(context: RunContext, moment: _Moment, run: Run, hybrid: Condition) -> None:
    """Runs of rules that nobody has are refused: other rules make another condition, so they must
    not be sent by these and judged with those.
    """
    router = moment.router
    rules = router.rules_of(hybrid)
    if rules is None:
        known = ", ".join(sorted({router.rules.version, *router.versions}))
        wanted = hybrid.settings["rules_version"]
        _refuse(context, run, f"routing rules: {wanted} asked for, {known} loaded")
        return
    try:
        request = request_of(run, store.get_prompt(context.database, run.prompt_id))
    except InvalidInputError as error:
        _refuse(context, run, f"{error.field}: {error.value}")
        return
    _keep(context, run, _sent(moment, run, hybrid, request, rules))


def _sent(
    moment: _Moment, run: Run, hybrid: Condition, request: RouteRequest, rules: RoutingRules
) -> Run:
    """The run with where it goes, why, and who is next; without where, when nothing can make it."""
    has_needs = bool(run.needs or run.inputs)
    options = moment.options(
        hybrid, rules, run.origin, run.campaign_id, owner=run.owner, has_needs=has_needs
    )
    found = route(request, options, rules)
    told: dict[str, Any] = {
        "rules_version": found.rules_version,
        "reason": found.reason.key,
        "facts": dict(found.reason.facts),
        # What is made for something else is no news, and would be most of the row.
        "rejected": [_told(each) for each in found.rejected if each.reason.key != NOT_FOR_IT],
    }
    if found.chosen is None:
        return replace(run, route=told)
    makers = moment.makers(hybrid, has_needs=has_needs)
    ids = {one.name: one.condition_id for one in makers}
    told |= {
        "chain": [ids[name] for name in _chain(found, _away(request, options), rules.last)],
        "tried": [],
        "ranked": [_told(each) for each in found.ranked],
        "rank": 1,
    }
    return replace(run, routed_to=ids[found.chosen], route=told)


def _told(each: Ranked | Rejection) -> dict[str, Any]:
    return {
        "condition": each.name,
        "reason": each.reason.key,
        "facts": dict(each.reason.facts),
    }


def _refuse(context: RunContext, read: Run, detail: str) -> None:
    now = context.now()
    with context.database.write():
        stored = store.get_run(context.database, read.run_id)
        if stored.status is not RunStatus.QUEUED:
            return
        failed = replace(
            stored,
            status=RunStatus.FAILED,
            failure_class=FailureClass.INVALID_INPUT,
            failure_detail=detail,
            ended_at=now,
            cost_usd=Decimal(0),
        )
        event = Event(
            at=now,
            kind="run.failed",
            subject_id=stored.run_id,
            data={"failure_class": FailureClass.INVALID_INPUT.value},
        )
        store.save(context.database, failed, event)


def _chain(found: Routing, away: Sequence[str], last: str) -> list[str]:
    """The fallbacks, then what is away now and may be back when it is needed; `last` last."""
    return sorted([*found.fallbacks, *away], key=lambda name: name == last)


def _away(request: RouteRequest, options: Sequence[RouteOption]) -> list[str]:
    """What could serve but for its server, which a model that has ended will not find again."""
    return [
        one.name
        for one in options
        if one.is_available is False and one.why_not != HAS_ENDED and would_serve(request, one)
    ]


def _elsewhere(
    run: Run, here: Condition | None, conditions: Mapping[str, Condition], why_not: WhyNot
) -> Run | None:
    """The next of its chain that can be asked now.

    Where a kind of back end is gone it is gone for all of its conditions: one of the same kind
    that seems to be there was only asked a moment later.
    """
    why = None if here is None else why_not(here, run.origin)
    if here is not None and why is None:
        return None  # back already
    chain: list[str] = list(run.route.get("chain", ()))
    for condition_id in chain:
        there = conditions.get(condition_id)
        is_gone_too = here and there and there.backend is here.backend and why != LACKS_PARTS
        if there is None or is_gone_too:
            continue
        if why_not(there, run.origin) is None:
            chain.remove(condition_id)
            rest = [run.making_condition_id, *chain]  # it may be back when it is needed
            told = {**run.route, "chain": rest, "rank": _rank(run, there.name)}
            return replace(run, routed_to=condition_id, route=told)
    return None


def _rank(run: Run, name: str) -> int | None:
    """Its place among what could serve when the run was sent; None: it could not then."""
    ranked = [each["condition"] for each in run.route.get("ranked", ())]
    return ranked.index(name) + 1 if name in ranked else None


def _keep(context: RunContext, read: Run, sent: Run | None) -> None:
    """Unless it was cancelled, claimed or sent meanwhile."""
    if sent is None or (sent.routed_to, sent.route) == (read.routed_to, dict(read.route)):
        return
    changes: dict[str, Any] = {"routed_to": sent.routed_to, "route": sent.route}
    with context.database.write():
        stored = store.get_run(context.database, read.run_id)
        if stored.status is RunStatus.QUEUED and stored.routed_to == read.routed_to:
            store.save(context.database, replace(stored, **changes))
