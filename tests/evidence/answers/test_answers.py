"""Scenarios, options and insights: what the evidence answers now, and what it leaves open."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.evidence.records import VEO, WAN, grid, panel, plan, run, stock
from videogen.domain.decision import Verdict
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.evidence import load_claims
from videogen.evidence.answers.insights import InsightWord, TestedInsight
from videogen.evidence.answers.insights import tested_insights as insights_of
from videogen.evidence.answers.options import OptionAnswer, option_answers
from videogen.evidence.answers.scenarios import AnswerState, ScenarioAnswer, scenario_answers
from videogen.evidence.case import Case, load_case
from videogen.evidence.matrix import Measured
from videogen.evidence.money.differences import difference
from videogen.pricing import load_prices
from videogen.store import Database, save
from videogen.texts import LANGUAGES

DATA = Path(__file__).parents[3] / "data"
CLAIMS = load_claims(DATA / "claims.toml")
PRICES = load_prices(DATA / "prices.toml")
LIKED = {"anan": 5, "beam": 5, "chai": 5, "dao": 5}
DISLIKED = {"anan": 2, "beam": 2, "chai": 2, "dao": 2}


def case_of(database: Database, *rows: Any, **changes: Any) -> Case:
    plan(database, **changes)
    stock(database, *rows)
    return load_case(database, "c1", claims=CLAIMS, prices=PRICES)


def both(origin: Origin = Origin.LIVE, wan: Mapping[str, int] = LIKED) -> list[Any]:
    """WAN for five cents beside Veo for 80."""
    return [
        *grid(WAN, origin),
        *grid(VEO, origin),
        *panel(wan, origin=origin),
        *panel(DISLIKED, VEO, origin=origin),
    ]


def scenarios(case: Case) -> dict[str, ScenarioAnswer]:
    return {one.name: one for one in scenario_answers(case)}


def options(case: Case) -> dict[int, OptionAnswer]:
    return {one.number: one for one in option_answers(case)}


def insights(case: Case) -> dict[int, TestedInsight]:
    return {one.number: one for one in insights_of(case)}


def test_the_best_measured_quality_answers_scenario_a(database: Database) -> None:
    first = scenarios(case_of(database, *both()))["a"]

    assert first.state is AnswerState.ANSWERED
    assert first.answer.facts["condition"] == "wan-1.3b"
    assert "4 raters" in first.figures[0].say("en")
    assert "30 Jun 2026" in first.figures[-1].say("en")  # Veo 2 can no longer be had


def test_a_draw_leaves_scenario_a_provisional_with_its_rival(database: Database) -> None:
    rows = [*grid(WAN), *grid(VEO), *panel({"anan": 4, "beam": 3}), *panel({"a": 4, "b": 3}, VEO)]

    first = scenarios(case_of(database, *rows))["a"]

    assert first.state is AnswerState.PROVISIONAL
    assert first.reason.key == "scenario.a.near"
    assert first.missing


def test_nothing_measured_answers_no_scenario_but_says_what_is_missing(database: Database) -> None:
    answers = scenarios(case_of(database))

    assert {name: one.state for name, one in answers.items()} == {
        "a": AnswerState.NOT_YET,
        "b": AnswerState.NOT_YET,
        "c": AnswerState.NOT_YET,
        "d": AnswerState.PROVISIONAL,
    }
    assert answers["c"].missing
    assert answers["b"].reason.facts["weeks"] == 14  # phases 2 and 3: 6 + 8


def test_the_saving_is_told_with_its_interval_and_both_counts(database: Database) -> None:
    third = scenarios(case_of(database, *both()))["c"]

    assert third.answer.key == "scenario.c.saves"
    assert "$750 a month" in third.answer.say("en")  # 1,000 x (0.80 - 0.05)
    assert "n = 40 and 40" in third.answer.say("en")
    assert third.state is AnswerState.ANSWERED


def test_the_sandbox_answers_nothing_for_good(database: Database) -> None:
    case = case_of(database, *both(Origin.SANDBOX))

    assert AnswerState.ANSWERED not in {one.state for one in scenario_answers(case)}
    assert all(one.is_provisional for one in option_answers(case))
    words = {number: one.word for number, one in insights(case).items()}
    assert words[1] is words[2] is words[3] is words[6] is InsightWord.OPEN
    assert words[4] is InsightWord.REFUTED  # the paper's own arithmetic needs no run


@pytest.mark.parametrize(("scores", "recommended"), [(LIKED, 1), (DISLIKED, 3)])
def test_the_verdict_recommends_the_option(
    database: Database, scores: Mapping[str, int], recommended: int
) -> None:
    answers = options(case_of(database, *both(wan=scores)))

    assert [number for number, one in answers.items() if one.is_recommended] == [recommended]


def test_an_open_verdict_goes_on_with_the_proof_of_concept(database: Database) -> None:
    answers = options(case_of(database))

    assert answers[1].is_recommended
    assert answers[1].is_provisional
    assert answers[1].now.key == "option.1.not_yet"


def test_an_option_keeps_the_papers_timeline_risk_and_return(database: Database) -> None:
    answers = options(case_of(database))
    told = [
        (one.timeline.say("en"), one.risk.say("en"))
        for one in answers.values()
        if one.timeline is not None and one.risk is not None
    ]

    assert told == [("2 weeks", "low"), ("3–4 months", "high"), ("6–12 months", "very low")]


def test_the_return_needs_what_a_week_of_work_costs(database: Database) -> None:
    first = options(case_of(database, *both()))[1].roi

    assert not first.is_known
    assert "less than $1,125" in first.sentence.say("en")  # 750 x 12 months / 8 weeks
    assert first.missing[0].key == "option.missing.week_cost"


def test_a_dearer_candidate_returns_nothing(database: Database) -> None:
    rows = [
        *(run(f"w{i}", seed=i, wall_time_s=8_000.0, cost_usd=Decimal("1.08")) for i in range(40)),
        *(
            run(f"v{i}", seed=i, condition_id=VEO.condition_id, cost_usd=Decimal("0.20"))
            for i in range(40)
        ),
    ]
    case = case_of(database, *rows, planned_n_raters=0)

    assert options(case)[1].roi.is_known
    assert options(case)[1].roi.sentence.key == "option.roi.none"
    assert scenarios(case)["c"].state is AnswerState.ANSWERED
    assert insights(case)[5].word is InsightWord.REFUTED


def test_an_unfinished_plan_answers_nothing_for_good(database: Database) -> None:
    rows = [
        *(run(f"w{i}", seed=i, cost_usd=Decimal("1.08")) for i in range(30)),
        *(run(f"v{i}", seed=i, condition_id=VEO.condition_id) for i in range(30)),
    ]

    case = case_of(database, *rows)

    assert not options(case)[1].roi.is_known
    assert scenarios(case)["c"].state is AnswerState.PROVISIONAL
    assert AnswerState.ANSWERED not in {one.state for one in scenario_answers(case)}
    assert insights(case)[5].evidence[-1].key == "answers.provisional"


def test_the_sandbox_takes_nobody_to_the_next_phase(database: Database) -> None:
    case = case_of(database, *both(Origin.SANDBOX))

    assert case.decision.verdict is Verdict.GO
    assert options(case)[1].now.key == "option.1.not_yet"
    assert "real servers" in options(case)[1].now.say("en")
    assert scenarios(case)["d"].answer.key == "scenario.d.keep_for_now"


def test_a_few_peaks_or_a_lower_bound_do_not_show_that_the_card_is_enough(
    database: Database,
) -> None:
    large = replace(WAN, name="wan-14b", model="wan2.1_t2v_14B")
    plan(database, candidates=(WAN.condition_id, large.condition_id))
    save(database, large)
    of_large = {"condition_id": large.condition_id, "peak_vram_mib": 21_000}
    save(database, *(run(f"s{i}", seed=i) for i in range(29)))
    save(database, *(run(f"l{i}", seed=i, **of_large) for i in range(28)))
    save(database, run("polled", seed=98, peak_is_lower_bound=True, **of_large))

    few = insights(load_case(database, "c1", claims=CLAIMS, prices=PRICES))[3]
    save(database, run("l28", seed=99, **of_large))
    enough = insights(load_case(database, "c1", claims=CLAIMS, prices=PRICES))[3]

    assert few.word is InsightWord.OPEN
    assert "measured runs: 28" in few.evidence[1].say("en")
    assert enough.word is InsightWord.SUPPORTED


def test_what_fails_has_a_saving_that_cannot_be_had(database: Database) -> None:
    first = options(case_of(database, *both(wan=DISLIKED)))[1]

    assert first.roi.sentence.key == "option.roi.saves"
    assert [one.key for one in first.roi.missing] == ["option.missing.passing"]


def test_the_saving_is_of_a_candidate_that_passes_before_a_cheaper_one_that_fails(
    database: Database,
) -> None:
    large = replace(WAN, name="wan-14b", model="wan2.1_t2v_14B")
    plan(database, candidates=(large.condition_id, WAN.condition_id))
    dearer: dict[str, Any] = {"condition_id": large.condition_id, "cost_usd": Decimal("0.30")}
    of_large = (
        replace(one, **dearer, run_id=f"l{i}", clip_id=None)
        for i, one in enumerate(one for one in grid(WAN) if isinstance(one, Run))
    )
    stock(database, large, *of_large, *both(wan=DISLIKED))

    third = scenarios(load_case(database, "c1", claims=CLAIMS, prices=PRICES))["c"]

    assert third.answer.facts["condition"] == "wan-14b"


def test_more_time_than_half_of_a_mix_takes_is_not_called_as_quick(database: Database) -> None:
    quick = [replace(one, wall_time_s=40.0) for one in grid(VEO) if isinstance(one, Run)]
    mixed = [replace(one, wall_time_s=400.0) if i < 8 else one for i, one in enumerate(quick)]
    of_veo = {one.run_id: one for one in mixed}
    rows = [of_veo.get(one.run_id, one) if isinstance(one, Run) else one for one in both()]
    case = case_of(database, *rows)

    second = insights(case)[2]

    assert second.word is InsightWord.OPEN  # neither beyond nearly all of them, nor within half


def test_a_single_run_out_of_memory_refutes_that_the_card_is_enough(database: Database) -> None:
    failed = run(
        "oom",
        status=RunStatus.FAILED,
        failure_class=FailureClass.OUT_OF_VRAM,
        peak_vram_mib=24_000,
    )

    third = insights(case_of(database, *grid(WAN), failed))[3]

    assert third.word is InsightWord.REFUTED
    assert "times out of memory: 1" in third.evidence[0].say("en")


def test_one_measured_size_leaves_the_card_open(database: Database) -> None:
    third = insights(case_of(database, *grid(WAN)))[3]

    assert third.word is InsightWord.OPEN
    assert third.evidence[1].key == "insight.3.not_measured"


def test_better_and_cheaper_and_as_quick_refutes_the_trade(database: Database) -> None:
    second = insights(case_of(database, *both()))[2]

    assert second.word is InsightWord.REFUTED


def test_two_intervals_make_one_of_their_difference() -> None:
    one = Measured(estimate=5.0, low=2.0, high=9.0, n=3)
    other = Measured(estimate=1.0, low=-2.0, high=5.0, n=4)

    value = difference(one, other)

    assert value is not None
    assert (value.estimate, value.low, value.high) == (4.0, -1.0, 9.0)  # 3-4-5 triangles
    assert (value.n_one, value.n_other) == (3, 4)


def test_without_an_interval_the_difference_has_none() -> None:
    one = Measured(estimate=5.0, low=None, high=None, n=1)
    other = Measured(estimate=1.0, low=0.5, high=1.5, n=4)

    value = difference(one, other)

    assert value is not None
    assert (value.low, value.is_above) == (None, False)
    assert difference(one, None) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_said_in_both_languages(database: Database, language: str) -> None:
    case = case_of(database, *both())
    sentences = [
        sentence
        for one in scenario_answers(case)
        for sentence in (one.brief, one.answer, one.reason, *one.figures, *one.missing)
    ]
    for option in option_answers(case):
        sentences += [option.brief, option.now, option.roi.sentence, *option.roi.missing]
    for insight in insights_of(case):
        sentences += [insight.statement, *insight.evidence]

    assert all(sentence.say(language) for sentence in sentences)
