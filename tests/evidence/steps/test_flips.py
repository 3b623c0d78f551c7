from dataclasses import replace

import pytest

from tests.evidence.steps.test_next_step import BAD, OK, case, condition, opinions
from videogen.domain.condition import Location
from videogen.domain.decision import ConditionEvidence, CriterionName, JudgedRun
from videogen.domain.run import FailureClass
from videogen.evidence.steps.flips import flips


def said(one: ConditionEvidence, name: CriterionName, language: str = "en") -> str:
    found = {flip.name: flip for flip in flips(case(one))[one.name]}
    return " ".join(sentence.say(language) for sentence in found[name].sentences)


def test_every_criterion_of_every_condition_says_what_turns_it() -> None:
    veo = condition(
        [replace(OK, peak_vram_mib=None)] * 40, opinions(4.6), "veo-3.1-fast", Location.CLOUD
    )
    found = flips(case(condition([OK] * 38 + [BAD] * 2, opinions(4.12)), veo))

    said = {
        (name, flip.name): " ".join(one.say("en") for one in flip.sentences)
        for name, criteria in found.items()
        for flip in criteria
    }
    assert said["veo-3.1-fast", CriterionName.VRAM] == ""
    assert "Headroom 13.2 GB" in said["wan-1.3b", CriterionName.VRAM]
    assert "Successes in a row that would pass it: 21." in said["wan-1.3b", CriterionName.SUCCESS]
    assert "Passes with any limit from" in said["wan-1.3b", CriterionName.COST]
    assert all(one.say("th") for c in found.values() for f in c for one in f.sentences)


def test_thresholds_are_rounded_away_from_the_verdict_that_they_promise() -> None:
    dear = [replace(OK, cost_usd=1.40)] * 36 + [replace(BAD, cost_usd=1.40)] * 4

    cost = said(condition(dear, None), CriterionName.COST)
    success = said(condition(dear, None), CriterionName.SUCCESS)

    # 1.4272 to 1.7093, 78.56 % to 96.51 %
    assert "a limit of $1.71 or more, and fail with one below $1.42" in cost
    assert "a threshold of 78.5 % or less, and fail with one above 96.6 %" in success


def test_a_pass_on_quality_says_how_far_the_mean_may_fall() -> None:
    passed = said(condition([], opinions(4.6)), CriterionName.QUALITY)

    assert passed.startswith("Passes with any threshold up to 4.")
    assert "A mean lower by 0." in passed


@pytest.mark.parametrize(
    ("runs", "name", "words"),
    [
        ([], CriterionName.SUCCESS, "No run has ended yet."),
        ([], CriterionName.COST, "it takes at least 20 clips; so far 0"),
        ([], CriterionName.VRAM, "Measured runs within the limit that would pass it: 29."),
        ([], CriterionName.QUALITY, "so far 0 and 0"),
        ([replace(OK, cost_usd=None)], CriterionName.COST, "Runs whose cost is unknown: 1."),
        ([replace(OK, cost_usd=3.0)] * 40, CriterionName.COST, "or less each, it becomes NOT YET"),
        ([replace(OK, cost_usd=99.0)] * 40, CriterionName.COST, "free, it would still fail"),
        ([replace(OK, peak_vram_mib=23_552)], CriterionName.VRAM, "1.0 GB over the limit"),
        ([OK] * 9, CriterionName.VRAM, "Headroom so far 13.2 GB"),
        ([OK] * 9, CriterionName.SUCCESS, "Successes in a row that would pass it: 20."),
        ([BAD] * 9, CriterionName.SUCCESS, "would not pass at any threshold"),
    ],
)
def test_what_is_missing_or_missed_is_said_in_both_languages(
    runs: list[JudgedRun], name: CriterionName, words: str
) -> None:
    assert words in said(condition(runs, None), name)
    assert said(condition(runs, None), name, "th")


def test_who_ran_out_of_memory_is_told_that_nobody_knows_how_much_it_lacked() -> None:
    oom = replace(BAD, failure_class=FailureClass.OUT_OF_VRAM, peak_vram_mib=None)

    told = said(condition([OK] * 40 + [oom], None), CriterionName.VRAM)

    assert told.startswith("Runs that ran out of memory: 1.")
