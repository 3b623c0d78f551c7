import copy
import json
import math
from typing import Any

import pytest

from videogen.analysis import (
    decide,
    decision_to_json,
    evidence_from_json,
    rows_from_json,
)
from videogen.domain.decision import CriterionName
from videogen.errors import InvalidInputError
from videogen.texts import LANGUAGES
from videogen.texts.errors import error_hint, error_message

RUN = {
    "ok": True,
    "failure_class": None,
    "cost_usd": 0.5,
    "peak_vram_mib": 9000,
    "wall_time_s": 260.0,
    "worst_configuration": True,
}


def evidence() -> dict[str, Any]:
    ratings = {
        "raw": [[5, 4, 5, 5] if i % 2 else [5, 5, 4, 5] for i in range(40)],
        "prompt_ids": None,
    }
    return {
        "candidates": ["wan-1.3b"],
        "criteria": {
            "quality_min": 4.0,
            "cost_usd_max": 1.5,
            "peak_vram_mib_max": 22528,
            "success_rate_min": 0.9,
        },
        "planned": None,
        "conditions": {
            "wan-1.3b": {
                "location": "local",
                "origin": "live",
                "runs": [dict(RUN) for _ in range(40)],
                "ratings": ratings,
            },
            "veo-3.1-fast": {"location": "cloud", "origin": "live", "runs": [], "ratings": None},
        },
    }


def put(data: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """The evidence with one value changed; `path` is joined by slashes."""
    changed = copy.deepcopy(data)
    *parents, last = (int(p) if p.isdigit() else p for p in path.split("/"))
    place: Any = changed
    for parent in parents:
        place = place[parent]
    place[last] = value
    return changed


def test_the_answer_has_the_agreed_form() -> None:
    answer = decision_to_json(decide(evidence_from_json(evidence())))

    assert set(answer) == {"verdict", "provisional_verdict", "conditions"}
    assert answer["verdict"] == "go"
    wan = answer["conditions"]["wan-1.3b"]
    assert set(wan) == {"verdict", "criteria"}
    assert set(wan["criteria"]) == {"quality", "cost", "vram", "success"}
    for result in wan["criteria"].values():
        fields = {"verdict", "estimate", "low", "high", "n", "rule", "needs", "reason"}
        assert set(result) == fields
    veo = answer["conditions"]["veo-3.1-fast"]
    assert veo["criteria"]["vram"]["verdict"] == "not_applicable"
    assert veo["criteria"]["success"]["needs"] == {"n_runs": 29, "n_raters": None}
    json.dumps(answer, allow_nan=False)


def test_unknown_keys_are_ignored() -> None:
    data = put(evidence(), "note", "made by hand")

    assert rows_from_json(data) == rows_from_json(evidence())


def test_a_run_may_leave_unknown_values_out() -> None:
    data = put(evidence(), "conditions/wan-1.3b/runs/0", {"ok": False})

    assert rows_from_json(data).conditions[0].runs[0].cost_usd is None


BAD = [
    ("candidates", [], "candidates"),
    ("candidates", ["wan-14b"], "candidates[0]"),
    ("candidates", ["wan-1.3b", "wan-1.3b"], "candidates[1]"),
    ("candidates", "wan-1.3b", "candidates"),
    ("criteria", {"quality_min": 4.0}, "criteria.peak_vram_mib_max"),
    ("criteria/quality_min", 6, "criteria.quality_min"),
    ("criteria/success_rate_min", 90, "criteria.success_rate_min"),
    ("criteria/cost_usd_max", "1.50", "criteria.cost_usd_max"),
    ("planned", {"n_runs": 40}, "planned.n_raters"),
    ("planned", {"n_runs": 39.5, "n_raters": 8}, "planned.n_runs"),
    ("conditions", [], "conditions"),
    ("conditions/wan-1.3b/location", "moon", "conditions.wan-1.3b.location"),
    ("conditions/wan-1.3b/origin", None, "conditions.wan-1.3b.origin"),
    ("conditions/wan-1.3b/runs/3/cost_usd", -1, "conditions.wan-1.3b.runs[3].cost_usd"),
    ("conditions/wan-1.3b/runs/3/cost_usd", math.nan, "conditions.wan-1.3b.runs[3].cost_usd"),
    ("conditions/wan-1.3b/runs/3/cost_usd", True, "conditions.wan-1.3b.runs[3].cost_usd"),
    ("conditions/wan-1.3b/runs/3/cost_usd", 10**400, "conditions.wan-1.3b.runs[3].cost_usd"),
    (
        "conditions/wan-1.3b/runs/3/peak_vram_mib",
        math.inf,
        "conditions.wan-1.3b.runs[3].peak_vram_mib",
    ),
    ("conditions/wan-1.3b/runs/3/ok", 1, "conditions.wan-1.3b.runs[3].ok"),
    (
        "conditions/wan-1.3b/runs/3/failure_class",
        "oom",
        "conditions.wan-1.3b.runs[3].failure_class",
    ),
    ("conditions/wan-1.3b/runs/3/status", "failed", "conditions.wan-1.3b.runs[3].status"),
    ("conditions/wan-1.3b/runs/3", None, "conditions.wan-1.3b.runs[3]"),
    ("conditions/wan-1.3b/ratings/raw/2/1", 6, "conditions.wan-1.3b.ratings.raw[2][1]"),
    ("conditions/wan-1.3b/ratings/raw/2/1", 0, "conditions.wan-1.3b.ratings.raw[2][1]"),
    ("conditions/wan-1.3b/ratings/raw/2/1", 4.5, "conditions.wan-1.3b.ratings.raw[2][1]"),
    ("conditions/wan-1.3b/ratings/raw/2/1", True, "conditions.wan-1.3b.ratings.raw[2][1]"),
    ("conditions/wan-1.3b/ratings/raw/2/1", math.nan, "conditions.wan-1.3b.ratings.raw[2][1]"),
    ("conditions/wan-1.3b/ratings/raw/2/1", 10**400, "conditions.wan-1.3b.ratings.raw[2][1]"),
    ("conditions/wan-1.3b/ratings/raw/2", [5], "conditions.wan-1.3b.ratings.raw[2]"),
    ("conditions/wan-1.3b/ratings/prompt_ids", ["a"], "conditions.wan-1.3b.ratings.prompt_ids"),
]


@pytest.mark.parametrize(("path", "value", "field"), BAD)
def test_bad_evidence_is_refused_by_field_with_the_fix(
    path: str, value: object, field: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        evidence_from_json(put(evidence(), path, value))

    assert caught.value.field == field
    for language in LANGUAGES:
        assert field in error_message(caught.value, language)
        assert error_hint(caught.value, language)


@pytest.mark.parametrize("data", [None, [], "evidence", 3, {}])
def test_what_is_no_evidence_at_all_is_refused(data: object) -> None:
    with pytest.raises(InvalidInputError):
        evidence_from_json(data)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("conditions/wan-1.3b/runs", []),
        ("conditions/wan-1.3b/runs", [{"ok": False}] * 20),
        ("conditions/wan-1.3b/runs", [{"ok": False, "cost_usd": 1.0}] * 20),
        ("conditions/wan-1.3b/runs", [RUN] * 10),
        ("conditions/wan-1.3b/runs", [{**RUN, "cost_usd": 1.45}] * 30),
        ("conditions/wan-1.3b/runs", [{**RUN, "cost_usd": 4.0, "peak_vram_mib": 30000}] * 30),
        ("conditions/wan-1.3b/runs", [{**RUN, "peak_is_lower_bound": True}] * 30),
        ("conditions/wan-1.3b/runs", [{**RUN, "worst_configuration": False}] * 30),
        ("conditions/wan-1.3b/runs", [{"ok": False, "failure_class": "out_of_vram"}]),
        ("conditions/wan-1.3b/runs", [{**RUN, "status": "cancelled", "ok": False}, RUN]),
        ("conditions/wan-1.3b/ratings", None),
        ("conditions/wan-1.3b/ratings/raw", []),
        ("conditions/wan-1.3b/ratings/raw", [[None, None]] * 30),
        ("conditions/wan-1.3b/ratings/raw", [[4]] * 30),
        ("conditions/wan-1.3b/ratings/raw", [[4, 4, 4, 4]] * 30),
        ("conditions/wan-1.3b/ratings/raw", [[2, 3, 2, 2, 3]] * 30),
        ("conditions/wan-1.3b/ratings/raw", [[4, 5, 4, 3, None]] * 30),
        ("conditions/wan-1.3b/ratings/raw", [[4, 5, 4, 3]] * 10),
        ("conditions/wan-1.3b/ratings/raw", [[5, 3, 5, 3], [3, 5, 3, 5]] * 15),
        ("criteria/success_rate_min", 1.0),
        ("planned", {"n_runs": 100, "n_raters": 10}),
    ],
)
def test_every_edge_has_a_reason_in_words(path: str, value: object, language: str) -> None:
    answer = decision_to_json(decide(evidence_from_json(put(evidence(), path, value))), language)

    json.dumps(answer, allow_nan=False)
    for result in answer["conditions"]["wan-1.3b"]["criteria"].values():
        assert result["reason"]
        assert "None" not in result["reason"]
        assert "decision." not in result["reason"]


def test_a_thousand_raters_and_ten_thousand_runs_are_decided() -> None:
    data = put(evidence(), "conditions/wan-1.3b/runs", [RUN] * 10_000)
    data = put(data, "conditions/wan-1.3b/ratings/raw", [[5, 4, 5, 4, 3] * 200] * 40)

    decision = decide(evidence_from_json(data))

    assert decision.conditions[0].criteria[CriterionName.SUCCESS].n == 10_000
