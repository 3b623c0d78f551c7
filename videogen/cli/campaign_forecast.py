"""A dry run for a terminal: what the plan takes, what it can prove, what stands in its way."""

from collections.abc import Mapping
from typing import Any

from videogen.bootstrap.campaigns import DryRun
from videogen.bootstrap.forecast_answer import forecast_answer
from videogen.cli.answer import language, say
from videogen.domain.plain_json import plain
from videogen.evidence.plan_problems import Problem, ProblemKind, problem_sentence
from videogen.texts import t

SECONDS_PER_HOUR = 3600


def forecast_told(found: DryRun) -> dict[str, Any]:
    """As one JSON object."""
    told: dict[str, Any] = plain(forecast_answer(found, language(), obstacle=_obstacle))
    return told


def say_forecast(told: Mapping[str, Any], *, as_json: bool) -> None:
    """Args: told: as `forecast_told` gives it, or the API for a dry run."""
    known = told["forecast"]
    lines = [
        t(
            "cli.campaigns.forecast",
            language(),
            n_runs=known["n_runs"],
            duration=_hours(known["duration_low_s"], known["duration_high_s"]),
            cost=_usd(known["cost_low_usd"], known["cost_high_usd"]),
            n_clips=known["n_clips_to_rate"],
            minutes=round(known["rating_time_s"] / 60),
        )
    ]
    lines += _unknown(known)
    lines += [one["sentence"] for one in (*told["proves"].values(), *told["problems"])]
    for line in lines:
        say(line, as_json=as_json)


def _obstacle(problem: Problem) -> str:
    """A terminal has no System page: there the settings are named."""
    if problem.kind is ProblemKind.NO_BACKEND:
        return t("cli.campaigns.no_backend", language(), names=", ".join(problem.conditions))
    return problem_sentence(problem).say(language())


def _unknown(known: Mapping[str, Any]) -> list[str]:
    return [
        t(f"campaigns.{what}_partly", language(), names=", ".join(known[f"without_{what}"]))
        for what in ("time", "cost")
        if known[f"without_{what}"]
    ]


def _hours(low_s: float | None, high_s: float | None) -> str:
    if low_s is None or high_s is None:
        return t("cli.demo.unknown_cost", language())
    return f"{_span(f'{low_s / SECONDS_PER_HOUR:.1f}', f'{high_s / SECONDS_PER_HOUR:.1f}')} h"


def _usd(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return t("cli.demo.unknown_cost", language())
    return f"${_span(f'{low:.2f}', f'{high:.2f}')}"


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low}–{high}"
