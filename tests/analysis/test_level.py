from dataclasses import replace

import numpy as np
import pytest

from videogen.analysis.decide import judge_condition
from videogen.analysis.level import NOTHING, needs_for_level
from videogen.analysis.tally import tally_runs
from videogen.domain.condition import Location
from videogen.domain.decision import (
    ConditionEvidence,
    Criteria,
    CriterionName,
    CriterionNeeds,
    JudgedRun,
    OpinionCells,
)
from videogen.domain.run import Origin

CRITERIA = Criteria(version=1)
OK = JudgedRun(ok=True, cost_usd=1.40, peak_vram_mib=9_000, worst_configuration=True)
QUALITY, COST, VRAM, SUCCESS = (
    CriterionName.QUALITY,
    CriterionName.COST,
    CriterionName.VRAM,
    CriterionName.SUCCESS,
)


def condition(
    runs: list[JudgedRun], *, n_raters: int = 6, location: Location = Location.LOCAL
) -> ConditionEvidence:
    by_prompt, by_rater = np.linspace(-0.6, 0.6, 20), np.linspace(-0.4, 0.4, n_raters)
    return ConditionEvidence(
        name="wan-1.3b",
        location=location,
        origin=Origin.LIVE,
        tally=tally_runs(runs, CRITERIA.peak_vram_mib_max),
        opinions=OpinionCells(
            means=4.3 + by_prompt[:, None] + by_rater[None, :],
            prompt_ids=tuple(f"p{i:02}" for i in range(20)),
            rater_names=None,
            n_clips=20,
            n_rated=(20,) * n_raters,
        ),
    )


def needs(one: ConditionEvidence, name: CriterionName, alpha: float) -> CriterionNeeds | None:
    return needs_for_level(name, judge_condition(one, CRITERIA)[name], one, CRITERIA, alpha)


def p_value(one: ConditionEvidence, name: CriterionName) -> float:
    return judge_condition(one, CRITERIA)[name].p_value or 0.0


@pytest.mark.parametrize("name", [COST, VRAM, SUCCESS])
def test_so_many_more_runs_meet_the_level_and_one_fewer_does_not(name: CriterionName) -> None:
    wanted = needs(condition([OK] * 30), name, 0.01)

    assert wanted is not None
    assert wanted.n_runs is not None
    n_runs = 30 + wanted.n_runs
    assert p_value(condition([OK] * n_runs), name) <= 0.01
    assert p_value(condition([OK] * (n_runs - 1)), name) > 0.01


def test_a_level_that_is_met_needs_nothing_and_neither_does_the_cloud() -> None:
    assert needs(condition([OK] * 60), SUCCESS, 0.025) == NOTHING
    assert needs(condition([], location=Location.CLOUD), VRAM, 0.025) == NOTHING


def test_a_stricter_level_asks_for_more_raters() -> None:
    one = condition([])

    lax, strict = needs(one, QUALITY, 0.05), needs(one, QUALITY, 0.01)

    assert lax is not None
    assert strict is not None
    assert (strict.n_raters or 0) > (lax.n_raters or 0)
    assert strict.n_runs is None


def test_no_number_of_runs_makes_up_for_one_over_the_limit_or_an_unknown_cost() -> None:
    over = condition([OK] * 40 + [replace(OK, peak_vram_mib=23_000)])
    unknown = condition([OK] * 40 + [replace(OK, cost_usd=None)])

    assert needs(over, VRAM, 0.025) is None
    assert needs(unknown, COST, 0.025) is None
    assert needs(condition([replace(OK, cost_usd=1.6)] * 40), COST, 0.025) is None
