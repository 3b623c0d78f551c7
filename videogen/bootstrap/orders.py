"""One run as somebody asks for it by a condition's name: checked, then queued."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from videogen.bootstrap.application import Application
from videogen.bootstrap.reach import attached, is_retired
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.prompt import checked_prompt_text
from videogen.domain.run import Origin, Run
from videogen.errors import BackendUnavailableError, InvalidInputError
from videogen.routing import request_as_json, request_from_json
from videogen.runs.changed_condition import changed_condition
from videogen.runs.inputs import check_given
from videogen.runs.plan import plan_run
from videogen.runs.plan_checks import checked_seed

RANDOM_SEEDS = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    condition: str
    prompt: str
    seed: int | None = None  # None: one that nobody has chosen
    inputs: Mapping[str, str] = field(default_factory=dict)  # slot name -> input_id
    settings: Mapping[str, Any] = field(default_factory=dict)  # what is to be otherwise
    needs: Mapping[str, Any] = field(default_factory=dict)  # what is asked of the router, as JSON


def place_order(application: Application, order: Order, owner: str, now: datetime) -> Run:
    """Queued when this returns; the worker holds its money to the caps when it is sent.

    Raises: InvalidInputError: names the field. NotFoundError: no such input.
        BackendUnavailableError: nothing that is attached takes such runs now.
    """
    condition = named_condition(application, order.condition)
    prompt_text = checked_prompt_text(order.prompt)
    seed = secrets.randbelow(RANDOM_SEEDS) if order.seed is None else checked_seed(order.seed)
    check_given(application.database, condition, order.inputs)
    changed = changed_condition(
        condition,
        order.settings,
        application.manifests,
        prompt_text=prompt_text,
        seed=seed,
        inputs=order.inputs,
    )
    return plan_run(
        application.database,
        condition=changed,
        prompt_text=prompt_text,
        seed=seed,
        owner=owner,
        origin=able_origin(application, condition, now),
        now=now,
        inputs=order.inputs,
        needs=_needs(condition, order.needs),
    )


def named_condition(application: Application, name: str) -> Condition:
    """By its name or its id. Raises: InvalidInputError: it names those that there are."""
    for condition in application.conditions:
        if name in (condition.name, condition.condition_id):
            return condition
    known = ", ".join(one.name for one in application.conditions)
    raise InvalidInputError("condition_unknown", field="condition", value=name, known=known)


def able_origin(application: Application, condition: Condition, now: datetime) -> Origin:
    """Of the back ends that would take its runs now.

    Raises: InvalidInputError: its vendor has shut it down, or no such back end is attached.
        BackendUnavailableError: those that are attached do not answer.
    """
    origin = application.origin_for(condition)
    if origin is not Origin.SANDBOX and is_retired(condition, now):
        raise InvalidInputError("condition_retired", field="condition", value=condition.name)
    if origin is not None:
        return origin
    dark = [
        one.backend.name
        for one in attached(application.worker)
        if condition.backend in (one.backend.kind, BackendKind.ROUTED)
    ]
    if dark:
        raise BackendUnavailableError(", ".join(dark), value=", ".join(dark))
    raise InvalidInputError("nothing_attached", field="condition", value=condition.name)


def _needs(condition: Condition, needs: Mapping[str, Any]) -> Mapping[str, Any]:
    if not needs:
        return {}
    if condition.backend is not BackendKind.ROUTED:
        raise InvalidInputError("needs_without_rules", field="needs", value=condition.name)
    return request_as_json(request_from_json(dict(needs)))
