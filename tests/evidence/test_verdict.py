from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from videogen.analysis import cells_of, decide, tally_runs
from videogen.domain.condition import Location
from videogen.domain.decision import (
    ConditionEvidence,
    Criteria,
    CriterionName,
    Evidence,
    JudgedRun,
    PlannedN,
    RatingBlock,
    RunTally,
)
from videogen.domain.run import Origin
from videogen.evidence import verdict_sentences, verdict_text
from videogen.evidence.verdict import Sentence
from videogen.texts import LANGUAGES

FITS = JudgedRun(ok=True, cost_usd=0.5, peak_vram_mib=9_000, worst_configuration=True)
LIMIT_MIB = Criteria(version=1).peak_vram_mib_max
LIKED = cells_of(RatingBlock(raw=tuple((5.0, 4.0 + i % 2, 5.0, 5.0) for i in range(20))))
BAD = cells_of(RatingBlock(raw=tuple((2.0, 1.0 + i % 2, 2.0, 2.0) for i in range(20))))
GOOD = ConditionEvidence(
    name="wan-1.3b",
    location=Location.LOCAL,
    origin=Origin.LIVE,
    tally=tally_runs((FITS,) * 40, LIMIT_MIB),
    opinions=LIKED,
)


def evidence(*candidates: ConditionEvidence, planned: PlannedN | None = None) -> Evidence:
    return Evidence(
        candidates=tuple(c.name for c in candidates),
        criteria=Criteria(version=1),
        conditions=candidates,
        planned=planned,
    )


def named(name: str, change: Callable[[ConditionEvidence], ConditionEvidence]) -> ConditionEvidence:
    return replace(change(GOOD), name=name)


def unchanged(condition: ConditionEvidence) -> ConditionEvidence:
    return condition


DISLIKED = replace(GOOD, opinions=BAD)
UNRATED = replace(GOOD, opinions=None)
NOTHING = replace(GOOD, tally=RunTally(), opinions=None)
UNPRICED = replace(GOOD, tally=tally_runs((replace(FITS, cost_usd=None),) * 40, LIMIT_MIB))
DEAR = tally_runs((replace(FITS, cost_usd=5.0),) * 40, LIMIT_MIB)
BARELY = replace(GOOD, tally=tally_runs((FITS,) * 30, LIMIT_MIB))
SANDBOX = named("wan-14b", lambda c: replace(c, origin=Origin.SANDBOX, tally=RunTally()))

CASES = [
    (evidence(GOOD), ["sentence.go"]),
    (evidence(GOOD, named("wan-14b", unchanged)), ["sentence.go_several"]),
    (evidence(DISLIKED), ["sentence.no_go.quality"]),
    (evidence(replace(DISLIKED, tally=DEAR)), ["sentence.no_go.several"]),
    (evidence(UNRATED), ["sentence.not_yet.open", "missing.criterion_raters"]),
    (evidence(NOTHING), ["sentence.not_yet.nothing", "missing.both"]),
    (evidence(UNPRICED), ["sentence.not_yet.open", "missing.prices"]),
    (evidence(BARELY, replace(NOTHING, name="wan-14b")), ["sentence.not_yet.several"]),
    (evidence(DISLIKED, SANDBOX), ["sentence.not_yet.origin"]),
    (
        evidence(GOOD, planned=PlannedN(n_runs=80, n_raters=4)),
        ["sentence.locked.go", "missing.planned"],
    ),
    (
        evidence(DISLIKED, planned=PlannedN(n_runs=80, n_raters=4)),
        ["sentence.locked.no_go", "missing.planned"],
    ),
    (
        evidence(UNRATED, planned=PlannedN(n_runs=80, n_raters=4)),
        ["sentence.not_yet.open", "missing.planned"],
    ),
]


@pytest.mark.parametrize(("judged", "keys"), CASES, ids=lambda x: "" if x else "none")
def test_the_verdict_is_said_with_its_reason_and_what_is_missing(
    judged: Evidence, keys: list[str]
) -> None:
    sentences = verdict_sentences(judged, decide(judged))

    assert [s.key.removeprefix("decision.") for s in sentences] == keys
    for language in LANGUAGES:
        assert "None" not in verdict_text(judged, decide(judged), language)


def test_a_plans_gap_is_named_in_runs_and_raters() -> None:
    judged = evidence(GOOD, planned=PlannedN(n_runs=60, n_raters=7))

    text = verdict_text(judged, decide(judged), "en")

    assert "20 runs, 3 raters" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "quality, cost, VRAM and success rate"),
        ("th", "คุณภาพ ต้นทุน VRAM และอัตราสำเร็จ"),
    ],
)
def test_several_criteria_are_listed_as_people_list_them(language: str, words: str) -> None:
    criteria = tuple(f"decision.criterion.{name.value}" for name in CriterionName)
    sentence = Sentence(
        key="decision.sentence.not_yet.open",
        facts={"condition": "wan-1.3b"},
        words={"criteria": criteria},
    )

    assert words in sentence.say(language)


def test_a_candidate_that_fails_twice_is_told_both_and_a_day_is_told_as_people_write_it() -> None:
    failed = evidence(replace(DISLIKED, tally=DEAR))
    retired = Sentence(key="scenario.a.retired", facts={"day": date(2026, 6, 30)})

    assert verdict_text(failed, decide(failed), "en") == "wan-1.3b fails on quality and cost."
    assert "30 Jun 2026" in retired.say("en")
    assert "30 มิ.ย." in retired.say("th")
