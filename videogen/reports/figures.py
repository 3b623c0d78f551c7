"""Every figure that is told of a case, by a stable name: what a bundle holds and `verify` compares.

A name says where the figure stands, such as "conditions.wan-1.3b.quality.estimate".
"""

import dataclasses
import math
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum

from videogen.domain.decision import ConditionDecision
from videogen.evidence.case import Case

Figure = str | int | float | bool | None
# What names a record is in the figure's own name; claims are kept whole beside the figures.
NOT_FIGURES = frozenset({"claims", "condition", "condition_id", "name"})


def figures_of(case: Case) -> dict[str, Figure]:
    """Flat, in a stable order, JSON values only; None is unknown."""
    return dict(_figures(case))


def flattened(prefix: str, value: object) -> Iterator[tuple[str, Figure]]:
    """A record's figures, fields and keys joined by dots; what is no figure is left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            if field.name not in NOT_FIGURES:
                yield from flattened(f"{prefix}.{field.name}", getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            name = "unknown" if key is None else _plain(key)
            yield from flattened(f"{prefix}.{name}", inner)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from flattened(f"{prefix}.{place}", inner)
    else:
        yield prefix, _plain(value)


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
