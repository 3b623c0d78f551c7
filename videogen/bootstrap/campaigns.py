"""A campaign before and while it runs, as pages and commands ask for it: forecast and dry run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from videogen.bootstrap.application import Application
from videogen.bootstrap.reach import Reached, is_retired, lanes_of, origin_of, unheld
from videogen.domain.campaign import Campaign
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.generation import MissingParts
from videogen.domain.run import Origin
from videogen.evidence.answers.poc_plan import (
    PocPlan,
    PocState,
    note_nodes_seen,
    poc_state,
    shipped_plan,
)
from videogen.evidence.forecast import Forecast, Lanes, Means, forecast
from videogen.evidence.plan_problems import Problem, plan_problems
from videogen.runs.context import utc_now
from videogen.runs.preflight import Lacks, ServerPreflight, preflight


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """Everything that is known before a start; nothing of it is stored."""

    campaign: Campaign
    origin: Origin | None  # of its runs; None: it cannot start
    forecast: Forecast
    problems: tuple[Problem, ...]


def dry_run(
    application: Application,
    campaign: Campaign,
    conditions: Sequence[Condition],
    reached: Sequence[Reached],
    *,
    missing: Mapping[str, MissingParts] | None = None,
) -> DryRun:
    now = utc_now()
    origins = {one.name: origin_of(one, reached) for one in conditions}
    retired = [
        one.name
        for one in conditions
        if origins[one.name] is not Origin.SANDBOX and is_retired(one, now)
    ]
    known = set(origins.values()) - {None}
    likely = Origin.SANDBOX if known == {Origin.SANDBOX} else Origin.LIVE
    result = campaign_forecast(application, campaign, conditions, reached, likely)
    free = unheld(application.database, reached, now)
    held = [
        one.name
        for one in conditions
        if origins[one.name] is not None and origin_of(one, free) is None
    ]
    problems = plan_problems(result, origins, retired=retired, missing=missing, held=held)
    is_blocked = any(problem.is_blocking for problem in problems)
    return DryRun(
        campaign=campaign,
        origin=None if is_blocked else likely,
        forecast=result,
        problems=problems,
    )


def campaign_forecast(
    application: Application,
    campaign: Campaign,
    conditions: Sequence[Condition],
    reached: Sequence[Reached],
    origin: Origin,
    *,
    n_left: Mapping[str, int] | None = None,
) -> Forecast:
    means = Means(
        origin=origin,
        claims=application.claims,
        prices=application.prices,
        monthly_cap_usd=application.settings.monthly_cap_usd,
        now=utc_now(),
        lanes=_lanes_now(application, reached, origin),
        disk_free_bytes=application.disk_free_bytes(),
        known={one.name: one for one in application.conditions},
    )
    by_id = {one.condition_id: one for one in conditions}
    return forecast(application.database, campaign, by_id, means, n_left=n_left)


def _lanes_now(
    application: Application, reached: Sequence[Reached], origin: Origin
) -> dict[BackendKind, Lanes]:
    """Without those on hold; where all of a kind are, as it will be once they are lifted."""
    free = unheld(application.database, reached, utc_now())
    return {**lanes_of(reached, origin), **lanes_of(free, origin)}


def poc_plan() -> PocPlan:
    return shipped_plan()


def poc_progress(application: Application) -> PocState:
    return poc_state(
        application.database,
        poc_plan(),
        disk_free_bytes=application.disk_free_bytes(),
        workflows=application.manifests,
    )


def missing_parts(
    application: Application, conditions: Sequence[Condition], reached: Sequence[Reached]
) -> dict[str, MissingParts]:
    """What each condition lacks on the server that lacks least; asks every server now.

    One on hold does not help now: it counts only where there is no other.
    """
    free = {one.backend.name for one in unheld(application.database, reached, utc_now())}
    lacking: dict[str, list[tuple[bool, Lacks]]] = {}
    for answer in check_servers(application, conditions, reached):
        for name, lacks in answer.conditions.items():
            lacking.setdefault(name, []).append((answer.backend not in free, lacks))
    return {
        name: _parts(min(found, key=lambda one: (one[0], _size(one[1])))[1])
        for name, found in lacking.items()
    }


def check_servers(
    application: Application, conditions: Sequence[Condition], reached: Sequence[Reached]
) -> tuple[ServerPreflight, ...]:
    """What each ComfyUI server lacks for each condition; asks every one now.

    A real server that has a condition's nodes is evidence for the plan of the proof of concept.
    """
    origins = {one.backend.name: one.status.origin for one in reached}
    servers = [one.backend for one in reached]
    answers = preflight(servers, conditions, application.manifests)
    for answer in answers:
        origin = origins[answer.backend]
        for name, lacks in answer.conditions.items():
            if not lacks.nodes and origin is not None:
                note_nodes_seen(
                    application.database, name, backend=answer.backend, origin=origin, now=utc_now()
                )
    return answers


def _size(lacks: Lacks) -> int:
    return len(lacks.nodes) + len(lacks.models)


def _parts(lacks: Lacks) -> MissingParts:
    return MissingParts(
        nodes=tuple(node.node_class for node in lacks.nodes),
        models=tuple(model.file for model in lacks.models),
    )
