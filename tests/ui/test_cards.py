from dataclasses import replace

import pytest

from videogen.domain.decision import (
    ConditionDecision,
    Criteria,
    CriterionName,
    CriterionNeeds,
    CriterionResult,
    CriterionVerdict,
    Verdict,
)
from videogen.ui import cards

# Its links ask who looks.
pytestmark = pytest.mark.usefixtures("application")

CRITERIA = Criteria(version=1)
OPEN = CriterionResult(
    verdict=CriterionVerdict.NOT_YET,
    estimate=4.21,
    low=3.9,
    high=4.5,
    n=6,
    rule="",
    reason_key="verdict.not_yet",
    facts={"n_prompts": 30},
    needs=CriterionNeeds(n_raters=3),
)


def drawn(name: CriterionName, result: CriterionResult, language: str = "en") -> str:
    decision = ConditionDecision(name="wan", verdict=Verdict.NOT_YET, criteria={name: result})
    query = {"campaign": "c1", "condition": "wan@1"}
    return cards.criterion_cards(
        decision, cards.Deck(criteria=CRITERIA, language=language, runs_query=query)
    )


def test_an_open_criterion_says_first_what_would_decide_it() -> None:
    card = drawn(CriterionName.QUALITY, OPEN)

    assert "4.21" in card
    assert "90 % interval 3.90 – 4.50" in card
    assert "More raters needed to decide it: about 3." in card
    assert "6 raters × 30 prompts" in card


def test_a_decided_criterion_asks_for_nothing_more() -> None:
    card = drawn(CriterionName.QUALITY, replace(OPEN, verdict=CriterionVerdict.PASS))

    assert "More raters" not in card
    assert ">Pass<" in card


def test_the_verdict_is_a_word_and_an_icon_in_both_languages() -> None:
    failed = replace(OPEN, verdict=CriterionVerdict.FAIL)

    assert "vg-i-fail" in drawn(CriterionName.QUALITY, failed)
    assert ">ไม่ผ่าน<" in drawn(CriterionName.QUALITY, failed, "th")


def test_an_unknown_estimate_is_a_dash_without_a_unit() -> None:
    empty = replace(OPEN, estimate=None, low=None, high=None)

    card = drawn(CriterionName.QUALITY, empty)

    assert '<div class="vg-figure">–</div>' in card
    assert "No interval yet" in card


def test_the_memory_of_a_cloud_model_is_not_judged_and_says_why() -> None:
    cloud = replace(OPEN, verdict=CriterionVerdict.NOT_APPLICABLE, estimate=None)

    card = drawn(CriterionName.VRAM, cloud)

    assert "Not applicable" in card
    assert "at most" not in card


def test_a_figure_and_its_count_lead_to_the_runs_behind_them() -> None:
    assert (
        drawn(CriterionName.COST, OPEN).count('href="/runs?campaign=c1&amp;condition=wan%401"') == 2
    )


def test_quality_leads_to_the_rated_clips_of_the_campaign() -> None:
    assert (
        drawn(CriterionName.QUALITY, OPEN).count('href="/compare?campaign=c1&amp;tab=quality"') == 2
    )


def test_failures_that_count_against_it_are_a_link_of_their_own() -> None:
    card = drawn(CriterionName.SUCCESS, replace(OPEN, facts={"n_failed": 1}))

    assert "only=failures" in card
    assert "1 without a usable clip" in card
    assert "only=failures" not in drawn(CriterionName.SUCCESS, replace(OPEN, facts={"n_failed": 0}))


def test_a_limit_that_was_passed_leads_to_the_runs_over_it() -> None:
    card = drawn(CriterionName.VRAM, replace(OPEN, verdict=CriterionVerdict.FAIL))

    assert "only=over_vram&amp;limit_mib=22528" in card


def test_runs_and_raters_are_asked_for_together() -> None:
    both = cards.needs(CriterionNeeds(n_runs=12, n_raters=2), "en")

    assert both == "Needed to decide it: about 12 more runs and 2 more raters."
    assert cards.needs(CriterionNeeds(), "en") is None
    assert cards.needs(None, "en") is None
