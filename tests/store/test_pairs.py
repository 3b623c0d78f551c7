"""Which pair votes count, and what they are votes about."""

from dataclasses import replace
from typing import Any

import pytest

from tests.store.records import NOON, minutes, rated_clip
from videogen.domain.rating import Pair, PairChoice, PairRound, PairVote, RaterKind
from videogen.domain.run import Origin, Run
from videogen.errors import NotFoundError
from videogen.store import (
    Database,
    VotedPair,
    events_of,
    get_pair,
    get_pair_round,
    pair_rounds,
    pair_votes_of,
    pairs_of,
    save,
    voted_pairs,
    withdraw_pair_vote,
)

ROUND = PairRound(
    pair_round_id="pr1",
    campaign_id="c1",
    rater_id="bob",
    condition_ids=("veo@1", "wan@1"),
    seed=3,
    started_at=NOON,
)
PAIR = Pair(
    pair_id="one",
    pair_round_id="pr1",
    position=0,
    left_clip_id="k1",
    right_clip_id="k2",
    is_repeat=False,
)
VOTE = PairVote(
    vote_id="v1",
    campaign_id="c1",
    rater_id="bob",
    left_clip_id="k1",
    right_clip_id="k2",
    choice=PairChoice.LEFT,
    is_repeat=False,
    voted_at=NOON,
    pair_id="one",
)


def _save_round(database: Database, **of_right_run: Any) -> None:
    left = rated_clip("k1", "bob")
    right = [
        replace(one, condition_id="veo@1", **of_right_run) if isinstance(one, Run) else one
        for one in rated_clip("k2", "bob")
    ]
    save(database, *left, *right, ROUND, PAIR)


def test_a_vote_names_both_conditions_the_prompt_and_the_rater(database: Database) -> None:
    _save_round(database)
    save(database, VOTE)

    assert voted_pairs(database, "c1") == [
        VotedPair(
            vote_id="v1",
            pair_id="one",
            pair_round_id="pr1",
            rater_id="bob",
            rater_name="bob",
            rater_kind=RaterKind.HUMAN,
            prompt_id="p1",
            left_clip_id="k1",
            right_clip_id="k2",
            left_condition_id="wan@1",
            right_condition_id="veo@1",
            choice=PairChoice.LEFT,
            is_repeat=False,
            origin=Origin.SANDBOX,
            voted_at=NOON,
        )
    ]
    assert voted_pairs(database, "another campaign") == []


def test_a_vote_that_was_taken_back_stays_stored_and_does_not_count(database: Database) -> None:
    _save_round(database)
    save(database, VOTE)

    withdraw_pair_vote(database, "v1", minutes(1))
    withdraw_pair_vote(database, "v1", minutes(2))

    assert voted_pairs(database, "c1") == []
    assert pair_votes_of(database, "pr1") == []
    assert [one.kind for one in events_of(database, "v1")] == ["pair_vote.withdrawn"]


def test_the_newest_vote_on_a_pair_counts(database: Database) -> None:
    _save_round(database)
    save(database, VOTE, replace(VOTE, vote_id="v2", choice=PairChoice.TIE))

    assert [one.choice for one in voted_pairs(database, "c1")] == [PairChoice.TIE]
    assert [one.vote_id for one in pair_votes_of(database, "pr1")] == ["v2"]


@pytest.mark.parametrize("change", [{"is_degraded": True}, {"origin": Origin.LIVE}])
def test_a_degraded_clip_and_one_of_the_other_origin_do_not_count(
    database: Database, change: dict[str, object]
) -> None:
    _save_round(database, **change)
    save(database, VOTE)

    assert voted_pairs(database, "c1") == []


def test_rounds_and_pairs_are_found_by_what_they_belong_to(database: Database) -> None:
    _save_round(database)

    assert pair_rounds(database, "c1") == [ROUND] == [get_pair_round(database, "pr1")]
    assert pairs_of(database, "pr1") == [PAIR] == [get_pair(database, "one")]
    assert pairs_of(database, "nowhere") == []


def test_what_is_not_stored_is_not_found(database: Database) -> None:
    with pytest.raises(NotFoundError):
        get_pair_round(database, "nowhere")
    with pytest.raises(NotFoundError):
        get_pair(database, "nothing")
    with pytest.raises(NotFoundError):
        withdraw_pair_vote(database, "nothing", NOON)
