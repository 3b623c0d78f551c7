from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from tests.panel.campaigns import NOW, Panel, make_panel
from videogen.domain.rating import PairChoice
from videogen.domain.run import Origin
from videogen.evidence.pair_results import load_pair_results
from videogen.panel.pairs import PairBallot, next_pairs, start_pairs, vote
from videogen.panel.simulated_pairs import simulate_pair_votes
from videogen.store import Database, campaign_runs, get_clip, get_run, save

N_PROMPTS = 10


def _vote_for(panel: Panel, condition_name: str, rater: str, *, but_repeats: bool = False) -> None:
    """Prefers one condition wherever it stands; `but_repeats` prefers the other one then."""
    database = panel.database
    begun = start_pairs(database, "c1", rater, panel.campaign.candidates, seed=1, now=NOW)
    while (pair := next_pairs(database, begun.pair_round_id, NOW).current) is not None:
        run_id = get_clip(database, pair.left_clip_id).run_id
        is_left = get_run(database, run_id or "").condition_id.startswith(condition_name)
        wants_left = is_left is not (but_repeats and pair.is_repeat)
        ballot = PairBallot(
            pair_round_id=begun.pair_round_id,
            vote_id=str(uuid4()),
            pair_id=pair.pair_id,
            choice=PairChoice.LEFT if wants_left else PairChoice.RIGHT,
            played_to_end=True,
        )
        vote(database, ballot, NOW)


@pytest.fixture
def panel(tmp_path: Path) -> Panel:
    database = Database.open(tmp_path / "videogen.duckdb")
    return make_panel(database, n_prompts=N_PROMPTS, seeds=(1,))


def test_votes_become_strengths_with_what_they_rest_on(panel: Panel) -> None:
    _vote_for(panel, "wan-14b", "Malee")
    _vote_for(panel, "wan-14b", "Anan")

    found = load_pair_results(panel.database, "c1")

    (head,) = found.heads
    assert (found.n_votes, found.n_prompts, found.n_raters) == (20, 10, 2)
    assert head.first.startswith("wan-14b")
    assert head.share_first == 1.0
    assert found.fit is not None
    assert found.fit.strengths[0].condition == head.first
    assert found.sides is not None
    assert found.sides.share_left == 0.5  # as each condition stood left as often as right


def test_repeats_check_the_voter_and_are_no_further_votes(panel: Panel) -> None:
    _vote_for(panel, "wan-14b", "Malee")
    _vote_for(panel, "wan-14b", "Anan", but_repeats=True)

    found = load_pair_results(panel.database, "c1")

    assert (found.n_repeats_agree, found.n_repeats) == (2, 4)
    assert found.heads[0].n_votes == found.n_votes == 20


def test_simulated_votes_count_in_the_sandbox_and_never_for_live_clips(panel: Panel) -> None:
    simulate_pair_votes(panel.database, "c1", 3, 1, NOW)

    played = load_pair_results(panel.database, "c1")
    live = [replace(run, origin=Origin.LIVE) for run in campaign_runs(panel.database, "c1")]
    save(panel.database, *live)
    measured = load_pair_results(panel.database, "c1")

    assert (played.origin, played.n_raters, played.n_raters_simulated) == (Origin.SANDBOX, 3, 3)
    assert (measured.origin, measured.n_votes, measured.n_left_out) == (Origin.LIVE, 0, 36)
    assert measured.fit is None
    assert measured.heads == ()


def test_without_a_vote_nothing_is_claimed(panel: Panel) -> None:
    found = load_pair_results(panel.database, "c1")

    assert found.fit is None
    assert found.sides is None
    assert (found.n_votes, found.n_repeats, found.n_raters) == (0, 0, 0)
