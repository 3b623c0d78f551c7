from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from tests.evidence.records import campaign
from videogen.analysis import decide
from videogen.analysis.tally import tally_runs
from videogen.domain.condition import Location
from videogen.domain.decision import (
    ConditionEvidence,
    Criteria,
    Evidence,
    JudgedRun,
    OpinionCells,
    PlannedN,
    Verdict,
)
from videogen.domain.run import FailureClass, Origin
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.case import Case
from videogen.evidence.loading import CampaignEvidence
from videogen.evidence.steps.next_step import NextStep, StepKind, cheapest_step, next_steps

CRITERIA = Criteria(version=1)
OK = JudgedRun(
    ok=True, cost_usd=0.15, peak_vram_mib=9_000, worst_configuration=True, wall_time_s=400.0
)
BAD = replace(OK, ok=False)


def opinions(mean: float, n_raters: int = 8, *, spread: float = 0.5) -> OpinionCells:
    """20 prompts; prompts and raters differ by about `spread`, the mean is exact."""
    by_prompt = np.linspace(-spread, spread, 20)[:, None]
    by_rater = np.linspace(-spread, spread, n_raters)[None, :]
    return OpinionCells(
        means=mean + by_prompt + by_rater * 0.5,
        prompt_ids=tuple(f"p{i:02}" for i in range(20)),
        rater_names=None,
        n_clips=20,
        n_rated=(20,) * n_raters,
    )


def condition(
    runs: Sequence[JudgedRun],
    rated: OpinionCells | None,
    name: str = "wan-1.3b",
    location: Location = Location.LOCAL,
) -> ConditionEvidence:
    tally = tally_runs(runs, CRITERIA.peak_vram_mib_max)
    return ConditionEvidence(
        name=name, location=location, origin=Origin.LIVE, tally=tally, opinions=rated
    )


def case(*conditions: ConditionEvidence, **changes: Any) -> Case:
    evidence = Evidence(
        candidates=tuple(one.name for one in conditions),
        criteria=CRITERIA,
        conditions=conditions,
        planned=changes.pop("planned", None),
    )
    found = CampaignEvidence(
        campaign=campaign(),
        evidence=evidence,
        origin=Origin.LIVE,
        conditions={},
        n_runs_in_progress=0,
        n_runs_other_origin=0,
        n_runs_unknown_origin=0,
        n_ratings_left_out=0,
        n_raters=8,
        n_raters_simulated=0,
    )
    return Case(
        found=found,
        decision=decide(evidence),
        rows=(),
        assumptions=Assumptions(**changes),
        claims=(),
        prices=(),
    )


def step_of(one: Case) -> NextStep:
    step = cheapest_step(one)
    assert step is not None
    return step


def test_runs_without_a_failure_are_priced_at_what_a_run_took_so_far() -> None:
    one = case(condition([OK] * 38 + [BAD] * 2, opinions(4.6)))  # 61 runs forgive two

    step = step_of(one)

    assert (step.n_runs, step.n_raters, step.leads_to) == (21, 0, Verdict.GO)
    assert step.cost_usd == Decimal("3.15")  # 21 x $0.15
    assert step.hours == 21 * 400 / 3600
    assert step.brief.say("en") == "21 more runs, $3.15, 2.3 h"
    assert step.brief.say("th") == "รันเพิ่ม 21 ครั้ง, $3.15, 2.3 ชม."
    assert step.sentence.say("en").endswith("If none of these runs fails, that leads to GO.")


def test_a_second_gpu_halves_the_hours_but_not_the_money() -> None:
    runs = [OK] * 38 + [BAD] * 2

    alone = step_of(case(condition(runs, opinions(4.6))))
    shared = step_of(case(condition(runs, opinions(4.6)), n_gpus=2))

    assert shared.cost_usd == alone.cost_usd
    assert shared.hours == 11 * 400 / 3600


def test_raters_alone_cost_only_their_time() -> None:
    one = case(condition([OK] * 40, opinions(4.28, 5, spread=0.8)))

    step = step_of(one)

    assert (step.n_runs, step.cost_usd, step.hours) == (0, Decimal(0), 0.0)
    assert step.n_raters > 0
    said = step.brief.say("en")
    assert said.startswith(f"{step.n_raters} more rater")
    assert said.endswith("min of rating per person")


def test_where_both_are_missing_both_are_said() -> None:
    step = step_of(case(condition([], None)))

    assert (step.n_runs, step.n_raters, step.cost_usd) == (29, 4, None)
    assert step.brief.say("en").startswith("29 more runs, cost not known, time not known, 4 more")


def test_an_open_criterion_that_leads_to_a_fail_decides_alone() -> None:
    bad_taste = opinions(3.75, 5, spread=0.8)

    step = step_of(case(condition([OK] * 10, bad_taste)))

    assert step.leads_to is Verdict.NO_GO
    assert (step.n_runs, step.n_raters > 0) == (0, True)  # not the 19 runs that success lacks


def test_who_ran_out_of_memory_needs_a_smaller_configuration_and_no_number() -> None:
    oom = replace(BAD, failure_class=FailureClass.OUT_OF_VRAM)

    step = step_of(case(condition([OK] * 60 + [oom], opinions(4.6))))

    assert (step.kind, step.effort) == (StepKind.CHANGE, None)
    assert "It needs less VRAM" in step.sentence.say("en")


def test_an_unknown_cost_asks_for_prices_not_for_runs() -> None:
    unknown = replace(OK, cost_usd=None)

    step = step_of(case(condition([OK] * 39 + [unknown], opinions(4.6))))

    assert step.kind is StepKind.PRICES
    assert step.sentence.say("en").endswith("Runs whose cost is unknown: 1.")


def test_a_mean_on_the_threshold_is_told_that_nothing_decides_it() -> None:
    step = step_of(case(condition([OK] * 40, opinions(4.0))))

    assert step.kind is StepKind.NOTHING
    assert step.sentence.say("en").startswith("wan-1.3b is too close to the limit on quality:")


def test_a_condition_that_makes_no_clip_is_found_out_with_few_more_runs() -> None:
    step = step_of(case(condition([BAD], opinions(4.6))))

    assert (step.n_runs, step.leads_to) == (1, Verdict.NO_GO)  # 0 of 2: at most 78 %


def test_go_has_nothing_left_to_do() -> None:
    one = case(condition([OK] * 40, opinions(4.6)))

    assert one.decision.verdict is Verdict.GO
    assert cheapest_step(one) is None
    assert next_steps(one) == {}


def test_below_the_plan_its_rest_is_the_least_step() -> None:
    planned = PlannedN(n_runs=60, n_raters=10)

    step = step_of(case(condition([OK] * 40, opinions(4.6)), planned=planned))

    assert (step.n_runs, step.n_raters, step.leads_to) == (20, 2, Verdict.GO)
    assert "complete the plan" in step.sentence.say("en")


def test_the_best_of_two_candidates_is_asked_for_holms_level() -> None:
    good = condition([OK] * 30, opinions(4.6))  # 0.9^30 = 0.042 passes alone, not at 0.025
    young = condition([OK] * 5, opinions(4.6), name="wan-14b")

    step = step_of(case(good, young))

    assert (step.condition, step.n_runs) == ("wan-1.3b", 6)  # 0.9^36 = 0.0225


@pytest.mark.parametrize(
    "runs",
    [[OK] * 38 + [BAD] * 2, [OK] * 3, [], [OK] * 28 + [BAD], [replace(OK, cost_usd=1.44)] * 40],
    ids=["two failures", "few", "none", "one failure", "near the limit"],
)
def test_the_step_once_made_decides_and_one_run_fewer_does_not(runs: list[JudgedRun]) -> None:
    step = step_of(case(condition(runs, opinions(4.6))))
    usual = runs[0] if runs else OK

    made = case(condition([*runs, *[usual] * step.n_runs], opinions(4.6)))
    short = case(condition([*runs, *[usual] * (step.n_runs - 1)], opinions(4.6)))

    assert made.decision.verdict is step.leads_to is Verdict.GO
    assert short.decision.verdict is Verdict.NOT_YET


def test_the_step_of_the_best_of_two_makes_it_go() -> None:
    young = condition([OK] * 5, opinions(4.6), name="wan-14b")
    step = step_of(case(condition([OK] * 30, opinions(4.6)), young))

    made = case(condition([OK] * (30 + step.n_runs), opinions(4.6)), young)

    assert made.decision.verdict is Verdict.GO


def test_no_go_of_all_adds_up_over_the_candidates() -> None:
    failed = condition([replace(OK, peak_vram_mib=23_000)] * 40, opinions(4.6))
    failing = condition([OK] * 40, opinions(3.75, 5, spread=0.8), name="wan-14b")

    step = step_of(case(failed, failing))

    assert step.leads_to is Verdict.NO_GO
    assert (step.n_runs, step.n_raters > 0) == (0, True)
