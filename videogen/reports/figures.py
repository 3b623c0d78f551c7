"""Every figure that is told of a case, by a stable name: what a bundle holds and `verify` compares.

A name says where the figure stands, such as "conditions.wan-1.3b.quality.estimate".
"""

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum

from videogen.domain.decision import ConditionDecision
from videogen.domain.money import Price
from videogen.evidence.answers.insights import tested_insights
from videogen.evidence.answers.options import option_answers
from videogen.evidence.answers.scenarios import scenario_answers
from videogen.evidence.case import Case
from videogen.evidence.claims import Claim
from videogen.evidence.money.break_even import break_even_points
from videogen.evidence.money.costs import condition_costs
from videogen.evidence.paper.claims_audit import audit_claims, contradictions
from videogen.evidence.steps.next_step import cheapest_step, flips, next_steps
from videogen.evidence.verdict import Sentence
from videogen.reports.content import ReportContent

Figure = str | int | float | bool | None
# What names a record is in the figure's own name.
NOT_FIGURES = frozenset({"condition", "condition_id", "name", "reason_key"})


def figures_of(case: Case) -> dict[str, Figure]:
    """Flat, in a stable order, JSON values only; None is unknown."""
    return dict(_figures(case))


def figures_of_content(content: ReportContent) -> dict[str, Figure]:
    """Those of its case, and what a report tells besides them from the rows."""
    return {**figures_of(content.case), **dict(_beside_the_case(content))}


def flattened(prefix: str, value: object) -> Iterator[tuple[str, Figure]]:
    """A record's figures, fields and keys joined by dots; what is no figure is left out.

    Sentences, claims and prices are: the bundle has them whole beside its figures.
    """
    if isinstance(value, Sentence | Claim | Price):
        return
    parts = _parts(value)
    if parts is None:
        yield prefix, _plain(value)
        return
    for name, inner in parts:
        yield from flattened(f"{prefix}.{name}", inner)


def _parts(value: object) -> Iterable[tuple[object, object]] | None:
    """Of a record, a mapping or a list by name; None for what is one value."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [one.name for one in dataclasses.fields(value) if one.name not in NOT_FIGURES]
        return [(name, getattr(value, name)) for name in names]
    if isinstance(value, Mapping):
        return [("unknown" if key is None else _plain(key), one) for key, one in value.items()]
    return enumerate(value) if isinstance(value, list | tuple) else None


def _figures(case: Case) -> Iterator[tuple[str, Figure]]:
    yield "decision.verdict", case.decision.verdict.value
    yield "decision.provisional_verdict", _plain(case.decision.provisional_verdict)
    yield from _grounds(case)
    for condition in case.decision.conditions:
        yield from _of_condition(condition)
    for evidence in case.found.evidence.conditions:
        yield from flattened(f"runs.{evidence.name}", evidence.tally)
    for row in case.rows:
        yield from flattened(f"matrix.{row.condition}", row)
    yield from _of_money(case)
    yield from _of_steps(case)
    yield from _of_answers(case)


def _of_money(case: Case) -> Iterator[tuple[str, Figure]]:
    for cost in condition_costs(case):
        yield from flattened(f"costs.{cost.condition}", cost)
    yield from flattened("break_even", break_even_points(case))


def _of_steps(case: Case) -> Iterator[tuple[str, Figure]]:
    """What would turn a verdict, and what would decide it."""
    yield from flattened("flips", flips(case))
    yield from flattened("next_steps", next_steps(case))
    yield from flattened("cheapest_step", cheapest_step(case))


def _of_answers(case: Case) -> Iterator[tuple[str, Figure]]:
    """Claims in the order of claims.json, then what the brief's questions are answered with."""
    for place, one in enumerate(audit_claims(case)):
        name = "-".join(part for part in (one.claim.condition, one.claim.measure) if part)
        yield from flattened(f"audit.{place}.{name}", one)
    clashes = contradictions(case.claims, case.prices)
    yield from flattened("contradictions", {one.name: one for one in clashes})
    yield from flattened("scenarios", {one.name: one for one in scenario_answers(case)})
    yield from flattened("options", option_answers(case))
    yield from flattened("insights", tested_insights(case))


def _beside_the_case(content: ReportContent) -> Iterator[tuple[str, Figure]]:
    for risk in content.risks:
        yield f"risks.{risk.name.value}.state", risk.state.value
        yield from flattened(f"risks.{risk.name.value}", risk)
    yield from flattened("overall_risk", content.overall_risk)
    yield from flattened("environments", content.environments)
    if content.opinions is not None:
        yield from flattened("opinions.agreement", content.opinions.agreement)
        for pair in content.opinions.pairs:
            yield from flattened(f"opinions.pairs.{pair.first}.{pair.second}", pair)


def _grounds(case: Case) -> Iterator[tuple[str, Figure]]:
    """What the decision rests on and what was left out of it."""
    found = case.found
    criteria = found.evidence.criteria
    yield "evidence.origin", found.origin.value
    for name in ("quality_min", "cost_usd_max", "peak_vram_mib_max", "success_rate_min", "version"):
        yield f"criteria.{name}", getattr(criteria, name)
    if found.evidence.planned is not None:
        yield from flattened("planned", found.evidence.planned)
    for name in (
        "n_runs_in_progress",
        "n_runs_other_origin",
        "n_runs_unknown_origin",
        "n_ratings_left_out",
        "n_raters",
        "n_raters_simulated",
    ):
        yield f"evidence.{name}", getattr(found, name)
    for rater in found.raters_left_out:
        rules = ", ".join(finding.reason.value for finding in rater.findings)
        yield f"evidence.raters_left_out.{rater.rater_id}", rules
    yield from flattened("assumptions", case.assumptions)


def _of_condition(judged: ConditionDecision) -> Iterator[tuple[str, Figure]]:
    prefix = f"conditions.{judged.name}"
    for name in ("verdict", "is_candidate", "is_below_planned_n", "p_value", "alpha_needed"):
        yield f"{prefix}.{name}", _plain(getattr(judged, name))
    for criterion, result in judged.criteria.items():
        yield from flattened(f"{prefix}.{criterion.value}", result)


def _plain(value: object) -> Figure:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no word for it
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
