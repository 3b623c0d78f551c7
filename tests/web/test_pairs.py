from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.panel.campaigns import NOW
from tests.web.conftest import Studio
from videogen.domain.rating import PairRound
from videogen.panel.pair_playlist import pair_playlist
from videogen.panel.pairs import next_pairs, start_pairs
from videogen.store import pair_votes_of, pairs_of, renditions

N_PAIRS = 4  # three prompts, one of them again


@pytest.fixture
def pair_round(studio: Studio) -> PairRound:
    """A round of a rater who has not been here before."""
    database = studio.application.database
    chosen = studio.panel.campaign.condition_ids[:2]
    name = f"Rater {uuid4()}"
    return start_pairs(database, "c1", name, chosen, seed=3, now=datetime.now(UTC))


def _vote(studio: Studio, begun: PairRound, **changes: Any) -> dict[str, Any]:
    pair = next_pairs(studio.application.database, begun.pair_round_id, NOW).current
    assert pair is not None
    return {
        "vote_id": str(uuid4()),
        "pair_id": pair.pair_id,
        "choice": "left",
        "played_to_end": True,
        "replays": 0,
        "stalls": 0,
        "dropped_frames": 0,
    } | changes


def _address(begun: PairRound, what: str = "votes") -> str:
    return f"/pairs/{begun.pair_round_id}/{what}"


def test_a_vote_is_saved_and_answered_with_the_next_pair_and_the_one_after(
    studio: Studio, pair_round: PairRound
) -> None:
    vote = _vote(studio, pair_round)

    reply = studio.http.post(_address(pair_round), json=vote)

    told = reply.json()
    (stored,) = pair_votes_of(studio.application.database, pair_round.pair_round_id)
    assert reply.status_code == 200
    assert told["saved"] == vote["vote_id"] == stored.vote_id
    assert (told["n_voted"], told["total"], told["done"]) == (1, N_PAIRS, False)
    assert (told["next"]["position"], told["after"]["position"]) == (1, 2)
    assert set(told["next"]) == {"pair_id", "left", "right", "position"}


def test_either_side_is_served_as_the_blind_copy_of_its_clip(
    studio: Studio, pair_round: PairRound
) -> None:
    database = studio.application.database
    now = datetime.now(UTC)
    told = pair_playlist(database, studio.application.tokens, pair_round.pair_round_id, now)
    pair = pairs_of(database, pair_round.pair_round_id)[0]
    copies = renditions(database, "c1")

    entry = told["next"]
    assert isinstance(entry, dict)
    left, right = (studio.http.get(f"/clips/{entry[side]}") for side in ("left", "right"))

    folder = studio.application.clips_folder
    assert left.content == (folder / copies[pair.left_clip_id].file).read_bytes()
    assert right.content == (folder / copies[pair.right_clip_id].file).read_bytes()
    assert len(left.content) == len(right.content)
    telling = [name for name in left.headers if name != "etag"]
    assert [left.headers[name] for name in telling] == [right.headers[name] for name in telling]


def test_the_same_vote_in_eight_threads_is_counted_once(
    studio: Studio, pair_round: PairRound
) -> None:
    vote = _vote(studio, pair_round)

    with ThreadPoolExecutor(8) as pool:
        replies = list(
            pool.map(lambda _: studio.http.post(_address(pair_round), json=vote), range(8))
        )

    assert [reply.status_code for reply in replies] == [200] * 8
    assert {reply.json()["n_voted"] for reply in replies} == {1}


def test_the_last_vote_says_that_the_round_is_done(studio: Studio, pair_round: PairRound) -> None:
    replies = [
        studio.http.post(_address(pair_round), json=_vote(studio, pair_round)).json()
        for _ in range(N_PAIRS)
    ]

    assert [reply["done"] for reply in replies] == [False] * (N_PAIRS - 1) + [True]
    assert replies[-1]["next"] is None


def test_undo_answers_with_the_pair_that_was_taken_back(
    studio: Studio, pair_round: PairRound
) -> None:
    vote = _vote(studio, pair_round)
    studio.http.post(_address(pair_round), json=vote)

    reply = studio.http.post(_address(pair_round, "undo"), json={"n_voted": 1})

    assert reply.json()["undone"] == vote["pair_id"] == reply.json()["next"]["pair_id"]
    assert pair_votes_of(studio.application.database, pair_round.pair_round_id) == []


def test_a_stale_tab_is_told_where_the_round_stands(studio: Studio, pair_round: PairRound) -> None:
    vote = _vote(studio, pair_round)
    studio.http.post(_address(pair_round), json=vote)

    reply = studio.http.post(
        _address(pair_round), json=vote | {"vote_id": str(uuid4()), "choice": "tie"}
    )

    assert reply.status_code == 409
    assert reply.json()["error"]["code"] == "already_voted"
    assert reply.json()["standing"]["n_voted"] == 1
    assert reply.json()["standing"]["next"]["position"] == 1


def test_a_pair_that_cannot_be_loaded_is_put_off_to_the_end_once(
    studio: Studio, pair_round: PairRound
) -> None:
    vote = _vote(studio, pair_round)
    off = {"pair_id": vote["pair_id"]}

    told = studio.http.post(_address(pair_round, "put-off"), json=off).json()
    twice = studio.http.post(_address(pair_round, "put-off"), json=off).json()

    order = [one.pair_id for one in pairs_of(studio.application.database, pair_round.pair_round_id)]
    assert told == twice
    assert told["next"]["pair_id"] == order[0] != vote["pair_id"] == order[-1]
    assert (told["n_voted"], told["total"]) == (0, N_PAIRS)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"choice": "both"}, "choice"),
        ({"choice": None}, "choice"),
        ({"choice": ["left"]}, "choice"),
        ({"played_to_end": False}, "played_to_end"),
        ({"played_to_end": "yes"}, "played_to_end"),
        ({"vote_id": ""}, "vote_id"),
        ({"vote_id": "1"}, "vote_id"),
        ({"pair_id": 7}, "pair_id"),
        ({"replays": -1}, "replays"),
        ({"dropped_frames": "many"}, "dropped_frames"),
    ],
)
@pytest.mark.parametrize("language", ["en", "th"])
def test_a_vote_that_cannot_be_is_refused_by_the_name_of_its_field(
    studio: Studio, pair_round: PairRound, changes: dict[str, Any], field: str, language: str
) -> None:
    reply = studio.http.post(
        f"{_address(pair_round)}?lang={language}", json=_vote(studio, pair_round, **changes)
    )

    error = reply.json()["error"]
    assert reply.status_code == 400
    assert error["field"] == field
    assert error["message"]
    assert error["hint"]
    assert "\n" not in error["message"] + error["hint"]
    assert pair_votes_of(studio.application.database, pair_round.pair_round_id) == []


def test_an_unseen_pair_is_refused_and_an_unknown_one_not_found(
    studio: Studio, pair_round: PairRound
) -> None:
    vote = _vote(studio, pair_round)
    unseen = pairs_of(studio.application.database, pair_round.pair_round_id)[-1]

    early = studio.http.post(_address(pair_round), json=vote | {"pair_id": unseen.pair_id})
    nothing = studio.http.post(_address(pair_round), json=vote | {"pair_id": "nothing"})
    nowhere = studio.http.post("/pairs/nowhere/votes", json=vote)
    no_undo = studio.http.post(_address(pair_round, "undo"), json={})

    replies = (early, nothing, nowhere, no_undo)
    assert [reply.status_code for reply in replies] == [400, 404, 404, 400]
    assert [reply.json()["error"]["field"] for reply in replies] == [
        "pair_id", "pair_id", "pair_round_id", "pair_round_id",
    ]  # fmt: skip
