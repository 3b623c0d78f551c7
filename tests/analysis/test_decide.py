import json
from dataclasses import replace
from pathlib import Path

import pytest

from videogen.analysis import (
    cells_of,
    decide,
    holm_levels,
    passes_among_candidates,
    tally_runs,
)
from videogen.domain.condition import Location
from videogen.domain.decision import (
    ConditionEvidence,
    Criteria,
    CriterionName,
    Decision,
    Evidence,
    JudgedRun,
    PlannedN,
    RatingBlock,
    Verdict,
)
from videogen.domain.run import Origin

CASES = json.loads((Path(__file__).with_name("oracle") / "decision_cases.json").read_text())
LIKED = RatingBlock(
    raw=tuple(tuple(row) for row in CASES["mos_crossed_example"]["raw_clips_x_raters"])
)
DISLIKED = RatingBlock(raw=tuple(tuple(6 - s for s in row if s) for row in LIKED.raw))
LIMIT_MIB = Criteria(version=1).peak_vram_mib_max
FITS = JudgedRun(ok=True, cost_usd=0.5, peak_vram_mib=9_000, worst_configuration=True)


def condition(
    name: str,
    n_ok: int = 60,
    *,
    ratings: RatingBlock | None = LIKED,
    location: Location = Location.LOCAL,
    origin: Origin = Origin.LIVE,
) -> ConditionEvidence:
    return ConditionEvidence(
        name=name,
        location=location,
        origin=origin,
        tally=tally_runs((FITS,) * n_ok, LIMIT_MIB),
        opinions=None if ratings is None else cells_of(ratings),
    )


def decided(*conditions: ConditionEvidence, planned: PlannedN | None = None) -> Decision:
    return decide(
        Evidence(
            candidates=tuple(c.name for c in conditions),
            criteria=Criteria(version=1),
            conditions=conditions,
            planned=planned,
        )
    )


def test_a_candidate_that_meets_every_criterion_is_go() -> None:
    decision = decided(condition("wan-1.3b", 40))

    assert decision.verdict is Verdict.GO
    assert decision.provisional_verdict is None


def test_one_failed_criterion_is_no_go_whatever_the_others_say() -> None:
    decision = decided(condition("wan-1.3b", 3, ratings=DISLIKED))

    assert decision.verdict is Verdict.NO_GO


def test_an_open_criterion_leaves_it_not_yet() -> None:
    decision = decided(condition("wan-1.3b", 40, ratings=None))

    assert decision.verdict is Verdict.NOT_YET
    assert decision.conditions[0].criteria[CriterionName.QUALITY].verdict == "not_yet"


def test_one_good_candidate_among_bad_ones_is_go() -> None:
    decision = decided(condition("wan-1.3b"), condition("wan-14b", ratings=DISLIKED))

    assert decision.verdict is Verdict.GO


def test_no_go_needs_every_candidate_to_fail() -> None:
    bad = condition("wan-14b", ratings=DISLIKED)

    assert decided(bad, condition("wan-1.3b", 5)).verdict is Verdict.NOT_YET
    assert decided(bad, replace(bad, name="wan-1.3b")).verdict is Verdict.NO_GO


def test_the_luckiest_of_several_candidates_must_pass_a_stricter_level() -> None:
    alone = decided(condition("wan-1.3b", 30))  # 30 of 30: p = 0.042
    with_others = decided(condition("wan-1.3b", 30), condition("wan-14b", 5))

    assert alone.verdict is Verdict.GO
    assert with_others.verdict is Verdict.NOT_YET
    assert with_others.conditions[0].verdict is Verdict.GO  # by itself, at 95 %
    assert with_others.conditions[0].alpha_needed == 0.025
    assert not passes_among_candidates(with_others.conditions[0])


def test_more_runs_carry_it_over_the_stricter_level() -> None:
    decision = decided(condition("wan-1.3b", 36), condition("wan-14b", 5))  # 0.9^36 = 0.0225

    assert decision.verdict is Verdict.GO


def test_after_a_first_pass_the_next_candidate_is_held_to_an_easier_level() -> None:
    decision = decided(condition("wan-1.3b", 60), condition("wan-14b", 30))

    assert [passes_among_candidates(c) for c in decision.conditions] == [True, True]


def test_holm_steps_down_and_stops_at_the_first_miss() -> None:
    p_values = dict(zip("abcd", CASES["holm_small"]["p"], strict=True))

    levels = holm_levels(p_values)

    by_oracle = {n: p <= 0.05 for n, p in zip("abcd", CASES["holm_small"]["holm"], strict=True)}
    assert {name: p_values[name] <= levels[name] for name in "abcd"} == by_oracle
    assert levels["d"] == 0.0125


def test_baselines_never_decide() -> None:
    baseline = condition("animatediff")

    decision = decide(
        Evidence(
            candidates=("wan-14b",),
            criteria=Criteria(version=1),
            conditions=(condition("wan-14b", ratings=DISLIKED), baseline),
        )
    )

    assert decision.verdict is Verdict.NO_GO
    assert decision.conditions[1].verdict is Verdict.GO
    assert not decision.conditions[1].is_candidate
    assert decision.conditions[1].alpha_needed is None


def test_below_the_planned_n_a_verdict_is_only_provisional() -> None:
    planned = PlannedN(n_runs=80, n_raters=8)

    locked = decided(condition("wan-1.3b", 79), planned=planned)
    reached = decided(condition("wan-1.3b", 80), planned=planned)

    assert locked.verdict is Verdict.NOT_YET
    assert locked.provisional_verdict is Verdict.GO
    assert locked.conditions[0].is_below_planned_n
    assert reached.verdict is Verdict.GO
    assert reached.provisional_verdict is None


def test_too_few_raters_lock_the_verdict_too() -> None:
    decision = decided(condition("wan-1.3b", 80), planned=PlannedN(n_runs=80, n_raters=9))

    assert decision.verdict is Verdict.NOT_YET
    assert decision.provisional_verdict is Verdict.GO


def test_a_cloud_candidate_is_judged_without_vram() -> None:
    decision = decided(condition("veo-3.1-fast", 40, location=Location.CLOUD))

    assert decision.verdict is Verdict.GO
    assert decision.conditions[0].criteria[CriterionName.VRAM].verdict == "not_applicable"


def test_sandbox_candidates_decide_nothing_beside_live_ones() -> None:
    sandbox_go = condition("wan-1.3b", origin=Origin.SANDBOX)
    live_bad = condition("wan-14b", ratings=DISLIKED)

    assert decided(sandbox_go, live_bad).verdict is Verdict.NOT_YET
    assert decided(sandbox_go, condition("wan-14b")).verdict is Verdict.GO
    assert decided(sandbox_go).verdict is Verdict.GO  # alone it shows how it works


def test_nothing_run_and_nothing_rated_is_not_yet() -> None:
    decision = decided(condition("wan-1.3b", 0, ratings=None))

    assert decision.verdict is Verdict.NOT_YET
    assert all(r.estimate is None for r in decision.conditions[0].criteria.values())


def test_runs_that_all_failed_are_no_go() -> None:
    failed = replace(
        condition("wan-1.3b", ratings=None),
        tally=tally_runs((JudgedRun(ok=False),) * 20, LIMIT_MIB),
    )

    assert decided(failed).verdict is Verdict.NO_GO


def test_a_candidate_without_evidence_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"wan-14b"):
        decide(Evidence(candidates=("wan-14b",), criteria=Criteria(version=1), conditions=()))
