"""Each of the brief's risks is triggered, quiet or unknown by what was measured."""

import dataclasses
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.evidence.records import NOON, VEO, WAN, campaign, clip, grid, panel, run, stock
from videogen import store
from videogen.analysis.paired import PairedDifference
from videogen.domain.decision import Criteria
from videogen.domain.event import SetupStep
from videogen.domain.feedback import ClipFeedback, Thumb
from videogen.domain.prompt import Prompt
from videogen.domain.run import FailureClass, Origin, RunStatus
from videogen.evidence.answers.poc_plan import set_first_day, shipped_plan
from videogen.evidence.answers.risk_figures import Level, RiskFigure, RiskName, RiskState, combined
from videogen.evidence.answers.risks import (
    MeasuredRisk,
    dissatisfaction_figures,
    measured_risks,
    overall_level,
    overall_risk,
    quality_figures,
)
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.case import Case, load_case
from videogen.evidence.claims import load_claims
from videogen.evidence.verdict import Sentence
from videogen.store import Database, FeedbackSummary
from videogen.texts import LANGUAGES

ANIMATEDIFF = dataclasses.replace(WAN, name="animatediff", model="sd15", n_frames=16, fps=8.0)
CLAIMS = load_claims(Path(__file__).resolve().parents[3] / "data" / "claims.toml")
LIKED = {"anan": 5, "beam": 5, "chai": 5, "dao": 5}
DISLIKED = {"anan": 1, "beam": 1, "chai": 1, "dao": 1}
TODAY = date(2026, 11, 22)


@pytest.fixture
def database(database: Database) -> Database:
    """WAN 1.3B against AnimateDiff, nothing made yet."""
    wanted = campaign(baselines=(ANIMATEDIFF.condition_id,))
    prompts = [Prompt(prompt_id=one, text=one) for one in wanted.prompt_ids]
    store.save(database, Criteria(version=1), WAN, ANIMATEDIFF, wanted, *prompts)
    return database


def case_of(database: Database) -> Case:
    return load_case(
        database, "c1", claims=CLAIMS, prices=(), assumptions=Assumptions()
    )  # fmt: skip


def risks_of(database: Database, today: date = TODAY) -> dict[RiskName, MeasuredRisk]:
    found = measured_risks(database, case_of(database), today=today)
    return {risk.name: risk for risk in found}


def figure(risk: MeasuredRisk) -> RiskFigure:
    return risk.figures[0]


def risk(name: RiskName, state: RiskState, impact: Level) -> MeasuredRisk:
    return MeasuredRisk(
        name=name,
        probability=Level.LOW,
        impact=impact,
        rule=Sentence(key="risks.rule.vram"),
        mitigation=Sentence(key="risks.mitigation.vram"),
        figures=(RiskFigure(said=Sentence(key="risks.vram.cloud"), state=state),),
    )


def test_before_anything_is_measured_every_risk_is_unknown(database: Database) -> None:
    found = risks_of(database)
    overall = overall_risk(case_of(database), list(found.values()))

    assert {one.state for one in found.values()} == {RiskState.UNKNOWN}
    assert (overall.level, overall.claimed) == (Level.MEDIUM_HIGH, Level.MEDIUM_HIGH)
    assert (overall.n_triggered, overall.n_unknown) == (0, 5)


def test_forty_quick_clips_within_memory_and_liked_better_make_three_risks_quiet(
    database: Database,
) -> None:
    stock(database, *grid(WAN), *grid(ANIMATEDIFF))
    stock(database, *panel(LIKED), *panel(DISLIKED, ANIMATEDIFF))

    found = risks_of(database)

    quiet = {name for name, one in found.items() if one.state is RiskState.QUIET}
    assert quiet == {RiskName.VRAM, RiskName.SLOW, RiskName.QUALITY}
    memory = figure(found[RiskName.VRAM])
    assert memory.said.facts["left_gb"] == pytest.approx(22 - 8400 / 1024)
    assert memory.query == {"campaign": "c1", "condition": WAN.condition_id}
    slow = figure(found[RiskName.SLOW]).said.facts
    assert (slow["n_slow"], slow["n"], slow["high"], slow["limit_min"]) == (0, 40, "7.2 %", 32.0)
    quality = figure(found[RiskName.QUALITY])
    assert quality.said.facts["difference"] == "+3.75"
    assert quality.page == "compare"


def test_one_run_out_of_memory_triggers_the_memory_risk_and_links_to_it(
    database: Database,
) -> None:
    store.save(
        database,
        *grid(WAN),
        run("oom", status=RunStatus.FAILED, failure_class=FailureClass.OUT_OF_VRAM),
    )

    found = figure(risks_of(database)[RiskName.VRAM])

    assert found.state is RiskState.TRIGGERED
    assert found.query["only"] == "over_vram"


def test_more_than_one_in_ten_clips_slower_than_today_triggers_the_slow_risk(
    database: Database,
) -> None:
    slow = [run(f"slow{i}", wall_time_s=1921.0, prompt_id=f"p{i:02}") for i in range(5)]
    quick = [run(f"quick{i}", wall_time_s=1920.0, prompt_id=f"p{i:02}") for i in range(5)]
    store.save(database, *slow, *quick)

    found = figure(risks_of(database)[RiskName.SLOW])

    assert found.state is RiskState.TRIGGERED  # 5 of 10: at least 22 % at 95 %
    assert found.said.facts["low"] == "22.2 %"
    assert found.query["status"] == "succeeded"


@pytest.mark.parametrize(
    ("low", "high", "n_raters", "state"),
    [
        (-0.9, 0.0, 6, RiskState.TRIGGERED),
        (0.01, 0.5, 6, RiskState.QUIET),
        (-0.2, 0.4, 6, RiskState.UNKNOWN),
        (0.01, 0.5, 3, RiskState.UNKNOWN),
        (None, None, 6, RiskState.UNKNOWN),
    ],
)
def test_the_interval_of_the_difference_decides_the_quality_risk(
    database: Database, low: float | None, high: float | None, n_raters: int, state: RiskState
) -> None:
    difference = PairedDifference(
        difference=0.2, ci95_low=low, ci95_high=high, t_p=None, sign_flip_p=1.0,
        wilcoxon_p=None, n_prompts=20, n_raters=n_raters,
    )  # fmt: skip

    (found,) = quality_figures(case_of(database), {"wan-1.3b": difference})

    assert found.state is state


def test_without_hybrid_or_animatediff_there_is_nothing_to_compare_with(
    database: Database,
) -> None:
    store.save(
        database, VEO, campaign(campaign_id="c2", baselines=(VEO.condition_id,))
    )  # fmt: skip
    case = load_case(database, "c2", claims=CLAIMS, prices=())

    (found,) = quality_figures(case, {})

    assert found.said.key == "risks.quality.no_baseline"


def test_a_task_open_past_its_last_day_triggers_the_overrun(database: Database) -> None:
    set_first_day(database, date(2026, 11, 20), "Nok", NOON)

    in_time = figure(risks_of(database, date(2026, 11, 21))[RiskName.OVERRUN])
    late = figure(risks_of(database, date(2026, 11, 30))[RiskName.OVERRUN])

    assert in_time.state is RiskState.QUIET
    assert late.state is RiskState.TRIGGERED
    assert dict(late.said.facts) == {"day": 11, "n_due": 6, "n_open": 6, "n_days": 9}


def test_noted_hours_beyond_the_papers_weeks_trigger_the_overrun(database: Database) -> None:
    step = SetupStep(
        setup_step_id="u", condition_name="wan-1.3b", what="nodes", person_hours=81.0,
        machine_hours=2.0, done_on=NOON, who="Nok",
    )  # fmt: skip
    store.save(database, step)

    found = risks_of(database)[RiskName.OVERRUN]

    assert [one.state for one in found.figures] == [RiskState.UNKNOWN, RiskState.TRIGGERED]
    assert found.state is RiskState.TRIGGERED


def summary(n_down: int, n_up: int, n_would_not: int = 0, n_would: int = 0) -> FeedbackSummary:
    return FeedbackSummary(
        condition_id=WAN.condition_id, origin=Origin.LIVE, n=n_up + n_down, n_up=n_up,
        n_down=n_down, n_would_use=n_would, n_would_not=n_would_not,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "states"),
    [
        (summary(0, 9), [RiskState.UNKNOWN, RiskState.UNKNOWN]),
        (summary(0, 10), [RiskState.QUIET]),
        (summary(7, 3), [RiskState.TRIGGERED]),
        (summary(3, 7), [RiskState.UNKNOWN]),
        (summary(0, 10, 9, 3), [RiskState.QUIET, RiskState.TRIGGERED]),
    ],
)
def test_ten_words_are_needed_before_dissatisfaction_is_told(
    database: Database, words: FeedbackSummary, states: list[RiskState]
) -> None:
    found = dissatisfaction_figures(case_of(database), [words])

    assert [one.state for one in found] == states


def test_thumbs_on_sandbox_clips_say_nothing_of_real_ones(database: Database) -> None:
    stock(database, *grid(WAN), *_disliked(Origin.SANDBOX))
    simulated = risks_of(database)[RiskName.DISSATISFACTION].state
    stock(database, *_disliked(Origin.LIVE))

    assert simulated is RiskState.UNKNOWN
    assert risks_of(database)[RiskName.DISSATISFACTION].state is RiskState.TRIGGERED


def test_a_risk_of_the_sandbox_says_that_it_was_played(database: Database) -> None:
    stock(database, *grid(WAN, Origin.SANDBOX))

    assert risks_of(database)[RiskName.VRAM].figures[-1].said.key == "answers.sandbox"


def _disliked(origin: Origin) -> Iterator[Any]:
    for i in range(10):
        own = f"{origin}-{i}"
        yield run(own, campaign_id=None, origin=origin, clip_id=f"k-{own}")
        yield clip(f"k-{own}", own)
        yield ClipFeedback(
            feedback_id=own, clip_id=f"k-{own}", who="Nok", given_at=NOON, thumb=Thumb.DOWN
        )


def test_one_trigger_is_enough_and_information_triggers_nothing() -> None:
    said = Sentence(key="risks.vram.cloud")
    told, quiet = RiskFigure(said=said), RiskFigure(said=said, state=RiskState.QUIET)
    triggered = RiskFigure(said=said, state=RiskState.TRIGGERED)

    assert combined([told]) is RiskState.UNKNOWN
    assert combined([told, quiet]) is RiskState.QUIET
    assert combined([quiet, triggered]) is RiskState.TRIGGERED


@pytest.mark.parametrize(
    ("states", "level"),
    [
        ([(RiskState.TRIGGERED, Level.HIGH)], Level.HIGH),
        ([(RiskState.TRIGGERED, Level.MEDIUM)], Level.MEDIUM_HIGH),
        ([(RiskState.UNKNOWN, Level.HIGH)], Level.MEDIUM_HIGH),
        ([(RiskState.UNKNOWN, Level.MEDIUM)], Level.MEDIUM),
        ([(RiskState.QUIET, Level.HIGH)], Level.LOW),
    ],
)
def test_the_overall_level_follows_from_states_and_impacts(
    states: list[tuple[RiskState, Level]], level: Level
) -> None:
    found = [risk(RiskName.VRAM, state, impact) for state, impact in states]

    assert overall_level(found) is level


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_rule_and_mitigation_can_be_said(database: Database, language: str) -> None:
    stock(database, *grid(WAN))
    set_first_day(database, date(2026, 11, 1), "Nok", NOON)

    found = measured_risks(database, case_of(database), plan=shipped_plan(), today=TODAY)

    said = [part.say(language) for one in found for part in (one.rule, one.mitigation)]
    said += [one.said.say(language) for each in found for one in each.figures]
    assert all(said)
