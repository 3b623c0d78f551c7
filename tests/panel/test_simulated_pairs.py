import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.panel.campaigns import NOW, Panel, make_panel
from videogen.domain.rating import RaterKind
from videogen.domain.run import Origin, RunStatus
from videogen.errors import InvalidInputError
from videogen.panel import simulate_raters
from videogen.panel.simulated_pairs import simulate_pair_votes
from videogen.store import (
    Database,
    campaign_runs,
    pair_rounds,
    pairs_of,
    raters,
    save,
    voted_pairs,
)


def test_simulated_people_vote_on_every_pair_of_a_whole_round(panel: Panel) -> None:
    simulate_pair_votes(panel.database, "c1", 3, 1, NOW)

    votes = voted_pairs(panel.database, "c1")
    held = pair_rounds(panel.database, "c1")
    assert len(votes) == 3 * 5
    assert {one.rater_kind for one in votes} == {RaterKind.SIMULATED}
    assert {one.ended_at for one in held} == {NOW}
    assert held[0].condition_ids == panel.campaign.candidates
    assert all(
        one.served_at and one.ended_at
        for begun in held
        for one in pairs_of(panel.database, begun.pair_round_id)
    )


def test_they_are_the_same_people_as_those_who_rate(panel: Panel) -> None:
    simulate_raters(panel.database, "c1", 3, 9, NOW)

    simulate_pair_votes(panel.database, "c1", 3, 9, NOW)

    assert len(raters(panel.database)) == 3


def test_the_same_seed_again_adds_nothing(panel: Panel) -> None:
    simulate_pair_votes(panel.database, "c1", 3, 9, NOW)
    before = voted_pairs(panel.database, "c1")

    simulate_pair_votes(panel.database, "c1", 3, 9, NOW.replace(hour=15))

    assert voted_pairs(panel.database, "c1") == before


def test_six_people_and_thirty_prompts_take_a_moment_and_prefer_what_is_better(
    tmp_path: Path,
) -> None:
    with Database.open(tmp_path / "videogen.duckdb") as database:
        make_panel(database, n_prompts=30, seeds=(1,))
        began = time.monotonic()

        simulate_pair_votes(database, "c1", 6, 2, NOW)

        took_s = time.monotonic() - began
        votes = voted_pairs(database, "c1")

    won: Counter[str] = Counter()
    for one in votes:
        if one.choice == "left":
            won[one.left_condition_id.split("@")[0]] += 1
        elif one.choice == "right":
            won[one.right_condition_id.split("@")[0]] += 1
    assert took_s < 10  # some 0.3 s on a quiet machine
    assert len(votes) == 6 * 36
    assert won["wan-14b"] > won["wan-1.3b"] > 0


def test_a_campaign_with_live_runs_takes_no_simulated_vote(tmp_path: Path) -> None:
    with Database.open(tmp_path / "videogen.duckdb") as database:
        make_panel(database, origin=Origin.LIVE)

        with pytest.raises(InvalidInputError) as error:
            simulate_pair_votes(database, "c1", 3, 1, NOW)

        assert error.value.problem == "simulated_for_live"
        assert voted_pairs(database, "c1") == []


def test_where_nothing_can_be_compared_nobody_votes(panel: Panel) -> None:
    failed = [
        replace(run, run_id=f"again-{run.run_id}", status=RunStatus.FAILED, clip_id=None)
        for run in campaign_runs(panel.database, "c1")
    ]
    degraded = [replace(run, is_degraded=True) for run in campaign_runs(panel.database, "c1")]
    save(panel.database, *failed, *degraded)

    simulate_pair_votes(panel.database, "c1", 3, 1, NOW)

    assert pair_rounds(panel.database, "c1") == []
    assert raters(panel.database) == []
