"""Amounts that no real clip has, and many runs of a costly back end."""

import math

import pytest

from videogen.analysis import decide, evidence_from_json
from videogen.domain.decision import CriterionName, CriterionVerdict
from videogen.errors import InvalidInputError


def _evidence(n_runs: int, cost_usd: float) -> dict[str, object]:
    run = {
        "ok": True,
        "failure_class": None,
        "cost_usd": cost_usd,
        "peak_vram_mib": None,
        "wall_time_s": 40.0,
        "worst_configuration": True,
    }
    return {
        "candidates": ["veo"],
        "criteria": {
            "quality_min": 4.0,
            "cost_usd_max": 1.5,
            "peak_vram_mib_max": 22528,
            "success_rate_min": 0.9,
        },
        "planned": None,
        "conditions": {
            "veo": {"location": "cloud", "origin": "live", "runs": [run] * n_runs, "ratings": None}
        },
    }


@pytest.mark.parametrize("n_runs", [30, 1_000, 20_000])
def test_many_runs_that_cost_too_much_fail_the_cost(n_runs: int) -> None:
    decision = decide(evidence_from_json(_evidence(n_runs, 3.20)))

    cost = decision.conditions[0].criteria[CriterionName.COST]
    assert cost.verdict is CriterionVerdict.FAIL
    assert cost.estimate == pytest.approx(3.20)


@pytest.mark.parametrize("cost_usd", [1e200, math.nan, math.inf, -1.0])
def test_an_amount_that_cannot_be_is_refused_by_its_place(cost_usd: float) -> None:
    with pytest.raises(InvalidInputError) as refused:
        evidence_from_json(_evidence(30, cost_usd))

    assert "cost_usd" in str(refused.value.field)
