"""A dry run as JSON: conditions by name, sentences beside the figures they come from."""

from collections.abc import Callable
from typing import Any

from videogen.bootstrap.campaigns import DryRun
from videogen.domain.plain_json import plain
from videogen.evidence.forecast import ConditionForecast
from videogen.evidence.plan_power import power_sentences
from videogen.evidence.plan_problems import Problem, problem_sentence


def forecast_answer(
    found: DryRun, language: str, *, obstacle: Callable[[Problem], str] | None = None
) -> dict[str, Any]:
    """Args: obstacle: says what stands in the way, where a page's words would not fit."""
    known = found.forecast
    flat = plain(known)
    del flat["power"]
    said = obstacle or (lambda problem: problem_sentence(problem).say(language))
    return {
        "campaign": found.campaign,
        "plan_sha256": found.campaign.plan_sha256,
        "origin": found.origin,
        "forecast": {
            **flat,
            "conditions": {one.condition.name: _condition(one) for one in known.conditions},
            "caps": {
                check.name: {**plain(check), "is_passed": check.is_passed} for check in known.caps
            },
            "without_time": known.without_time,
            "without_cost": known.without_cost,
        },
        "proves": {
            name.value: {
                "can_pass": known.power.can_prove[name],
                "sentence": sentence.say(language),
            }
            for name, sentence in power_sentences(known.power).items()
        },
        "problems": [
            {
                "kind": problem.kind,
                "conditions": problem.conditions,
                "is_blocking": problem.is_blocking,
                "sentence": said(problem),
            }
            for problem in found.problems
        ],
    }


def _condition(one: ConditionForecast) -> dict[str, Any]:
    flat: dict[str, Any] = plain(one)
    del flat["condition"]
    return flat
