"""Conditions: what there is, what one would take, and which the rules would choose."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Path, Query

from videogen.bootstrap import Application
from videogen.bootstrap.orders import named_condition
from videogen.bootstrap.reach import is_retired
from videogen.bootstrap.route_answer import route_answer
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.plain_json import plain
from videogen.domain.run import Origin
from videogen.errors import InvalidInputError, NotFoundError
from videogen.evidence import Estimate, estimate
from videogen.routing import request_from_json
from videogen.runs.changed_condition import changed_condition
from videogen.runs.routed import members
from videogen.web.api import examples
from videogen.web.api.asked import Asked, Asks
from videogen.web.api.documented import answered, page_schema, record_schema
from videogen.web.api.door import router as door_router
from videogen.web.api.models import EstimateOrder, RouteNeeds
from videogen.web.api.paging import USUAL_LIMIT, After, Limit, page_of
from videogen.web.blindness import see_all

router = door_router("conditions")

ANY_PROMPT = "A paper boat"  # what is to be otherwise is judged with a prompt, whatever it says
BESIDE: dict[str, dict[str, Any]] = {
    "condition_id": {"type": "string"},
    "location": {"enum": ["local", "cloud"]},
    "clip_duration_s": {"type": ["number", "null"]},
    "able_origin": {"enum": ["live", "sandbox", None]},
    "is_retired": {"type": "boolean"},
}
CONDITION = record_schema(Condition, **BESIDE)
ESTIMATE = record_schema(
    Estimate,
    condition={"type": "string"},
    condition_id={"type": "string"},
    origin={"enum": ["live", "sandbox"]},
)
SAID = {
    "type": "object",
    "properties": {"condition": {"type": "string"}, "reason": {"type": "string"}},
}
ROUTED = {
    "type": "object",
    "properties": {
        "chosen": {"type": ["string", "null"]},
        "reason": {"type": "string"},
        "fallbacks": {"type": "array", "items": {"type": "string"}},
        "rejected": {"type": "array", "items": SAID},
        "ranked": {"type": "array", "items": SAID},
        "rules_version": {"type": "string"},
        "basis": {"type": "object"},
    },
    "required": ["chosen", "reason", "fallbacks", "rejected", "ranked", "rules_version", "basis"],
}


@router.get(
    "/conditions",
    operation_id="list_conditions",
    responses={
        200: answered(
            page_schema(CONDITION), examples.page(examples.CONDITION), "Shipped ones first"
        )
    },
)
def list_conditions(asked: Asks, limit: Limit = USUAL_LIMIT, after: After = None) -> Any:
    """What clips can be made with.

    `able_origin` tells which kind of back end would take a run of it now; null: none would.
    """
    every = asked.application.conditions
    known = {one.condition_id: one for one in every}
    found = page_of(list(known), limit, after, str)
    return {**found, "items": [_told(asked, known[one]) for one in found["items"]]}


@router.get(
    "/conditions/{name}",
    operation_id="show_condition",
    responses={200: answered(CONDITION, examples.CONDITION, "By its name or its id")},
)
def show_condition(
    asked: Asks, name: Annotated[str, Path(max_length=200, examples=["wan-1.3b"])]
) -> Any:
    """One condition with all its settings and what it takes besides a prompt."""
    try:
        return _told(asked, named_condition(asked.application, name))
    except InvalidInputError:
        raise NotFoundError(field="name", value=name) from None


@router.post(
    "/estimate",
    operation_id="estimate_run",
    responses={200: answered(ESTIMATE, examples.ESTIMATE, "Ranges; null where nobody knows")},
)
def estimate_run(asked: Asks, order: EstimateOrder) -> Any:
    """What one run would take: seconds, USD and VRAM.

    From runs of this kind where there are some, else from prices and published figures; each
    figure names its source.
    """
    application = asked.application
    named = named_condition(application, order.condition)
    origin = application.origin_for(named) or Origin.LIVE
    condition = changed_condition(
        named, order.settings, application.manifests, prompt_text=ANY_PROMPT, seed=0
    )
    is_routed = condition.backend is BackendKind.ROUTED
    found = estimate(
        application.database,
        condition,
        origin,
        application.claims,
        application.prices,
        members=members(application.conditions, condition) if is_routed else (),
    )
    beside = {"condition": condition.name, "condition_id": condition.condition_id}
    return {**plain(found), **beside, "origin": origin.value}


@router.post(
    "/route",
    operation_id="route_request",
    responses={200: answered(ROUTED, examples.ROUTED, "`chosen` is null where nothing can serve")},
)
def route_request(
    asked: Asks,
    needs: RouteNeeds,
    rules: Annotated[str | None, Query(max_length=100, description="A version of them")] = None,
) -> Any:
    """Which condition the rules would choose as things stand now, and why.

    Nothing is made. A run of a routed condition, with the same `needs`, is sent there. The reasons
    are made of all campaigns' results: they wait while the asker rates one of them.
    """
    application = asked.application
    see_all(application, asked.person)
    hybrid = _routed(application, rules)
    request = request_from_json(needs.sent())
    origin = application.origin_for(hybrid)
    found = application.worker.preview_route(hybrid, request, origin)
    if found is None:
        versions = {application.router.rules.version, *application.router.versions}
        known = ", ".join(sorted(versions))
        raise InvalidInputError("api_choice", field="rules", value=rules, known=known)
    return plain(route_answer(found, asked.language))


def _routed(application: Application, rules: str | None) -> Condition:
    """Of several the one that can run. Raises: NotFoundError: there is none."""
    routed = [one for one in application.conditions if one.backend is BackendKind.ROUTED]
    able = [one for one in routed if application.origin_for(one) is not None]
    for one in (*able, *routed):
        settings = {} if rules is None else {"rules_version": rules}
        return replace(one, settings={**one.settings, **settings})
    raise NotFoundError(field="condition", value=BackendKind.ROUTED.value)


def _told(asked: Asked, condition: Condition) -> dict[str, Any]:
    origin = asked.application.origin_for(condition)
    return {
        **plain(condition),
        "condition_id": condition.condition_id,
        "location": condition.location.value,
        "clip_duration_s": condition.clip_duration_s,
        "able_origin": None if origin is None else origin.value,
        "is_retired": is_retired(condition, asked.now),
    }
