"""Which opinions count."""

from dataclasses import replace

import pytest

from tests.store.records import NOON, make_rating, minutes, rated_clip
from videogen.domain.rating import Dimension, PanelSession, PresentationKind, RaterKind
from videogen.domain.run import Origin
from videogen.errors import NotFoundError
from videogen.store import (
    Database,
    GateRating,
    find_rater,
    gate_ratings,
    get_session,
    presentations_of,
    ratings_of,
    save,
    sessions,
    withdraw_rating,
)


def test_a_gate_rating_names_its_condition_prompt_and_rater(database: Database) -> None:
    save(database, *rated_clip("k1", "bob"), make_rating("g1", "shown-k1-bob-test", 4))

    assert gate_ratings(database, "c1") == [
        GateRating(
            condition_id="wan@1",
            prompt_id="p1",
            seed=42,
            clip_id="k1",
            rater_id="bob",
            rater_kind=RaterKind.HUMAN,
            score=4,
            origin=Origin.SANDBOX,
        )
    ]
    assert gate_ratings(database, "another campaign") == []


@pytest.mark.parametrize("kind", [k for k in PresentationKind if k is not PresentationKind.TEST])
def test_only_test_presentations_reach_the_gate(database: Database, kind: PresentationKind) -> None:
    save(
        database, *rated_clip("k1", "bob", kind=kind), make_rating("g1", f"shown-k1-bob-{kind}", 4)
    )

    assert gate_ratings(database, "c1") == []


def test_only_the_overall_dimension_reaches_the_gate(database: Database) -> None:
    motion = make_rating("g1", "shown-k1-bob-test", 4, dimension=Dimension.MOTION)
    save(database, *rated_clip("k1", "bob"), motion)

    assert gate_ratings(database, "c1") == []


def test_the_newest_rating_counts_even_when_the_clock_stood_still(database: Database) -> None:
    shown = "shown-k1-bob-test"
    save(database, *rated_clip("k1", "bob"))
    save(database, make_rating("g1", shown, 1), make_rating("g2", shown, 5))

    assert [rating.score for rating in gate_ratings(database, "c1")] == [5]
    assert [rating.rating_id for rating in ratings_of(database, "session-bob")] == ["g2"]


def test_a_withdrawn_rating_lets_the_earlier_one_count_again(database: Database) -> None:
    shown = "shown-k1-bob-test"
    save(
        database,
        *rated_clip("k1", "bob"),
        make_rating("g1", shown, 2, rated_at=NOON),
        make_rating("g2", shown, 5, rated_at=minutes(1)),
    )

    withdraw_rating(database, "g2", minutes(2))
    withdraw_rating(database, "g2", minutes(3))  # pressed twice

    assert [rating.score for rating in gate_ratings(database, "c1")] == [2]
    assert database.value("SELECT count(*) FROM rating") == 2  # nothing was deleted


def test_a_withdrawn_rating_leaves_its_presentation_unrated(database: Database) -> None:
    save(database, *rated_clip("k1", "bob"), make_rating("g1", "shown-k1-bob-test", 4))

    withdraw_rating(database, "g1", minutes(1))

    assert ratings_of(database, "session-bob") == []
    assert gate_ratings(database, "c1") == []


def test_each_rater_of_a_clip_counts_once_over_all_rounds(database: Database) -> None:
    save(database, *rated_clip("k1", "bob"), make_rating("g1", "shown-k1-bob-test", 2))
    (shown,) = presentations_of(database, "session-bob")
    second = PanelSession(
        session_id="second", campaign_id="c1", rater_id="bob", round=2, seed=8, started_at=NOON
    )
    again = replace(shown, presentation_id="again", session_id="second")
    save(database, second, again, make_rating("g2", "again", 4, rated_at=minutes(9)))

    assert [rating.score for rating in gate_ratings(database, "c1")] == [4]


def test_withdrawing_what_was_never_given_is_refused(database: Database) -> None:
    with pytest.raises(NotFoundError):
        withdraw_rating(database, "nobody", NOON)


def test_a_rater_is_found_by_name(database: Database) -> None:
    save(database, *rated_clip("k1", "bob"))

    found = find_rater(database, "bob")

    assert found is not None
    assert found.rater_id == "bob"
    assert find_rater(database, "carol") is None
    assert sessions(database, "c1") == [get_session(database, "session-bob")]
