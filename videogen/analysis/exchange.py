"""Evidence and decisions as JSON: what `decide` reads and prints, and what a frozen one keeps."""

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from videogen.analysis.panel_mean import cells_of
from videogen.analysis.sentences import criterion_reason
from videogen.analysis.tally import tally_runs
from videogen.domain.condition import Location
from videogen.domain.decision import (
    ConditionEvidence,
    ConditionRows,
    Criteria,
    CriterionResult,
    Decision,
    Evidence,
    EvidenceRows,
    JudgedRun,
    PlannedN,
    RatingBlock,
)
from videogen.domain.run import FailureClass, Origin, RunStatus
from videogen.errors import InvalidInputError

MOST = 1e9  # no cost, memory or time of a clip is larger; sums of squares stay finite

Word = TypeVar("Word", bound=StrEnum)


def evidence_from_json(data: object) -> Evidence:
    """What `rows_from_json` reads, counted. Raises: InvalidInputError."""
    return evidence_of(rows_from_json(data))


def evidence_of(rows: EvidenceRows) -> Evidence:
    """The form that is judged: counts of runs, means of ratings."""
    limit_mib = rows.criteria.peak_vram_mib_max
    return Evidence(
        candidates=rows.candidates,
        criteria=rows.criteria,
        planned=rows.planned,
        conditions=tuple(
            ConditionEvidence(
                name=one.name,
                location=one.location,
                origin=one.origin,
                tally=tally_runs(one.runs, limit_mib),
                opinions=None if one.ratings is None else cells_of(one.ratings),
            )
            for one in rows.conditions
        ),
    )


def rows_from_json(data: object) -> EvidenceRows:
    """Rows from parsed JSON; unknown keys are ignored, everything else is checked.

    Raises: InvalidInputError: names the field by its path, the value and the fix.
    """
    top = _object(data, "evidence")
    conditions = _object(_required(top, "conditions", ""), "conditions")
    candidates = _names(_required(top, "candidates", ""), "candidates")
    for i, name in enumerate(candidates):
        if not conditions:
            _refuse("evidence_no_conditions", f"candidates[{i}]", name)
        if name not in conditions:
            known = ", ".join(conditions)
            _refuse("evidence_candidate_unknown", f"candidates[{i}]", name, known=known)
    return EvidenceRows(
        candidates=candidates,
        criteria=_criteria(_object(_required(top, "criteria", ""), "criteria")),
        planned=_planned(top.get("planned")),
        conditions=tuple(
            _condition(name, _object(value, f"conditions.{name}"))
            for name, value in conditions.items()
        ),
    )


def rows_to_json(rows: EvidenceRows) -> dict[str, Any]:
    """What `rows_from_json` reads back."""
    planned, criteria = rows.planned, rows.criteria
    return {
        "candidates": list(rows.candidates),
        "criteria": {
            "quality_min": criteria.quality_min,
            "cost_usd_max": criteria.cost_usd_max,
            "peak_vram_mib_max": criteria.peak_vram_mib_max,
            "success_rate_min": criteria.success_rate_min,
        },
        "planned": planned and {"n_runs": planned.n_runs, "n_raters": planned.n_raters},
        "conditions": {
            one.name: {
                "location": one.location.value,
                "origin": one.origin.value,
                "runs": [_run_to_json(run) for run in one.runs],
                "ratings": None if one.ratings is None else _ratings_to_json(one.ratings),
            }
            for one in rows.conditions
        },
    }


def _run_to_json(run: JudgedRun) -> dict[str, Any]:
    return {
        "ok": run.ok,
        "failure_class": run.failure_class.value if run.failure_class else None,
        "cost_usd": run.cost_usd,
        "peak_vram_mib": run.peak_vram_mib,
        "wall_time_s": run.wall_time_s,
        "worst_configuration": run.worst_configuration,
        "status": run.status,
        "requeued_from": run.requeued_from,
        "peak_is_lower_bound": run.peak_is_lower_bound,
    }


def _ratings_to_json(block: RatingBlock) -> dict[str, Any]:
    return {
        "raw": [list(row) for row in block.raw],
        "prompt_ids": block.prompt_ids and list(block.prompt_ids),
        "rater_names": block.rater_names and list(block.rater_names),
    }


def decision_to_json(decision: Decision, language: str = "en") -> dict[str, Any]:
    provisional = decision.provisional_verdict
    return {
        "verdict": decision.verdict.value,
        "provisional_verdict": provisional.value if provisional else None,
        "conditions": {
            condition.name: {
                "verdict": condition.verdict.value,
                "criteria": {
                    name.value: _result_to_json(result, language)
                    for name, result in condition.criteria.items()
                },
            }
            for condition in decision.conditions
        },
    }


def _result_to_json(result: CriterionResult, language: str) -> dict[str, Any]:
    needs = result.needs
    return {
        "verdict": result.verdict.value,
        "estimate": result.estimate,
        "low": result.low,
        "high": result.high,
        "n": result.n,
        "rule": result.rule,
        "needs": needs and {"n_runs": needs.n_runs, "n_raters": needs.n_raters},
        "reason": criterion_reason(result, language),
    }


def _criteria(data: Mapping[str, Any]) -> Criteria:
    def limit(name: str, low: float, high: float) -> float:
        path = f"criteria.{name}"
        value = _number(_required(data, name, "criteria."), path)
        if not low <= value <= high:
            _refuse("evidence_out_of_range", path, value, low=low, high=high)
        return value

    peak = limit("peak_vram_mib_max", 1, 10_000_000)
    if peak != int(peak):
        _refuse("evidence_not_whole", "criteria.peak_vram_mib_max", peak)
    return Criteria(
        version=0,
        quality_min=limit("quality_min", 1, 5),
        cost_usd_max=limit("cost_usd_max", 0.000001, 1_000_000),
        peak_vram_mib_max=int(peak),
        success_rate_min=limit("success_rate_min", 0.001, 1),
    )


def _planned(data: object) -> PlannedN | None:
    if data is None:
        return None
    planned = _object(data, "planned")
    n_runs, n_raters = (
        _count(_required(planned, name, "planned."), f"planned.{name}")
        for name in ("n_runs", "n_raters")
    )
    return PlannedN(n_runs=n_runs, n_raters=n_raters)


def _condition(name: str, data: Mapping[str, Any]) -> ConditionRows:
    path = f"conditions.{name}."
    runs = _list(_required(data, "runs", path), f"{path}runs")
    ratings = data.get("ratings")
    return ConditionRows(
        name=name,
        location=_word(Location, _required(data, "location", path), f"{path}location"),
        origin=_word(Origin, _required(data, "origin", path), f"{path}origin"),
        runs=tuple(_run(run, f"{path}runs[{i}]") for i, run in enumerate(runs)),
        ratings=None if ratings is None else _ratings(ratings, f"{path}ratings"),
    )


def _run(data: object, path: str) -> JudgedRun:
    run = _object(data, path)
    status, failure = run.get("status"), run.get("failure_class")
    requeued_from = run.get("requeued_from")
    judged = JudgedRun(
        ok=_flag(_required(run, "ok", f"{path}."), f"{path}.ok"),
        failure_class=None
        if failure is None
        else _word(FailureClass, failure, f"{path}.failure_class"),
        cost_usd=_amount(run.get("cost_usd"), f"{path}.cost_usd"),
        peak_vram_mib=_amount(run.get("peak_vram_mib"), f"{path}.peak_vram_mib"),
        wall_time_s=_amount(run.get("wall_time_s"), f"{path}.wall_time_s"),
        worst_configuration=_flag(
            run.get("worst_configuration", False), f"{path}.worst_configuration"
        ),
        status=None if status is None else _word(RunStatus, status, f"{path}.status").value,
        requeued_from=None
        if requeued_from is None
        else _text(requeued_from, f"{path}.requeued_from"),
        peak_is_lower_bound=_flag(
            run.get("peak_is_lower_bound", False), f"{path}.peak_is_lower_bound"
        ),
    )
    if judged.ok and judged.status not in (None, RunStatus.SUCCEEDED):
        _refuse("evidence_contradicts_ok", f"{path}.status", judged.status)
    if judged.ok and judged.failure_class is not None:
        _refuse("evidence_contradicts_ok", f"{path}.failure_class", judged.failure_class.value)
    return judged


def _ratings(data: object, path: str) -> RatingBlock | None:
    block = _object(data, path)
    rows = _list(_required(block, "raw", f"{path}."), f"{path}.raw")
    raw = tuple(
        tuple(_score(score, path, i, j) for j, score in enumerate(_list(row, f"{path}.raw[{i}]")))
        for i, row in enumerate(rows)
    )
    for i, row in enumerate(raw):
        if len(row) != len(raw[0]):
            _refuse("evidence_ragged", f"{path}.raw[{i}]", len(row), length=len(raw[0]))
    n_raters = len(raw[0]) if raw else 0
    return RatingBlock(
        raw=raw,
        prompt_ids=_labels(block.get("prompt_ids"), f"{path}.prompt_ids", len(raw)),
        rater_names=_labels(block.get("rater_names"), f"{path}.rater_names", n_raters),
    )


def _score(value: object, path: str, row: int, column: int) -> float | None:
    if value is None:
        return None
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or value not in {1, 2, 3, 4, 5}
    ):
        _refuse("evidence_score", f"{path}.raw[{row}][{column}]", value)
    return float(value)


def _labels(value: object, path: str, length: int) -> tuple[str, ...] | None:
    if value is None:
        return None
    labels = tuple(
        str(label)
        if isinstance(label, int) and not isinstance(label, bool)
        else _text(label, f"{path}[{i}]")
        for i, label in enumerate(_list(value, path))
    )
    if len(labels) != length:
        _refuse("evidence_ragged", path, len(labels), length=length)
    return labels


def _names(value: object, path: str) -> tuple[str, ...]:
    names = tuple(_text(name, f"{path}[{i}]") for i, name in enumerate(_list(value, path)))
    if not names:
        _refuse("evidence_no_candidates", path, "[]")
    for i, name in enumerate(names):
        if name in names[:i]:
            _refuse("evidence_named_twice", f"{path}[{i}]", name)
    return names


def _required(data: Mapping[str, Any], name: str, prefix: str) -> Any:
    if name not in data:
        _refuse("evidence_missing", f"{prefix}{name}", None)
    return data[name]


def _object(value: object, path: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        _refuse("evidence_type", path, value, wanted="{...}")
    return value


def _list(value: object, path: str) -> Sequence[Any]:
    if not isinstance(value, list):
        _refuse("evidence_type", path, value, wanted="[...]")
    return value


def _text(value: object, path: str) -> str:
    if not isinstance(value, str) or not value:
        _refuse("evidence_type", path, value, wanted='"..."')
    return value


def _flag(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        _refuse("evidence_type", path, value, wanted="true | false")
    return value


def _number(value: object, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        _refuse("evidence_type", path, value, wanted="0.0")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        _refuse("evidence_not_finite", path, str(number))
    return number


def _amount(value: object, path: str) -> float | None:
    """Not negative; None stays unknown."""
    if value is None:
        return None
    number = _number(value, path)
    if number < 0:
        _refuse("evidence_negative", path, number)
    if number > MOST:
        _refuse("evidence_too_large", path, number, limit=f"{MOST:.0e}")
    return number


def _count(value: object, path: str) -> int:
    number = _number(value, path)
    if number != int(number):
        _refuse("evidence_not_whole", path, number)
    if number < 0:
        _refuse("evidence_negative", path, number)
    return int(number)


def _word(words: type[Word], value: object, path: str) -> Word:
    try:
        return words(str(value))
    except ValueError:
        _refuse("evidence_word", path, value, allowed=", ".join(word.value for word in words))


def _refuse(problem: str, field: str, value: object, **facts: object) -> NoReturn:
    is_small = isinstance(value, (int, float)) and abs(value) < 1e15  # NaN and Infinity are not
    shown = value if value is None or is_small else str(value)[:80]
    raise InvalidInputError(problem, field=field, value=shown, **facts)
