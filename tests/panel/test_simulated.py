import time
from collections import defaultdict
from pathlib import Path
from statistics import mean

import pytest

from tests.panel.campaigns import NOW, Panel, make_panel
from videogen.domain.rating import RaterKind
from videogen.domain.run import Origin
from videogen.errors import InvalidInputError
from videogen.panel import simulate_raters, start
from videogen.store import Database, gate_ratings, presentations_of, raters, sessions


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
