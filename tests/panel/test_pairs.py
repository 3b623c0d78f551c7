from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.panel.campaigns import NOW, Panel, make_panel
from videogen.domain.rating import Pair, PairChoice, PairRound
from videogen.domain.run import Origin
from videogen.errors import InvalidInputError, NotFoundError
from videogen.panel import leave_round, simulate_raters
from videogen.panel.names import human_rater
from videogen.panel.pairs import (
    AlreadyVotedError,
    PairBallot,
    count_pairs,
    leave_pairs,
    next_pairs,
    open_round,
    start_pairs,
    undo_last_vote,
    vote,
)
from videogen.store import (
    Database,
    campaign_runs,
    events_of,
    get_clip,
    get_pair_round,
    pair_rounds,
    pair_votes_of,
    pairs_of,
    save,
    voted_pairs,
)


def _begin(
    panel: Panel, name: str = "Malee", *, seed: int | None = 7, n_conditions: int = 2
) -> PairRound:
    chosen = panel.campaign.condition_ids[:n_conditions]
    return start_pairs(panel.database, "c1", name, chosen, seed=seed, now=NOW)


def _current(panel: Panel, begun: PairRound) -> Pair:
    pair = next_pairs(panel.database, begun.pair_round_id, NOW).current
    assert pair is not None
    return pair


def _ballot(pair: Pair, choice: PairChoice = PairChoice.LEFT, **changes: object) -> PairBallot:
    ballot = PairBallot(
        pair_round_id=pair.pair_round_id,
        vote_id=str(uuid4()),
        pair_id=pair.pair_id,
        choice=choice,
        played_to_end=True,
        replays=1,
        stalls=0,
        dropped_frames=2,
    )
    return replace(ballot, **changes)  # type: ignore[arg-type]


def _finish(panel: Panel, begun: PairRound) -> None:
    while next_pairs(panel.database, begun.pair_round_id, NOW).current is not None:
        vote(panel.database, _ballot(_current(panel, begun)), NOW)


def test_a_round_sets_clips_of_one_prompt_and_two_conditions_side_by_side(panel: Panel) -> None:
    begun = _begin(panel)

    runs = {run.clip_id: run for run in campaign_runs(panel.database, "c1")}
    pairs = pairs_of(panel.database, begun.pair_round_id)
    assert [pair.position for pair in pairs] == list(range(5))  # four prompts, one of them again
    assert [pair.is_repeat for pair in pairs].count(True) == 1
    for pair in pairs:
        left, right = runs[pair.left_clip_id], runs[pair.right_clip_id]
        assert left.prompt_id == right.prompt_id
        assert {left.condition_id, right.condition_id} == set(begun.condition_ids)
        assert left.seed == right.seed == 1  # of the rated seeds only


def test_degraded_clips_and_those_of_the_other_origin_are_left_out(panel: Panel) -> None:
    made = {(run.prompt_id, run.seed): run for run in campaign_runs(panel.database, "c1")}
    degraded = replace(made["p0", 1], is_degraded=True)
    live = [replace(one, origin=Origin.LIVE) for one in campaign_runs(panel.database, "c1")]
    save(panel.database, degraded)

    begun = _begin(panel)

    pairs = pairs_of(panel.database, begun.pair_round_id)
    assert degraded.clip_id not in {one.left_clip_id for one in pairs}
    save(panel.database, *[one for one in live if one.prompt_id == "p1"])
    measured = _begin(panel, "Anan")
    clips = {one.left_clip_id for one in pairs_of(panel.database, measured.pair_round_id)}
    assert clips <= {one.clip_id for one in live if one.prompt_id == "p1"}


def test_the_same_seed_gives_the_same_round(panel: Panel) -> None:
    first, second = _begin(panel, "Malee"), _begin(panel, "Anan")

    shown = [
        [(one.left_clip_id, one.right_clip_id) for one in pairs_of(panel.database, one_round)]
        for one_round in (first.pair_round_id, second.pair_round_id)
    ]
    assert shown[0] == shown[1]


def test_a_rater_who_comes_back_goes_on_where_the_round_stopped(panel: Panel) -> None:
    begun = _begin(panel)
    vote(panel.database, _ballot(_current(panel, begun)), NOW)

    again = start_pairs(panel.database, "c1", "  Malee ", panel.campaign.condition_ids, now=NOW)

    turn = next_pairs(panel.database, again.pair_round_id, NOW)
    assert again == begun == open_round(panel.database, "c1", " Malee")
    assert (turn.n_voted, turn.total) == (1, 5)
    assert turn.current is not None
    assert turn.after is not None
    assert (turn.current.position, turn.after.position) == (1, 2)


def test_two_tabs_of_one_rater_open_one_round(panel: Panel) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: _begin(panel), range(8)))

    assert len({one.pair_round_id for one in opened}) == 1
    assert len(pair_rounds(panel.database, "c1")) == 1


def test_a_vote_is_stored_with_what_stood_on_either_side(panel: Panel) -> None:
    begun = _begin(panel)
    pair = _current(panel, begun)

    given = vote(panel.database, _ballot(pair, PairChoice.RIGHT), NOW)

    (found,) = voted_pairs(panel.database, "c1")
    assert (found.choice, found.rater_name, found.pair_id) == ("right", "Malee", pair.pair_id)
    assert found.left_clip_id == pair.left_clip_id == given.left_clip_id
    assert get_clip(panel.database, pair.left_clip_id).run_id == (
        f"run-{found.left_condition_id}-{found.prompt_id}-1"
    )
    watched = pairs_of(panel.database, begun.pair_round_id)[0]
    assert (watched.served_at, watched.ended_at) == (NOW, NOW)
    (event,) = events_of(panel.database, pair.pair_id)
    assert (event.data["replays"], event.data["dropped_frames"]) == (1, 2)


def test_the_same_vote_from_eight_threads_counts_once(panel: Panel) -> None:
    begun = _begin(panel)
    ballot = _ballot(_current(panel, begun))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: vote(panel.database, ballot, NOW), range(8)))

    assert len(voted_pairs(panel.database, "c1")) == 1
    assert len(events_of(panel.database, ballot.pair_id)) == 1


def test_a_key_that_was_used_for_another_vote_is_refused(panel: Panel) -> None:
    begun = _begin(panel)
    ballot = _ballot(_current(panel, begun))
    vote(panel.database, ballot, NOW)

    with pytest.raises(InvalidInputError) as error:
        vote(panel.database, replace(ballot, choice=PairChoice.TIE), NOW)

    assert error.value.problem == "vote_key_used"
    assert [one.choice for one in voted_pairs(panel.database, "c1")] == ["left"]


def test_a_second_vote_on_a_pair_under_another_key_is_told_that_one_stands(panel: Panel) -> None:
    begun = _begin(panel)
    pair = _current(panel, begun)
    vote(panel.database, _ballot(pair), NOW)

    with pytest.raises(AlreadyVotedError):
        vote(panel.database, _ballot(pair, PairChoice.RIGHT), NOW)

    assert [one.choice for one in voted_pairs(panel.database, "c1")] == ["left"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"played_to_end": False}, "pair_not_played_to_end"),
        ({"vote_id": "1"}, "vote_id_no_uuid"),
    ],
)
def test_a_vote_that_cannot_be_is_refused(
    panel: Panel, changes: dict[str, Any], problem: str
) -> None:
    begun = _begin(panel)

    with pytest.raises(InvalidInputError) as error:
        vote(panel.database, _ballot(_current(panel, begun), **changes), NOW)

    assert error.value.problem == problem
    assert voted_pairs(panel.database, "c1") == []


def test_a_pair_of_another_round_and_one_that_was_not_shown_are_refused(panel: Panel) -> None:
    mine, other = _begin(panel, "Malee"), _begin(panel, "Anan")
    foreign = _ballot(_current(panel, other), pair_round_id=mine.pair_round_id)
    unseen = _ballot(pairs_of(panel.database, mine.pair_round_id)[3])

    with pytest.raises(InvalidInputError) as of_another:
        vote(panel.database, foreign, NOW)
    with pytest.raises(InvalidInputError) as not_shown:
        vote(panel.database, unseen, NOW)

    assert of_another.value.problem == "pair_of_another_round"
    assert not_shown.value.problem == "pair_not_shown"


def test_a_round_or_pair_that_does_not_exist_is_not_found(panel: Panel) -> None:
    pair = _current(panel, _begin(panel))

    with pytest.raises(NotFoundError):
        vote(panel.database, _ballot(pair, pair_round_id="nowhere"), NOW)
    with pytest.raises(NotFoundError):
        vote(panel.database, _ballot(pair, pair_id="nothing"), NOW)
    with pytest.raises(NotFoundError):
        next_pairs(panel.database, "nowhere", NOW)


def test_undo_asks_for_the_last_pair_again_and_may_arrive_twice(panel: Panel) -> None:
    begun = _begin(panel)
    first = _current(panel, begun)
    vote(panel.database, _ballot(first), NOW)
    second = _current(panel, begun)
    vote(panel.database, _ballot(second), NOW + timedelta(seconds=9))

    undone = undo_last_vote(panel.database, begun.pair_round_id, NOW, n_voted=2)
    twice = undo_last_vote(panel.database, begun.pair_round_id, NOW, n_voted=2)

    assert undone is not None
    assert undone.pair_id == second.pair_id == _current(panel, begun).pair_id
    assert twice is None
    assert [one.pair_id for one in voted_pairs(panel.database, "c1")] == [first.pair_id]


def test_a_vote_that_was_taken_back_does_not_return_when_it_is_sent_again(panel: Panel) -> None:
    begun = _begin(panel)
    ballot = _ballot(_current(panel, begun))
    vote(panel.database, ballot, NOW)
    undo_last_vote(panel.database, begun.pair_round_id, NOW)

    vote(panel.database, ballot, NOW)

    assert pair_votes_of(panel.database, begun.pair_round_id) == []


def test_the_last_vote_ends_the_round_and_undo_opens_it_again(panel: Panel) -> None:
    begun = _begin(panel)
    _finish(panel, begun)
    ended = get_pair_round(panel.database, begun.pair_round_id)

    undo_last_vote(panel.database, begun.pair_round_id, NOW)

    assert ended.ended_at == NOW
    assert get_pair_round(panel.database, begun.pair_round_id).ended_at is None


def test_there_is_nothing_to_undo_before_the_first_vote(panel: Panel) -> None:
    with pytest.raises(InvalidInputError) as error:
        undo_last_vote(panel.database, _begin(panel).pair_round_id, NOW)

    assert error.value.problem == "no_vote_to_undo"


def test_a_second_round_asks_only_what_the_first_did_not(panel: Panel) -> None:
    _finish(panel, _begin(panel))

    with pytest.raises(InvalidInputError) as error:
        _begin(panel)
    wider = _begin(panel, n_conditions=3)

    assert error.value.problem == "nothing_to_compare"
    pairs = [one for one in pairs_of(panel.database, wider.pair_round_id) if not one.is_repeat]
    assert len(pairs) == 8  # two of the three pairs of conditions, four prompts


def test_a_round_that_was_left_counts_and_what_is_left_may_be_asked_again(panel: Panel) -> None:
    begun = _begin(panel)
    vote(panel.database, _ballot(_current(panel, begun)), NOW)
    n_before = count_pairs(panel.database, panel.campaign, "Malee", begun.condition_ids)

    left = leave_pairs(panel.database, begun.pair_round_id, NOW + timedelta(minutes=1))
    again = leave_pairs(panel.database, begun.pair_round_id, NOW + timedelta(minutes=2))
    rest = _begin(panel)

    assert left == again
    assert open_round(panel.database, "c1", "Malee") == rest
    assert len(voted_pairs(panel.database, "c1")) == 1
    assert len(pairs_of(panel.database, rest.pair_round_id)) == n_before == 4


def test_a_round_is_as_long_as_it_was_told_to_be(panel: Panel) -> None:
    chosen = panel.campaign.condition_ids

    told = [count_pairs(panel.database, panel.campaign, "Malee", chosen[:n]) for n in (1, 2, 3)]

    assert told == [0, 5, 14]
    assert len(pairs_of(panel.database, _begin(panel, n_conditions=3).pair_round_id)) == 14


def test_who_left_the_rating_round_may_compare_pairs_all_the_same(panel: Panel) -> None:
    malee = human_rater(panel.database, "Malee", NOW)
    save(panel.database, malee)
    leave_round(panel.database, "c1", malee.rater_id, NOW)

    assert _begin(panel).rater_id == malee.rater_id


@pytest.mark.parametrize("n_conditions", [0, 1, 5])
def test_pairs_need_two_to_four_conditions(tmp_path: Path, n_conditions: int) -> None:
    with Database.open(tmp_path / "five.duckdb") as database:
        panel = make_panel(database, n_conditions=5)

        with pytest.raises(InvalidInputError) as error:
            _begin(panel, n_conditions=n_conditions)

    assert error.value.problem == "pair_conditions_number"


def test_a_foreign_condition_an_empty_and_a_simulated_name_are_refused(panel: Panel) -> None:
    (simulated, *_) = simulate_raters(panel.database, "c1", 1, 1, NOW)

    with pytest.raises(InvalidInputError) as foreign:
        start_pairs(panel.database, "c1", "Malee", ("sora@1", "wan@1"), now=NOW)
    with pytest.raises(InvalidInputError) as empty:
        _begin(panel, "  ")
    with pytest.raises(InvalidInputError) as machine:
        _begin(panel, simulated.name)

    assert foreign.value.problem == "condition_not_in_campaign"
    assert empty.value.problem == "rater_name_empty"
    assert machine.value.problem == "rater_name_simulated"
    assert pair_rounds(panel.database, "c1") == []
