import time
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from statistics import mean

import pytest

from tests.panel.campaigns import NOW, Panel, make_panel
from tests.panel.references import add_references
from videogen.domain.rating import PresentationKind, RaterKind
from videogen.domain.run import Origin
from videogen.errors import InvalidInputError
from videogen.panel import simulate_raters, start
from videogen.store import (
    Database,
    campaign_runs,
    gate_ratings,
    get_clip,
    panel_opinions,
    presentations_of,
    raters,
    save,
    sessions,
)


def test_simulated_raters_leave_real_sessions_marked_as_simulated(panel: Panel) -> None:
    simulate_raters(panel.database, "c1", 4, 1, NOW)

    ratings = gate_ratings(panel.database, "c1")
    assert len(ratings) == 4 * 12
    assert {one.rater_kind for one in ratings} == {RaterKind.SIMULATED}
    held = sessions(panel.database, "c1")
    assert len(held) == 4
    assert all(
        one.ended_at is not None and one.served_at is not None
        for session in held
        for one in presentations_of(panel.database, session.session_id)
    )


def test_the_same_seed_again_adds_nothing(panel: Panel) -> None:
    simulate_raters(panel.database, "c1", 3, 9, NOW)
    before = gate_ratings(panel.database, "c1")

    simulate_raters(panel.database, "c1", 3, 9, NOW)

    assert gate_ratings(panel.database, "c1") == before
    assert len(raters(panel.database)) == 3


def test_a_hundred_and_fifty_clips_are_rated_in_seconds_and_in_the_expected_order(
    tmp_path: Path,
) -> None:
    with Database.open(tmp_path / "videogen.duckdb") as database:
        make_panel(database, n_prompts=30, n_conditions=5, seeds=(1,))
        began = time.monotonic()

        simulate_raters(database, "c1", 6, 2, NOW)

        took_s = time.monotonic() - began
        scores = defaultdict(list)
        for one in gate_ratings(database, "c1"):
            scores[one.condition_id.split("@")[0]].append(one.score)

    assert took_s < 60  # some 3 s on a quiet machine
    assert {len(given) for given in scores.values()} == {30 * 6}
    means = {name: mean(given) for name, given in scores.items()}
    assert means["animatediff"] < means["wan-1.3b"] < means["wan-14b"]
    assert abs(means["animatediff"] - 3.1) < 0.4


def test_a_campaign_with_live_runs_takes_no_simulated_rating(tmp_path: Path) -> None:
    with Database.open(tmp_path / "videogen.duckdb") as database:
        make_panel(database, origin=Origin.LIVE)

        with pytest.raises(InvalidInputError) as error:
            simulate_raters(database, "c1", 3, 1, NOW)

        assert error.value.problem == "simulated_for_live"
        assert gate_ratings(database, "c1") == []


def test_a_person_cannot_rate_under_a_simulated_name(panel: Panel) -> None:
    (rater, *_) = simulate_raters(panel.database, "c1", 1, 1, NOW)

    with pytest.raises(InvalidInputError) as error:
        start(panel.database, "c1", rater.name, now=NOW)

    assert error.value.problem == "rater_name_simulated"


def test_simulated_raters_sit_through_whole_sessions_and_pass_what_people_should_pass(
    panel: Panel,
) -> None:
    add_references(panel.database)

    simulate_raters(panel.database, "c1", 6, 1, NOW)

    said = [one for one in panel_opinions(panel.database, "c1") if one.dimension == "overall"]
    kinds = Counter(one.kind for one in said)
    assert kinds == {
        PresentationKind.TRAINING: 24,
        PresentationKind.GOLD: 6,
        PresentationKind.TRAP: 6,
        PresentationKind.REPEAT: 6,
        PresentationKind.TEST: 72,
    }
    known = [(one.kind, one.score - one.expected_score) for one in said if one.expected_score]
    assert all(off == 0 for kind, off in known if kind is PresentationKind.TRAP)
    assert all(abs(off) <= 1 for _, off in known)
    first = {(one.rater_id, one.clip_id): one.score for one in said if one.kind == "test"}
    again = [one for one in said if one.kind is PresentationKind.REPEAT]
    assert all(abs(one.score - first[one.rater_id, one.clip_id]) <= 3 for one in again)


def test_they_watched_to_the_end_one_clip_after_the_other_and_ended_now(panel: Panel) -> None:
    add_references(panel.database)

    simulate_raters(panel.database, "c1", 2, 1, NOW)

    for session in sessions(panel.database, "c1"):
        shown = presentations_of(panel.database, session.session_id)
        served = [one.served_at for one in shown if one.served_at]
        assert session.ended_at == NOW
        assert served == sorted(served)
        assert served[0] == session.started_at
        assert all(one.watched_s in (2.0, 4.0) for one in shown)


def test_a_third_of_them_says_more_than_the_overall_opinion(panel: Panel) -> None:
    add_references(panel.database)

    simulate_raters(panel.database, "c1", 6, 1, NOW)

    details = [one for one in panel_opinions(panel.database, "c1") if one.dimension != "overall"]
    asked = {one.session_id for one in sessions(panel.database, "c1") if one.asks_details}
    assert {one.session_id for one in details} == asked
    assert len(asked) == 2
    assert {one.kind for one in details} == {PresentationKind.TEST, PresentationKind.REPEAT}


def test_clips_that_come_later_are_rated_in_a_further_session(panel: Panel) -> None:
    simulate_raters(panel.database, "c1", 2, 1, NOW)
    before = panel_opinions(panel.database, "c1")
    run = next(run for run in campaign_runs(panel.database, "c1") if run.seed == 1)
    assert run.clip_id is not None
    clip = replace(get_clip(panel.database, run.clip_id), clip_id="late", run_id="run-late")
    save(panel.database, clip, replace(run, run_id="run-late", clip_id="late"))

    simulate_raters(panel.database, "c1", 2, 1, NOW)

    after = panel_opinions(panel.database, "c1")
    assert {one.rating_id for one in before} < {one.rating_id for one in after}
    assert {one.clip_id for one in after if one.round == 2} == {"late"}
    assert len(gate_ratings(panel.database, "c1")) == 2 * 13


def test_the_same_seed_says_the_same_in_another_database(tmp_path: Path) -> None:
    said = []
    for name in ("one", "other"):
        with Database.open(tmp_path / name / "videogen.duckdb") as database:
            make_panel(database)
            add_references(database)
            simulate_raters(database, "c1", 2, 3, NOW)
            said.append(panel_opinions(database, "c1"))

    assert said[0] == said[1]
