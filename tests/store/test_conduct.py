"""What is counted of a rater, and what is not."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.store.records import NOON, make_campaign, make_clip, make_rating, make_run, minutes
from videogen.domain.conduct import RaterConduct
from videogen.domain.rating import (
    Dimension,
    PanelSession,
    Presentation,
    PresentationKind,
    Rater,
    RaterKind,
    ReferenceClip,
    RoundExit,
)
from videogen.domain.run import Origin, RunStatus
from videogen.store import (
    Database,
    n_clips_to_rate,
    n_unrated,
    rater_conduct,
    round_standing,
    save,
    withdraw_rating,
)

BOB = Rater(rater_id="bob", name="Bob", kind=RaterKind.HUMAN, created_at=NOON)
SITTING = PanelSession(
    session_id="bob-1", campaign_id="c1", rater_id="bob", round=1, seed=7, started_at=NOON
)
DURATION_S = 5.0625  # of `make_clip`


def _reference(clip_id: str, kind: PresentationKind, expected_score: int) -> Iterator[Any]:
    yield replace(make_clip(clip_id, "none"), run_id=None)
    yield ReferenceClip(
        clip_id=clip_id,
        kind=kind,
        expected_score=expected_score,
        title=clip_id,
        origin=Origin.LIVE,
        added_by="alice",
        added_at=NOON,
    )


def _made(clip_id: str, **changes: Any) -> Iterator[Any]:
    run_id = f"run-{clip_id}"
    known: dict[str, Any] = {"status": RunStatus.SUCCEEDED, "origin": Origin.LIVE, "seed": 1}
    yield make_run(run_id, clip_id=clip_id, **{**known, **changes})
    yield make_clip(clip_id, run_id)


def _shown(
    clip_id: str, score: int, kind: PresentationKind = PresentationKind.TEST, **changes: Any
) -> Iterator[Any]:
    shown_id = f"bob-{kind}-{clip_id}"
    fields: dict[str, Any] = {
        "presentation_id": shown_id,
        "session_id": "bob-1",
        "position": 0,
        "clip_id": clip_id,
        "kind": kind,
        "served_at": NOON,
        "ended_at": NOON,
        "watched_s": DURATION_S,
    }
    yield Presentation(**{**fields, **changes})
    yield make_rating(f"rating-{shown_id}", shown_id, score, rated_at=minutes(0.2))


def _of_bob(
    database: Database, origin: Origin = Origin.LIVE, *, n_ratings_min: int = 2
) -> RaterConduct:
    (found,) = rater_conduct(database, "c1", origin, n_ratings_min=n_ratings_min)
    return found


@pytest.fixture
def begun(database: Database) -> Database:
    save(database, make_campaign(), BOB, SITTING, *_made("k1"), *_made("k2", prompt_id="p2"))
    return database


def test_who_has_rated_nothing_is_counted_with_nothing(begun: Database) -> None:
    bob = _of_bob(begun)

    assert (bob.name, bob.n_sessions, bob.n_test, bob.n_rated) == ("Bob", 1, 0, 0)
    assert bob.variance is None
    assert bob.seconds_per_rating is None
    assert bob.last_rated_at is None


def test_gold_is_within_one_and_a_trap_wants_just_its_score(begun: Database) -> None:
    save(begun, *_reference("good", PresentationKind.GOLD, 5))
    save(begun, *_reference("bad", PresentationKind.GOLD, 1))
    save(begun, *_reference("trap", PresentationKind.TRAP, 2))

    save(begun, *_shown("good", 4, PresentationKind.GOLD))
    save(begun, *_shown("bad", 3, PresentationKind.GOLD))
    save(begun, *_shown("trap", 3, PresentationKind.TRAP))

    bob = _of_bob(begun)
    assert (bob.n_gold, bob.n_gold_within) == (2, 1)
    assert (bob.n_traps, bob.n_traps_missed) == (1, 1)
    assert bob.n_test == 0


def test_training_is_no_part_of_the_variance_nor_of_the_count(begun: Database) -> None:
    save(begun, *_reference("warm-up", PresentationKind.TRAINING, 1))
    save(begun, *_shown("warm-up", 1, PresentationKind.TRAINING, ended_at=None))
    save(begun, *_shown("k1", 3), *_shown("k2", 5))

    bob = _of_bob(begun)

    assert (bob.variance, bob.n_scores) == (2.0, 2)  # of 3 and 5
    assert (bob.n_test, bob.n_rated, bob.n_incomplete) == (2, 2, 0)
    assert bob.seconds_per_rating == pytest.approx(12.0)
    assert bob.last_rated_at == minutes(0.2)


def test_obeying_a_trap_makes_no_straight_line_crooked(begun: Database) -> None:
    save(begun, *_reference("trap", PresentationKind.TRAP, 2))
    save(begun, *_shown("trap", 2, PresentationKind.TRAP), *_shown("k1", 5), *_shown("k2", 5))

    bob = _of_bob(begun)

    assert (bob.variance, bob.n_scores, bob.n_rated) == (0.0, 2, 3)


def test_five_today_and_three_tomorrow_are_two_straight_lines(begun: Database) -> None:
    save(begun, replace(SITTING, session_id="bob-2", round=2))
    save(begun, *_shown("k1", 5), *_shown("k2", 5))
    for clip_id, score in (("k3", 2), ("k4", 4), ("k5", 3)):
        save(begun, *_made(clip_id), *_shown(clip_id, score, session_id="bob-2"))

    bob = _of_bob(begun)

    assert (bob.variance, bob.n_scores) == (0.0, 2)


def test_sessions_too_short_to_tell_are_taken_together(begun: Database) -> None:
    save(begun, replace(SITTING, session_id="bob-2", round=2))
    save(begun, *_shown("k1", 3), *_shown("k2", 5, session_id="bob-2"))

    assert (_of_bob(begun).variance, _of_bob(begun).n_scores) == (2.0, 2)
    assert _of_bob(begun, n_ratings_min=3).variance is None


def test_what_somebody_rates_in_another_campaign_is_not_this_ones(begun: Database) -> None:
    save(begun, *_shown("k1", 3))
    save(begun, replace(SITTING, session_id="bob-2", campaign_id="c2"))

    save(begun, *_shown("k2", 5, session_id="bob-2", presentation_id="elsewhere"))

    assert (_of_bob(begun).n_test, _of_bob(begun).n_rated) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "n_incomplete"),
    [
        ({"ended_at": None}, 1),
        ({"watched_s": 0.89 * DURATION_S}, 1),
        ({"watched_s": 0.91 * DURATION_S}, 0),
        ({"watched_s": None}, 0),  # unknown is no fault
    ],
)
def test_a_playback_is_incomplete_without_its_end_or_in_less_time_than_it_takes(
    begun: Database, changes: dict[str, Any], n_incomplete: int
) -> None:
    save(begun, *_shown("k1", 3, **changes))

    assert _of_bob(begun).n_incomplete == n_incomplete


def test_of_imported_ratings_no_playback_is_asked(begun: Database) -> None:
    save(begun, replace(SITTING, source="ratings.csv"))

    save(begun, *_shown("k1", 3, ended_at=None))

    assert _of_bob(begun).n_incomplete == 0


def test_a_repeat_is_held_against_its_first_rating(begun: Database) -> None:
    save(begun, *_shown("k1", 3), *_shown("k2", 5))
    save(begun, *_shown("k1", 5, PresentationKind.REPEAT))
    save(begun, *_shown("k2", 5, PresentationKind.REPEAT))

    bob = _of_bob(begun)

    assert (bob.n_repeats, bob.repeat_difference) == (2, 1.0)
    assert bob.n_test == 2


def test_what_was_withdrawn_degraded_or_of_another_dimension_is_not_counted(
    begun: Database,
) -> None:
    save(begun, *_made("k3", is_degraded=True), *_shown("k3", 3))
    save(begun, *_shown("k1", 3), *_shown("k2", 4))
    withdraw_rating(begun, "rating-bob-test-k1", minutes(1))
    save(begun, make_rating("m", "bob-test-k1", 2, dimension=Dimension.MOTION))

    assert _of_bob(begun).n_test == 1


def test_the_newest_rating_of_a_presentation_is_the_one_that_counts(begun: Database) -> None:
    save(begun, *_reference("good", PresentationKind.GOLD, 5))
    save(begun, *_shown("good", 1, PresentationKind.GOLD))

    save(begun, make_rating("again", "bob-gold-good", 5, rated_at=minutes(3)))

    assert _of_bob(begun).n_gold_within == 1


def test_clips_of_the_other_origin_are_another_panels(begun: Database) -> None:
    save(begun, *_shown("k1", 3))

    assert _of_bob(begun, Origin.SANDBOX).n_test == 0


def test_clips_to_rate_are_the_made_ones_of_rated_seeds(begun: Database) -> None:
    campaign = make_campaign()
    save(begun, *_made("seed", seed=2), *_made("degraded", is_degraded=True))
    save(begun, make_run("open", seed=1), *_made("other", condition_id="veo@1"))
    save(begun, *_shown("k1", 3))

    assert n_clips_to_rate(begun, campaign) == 2
    assert n_unrated(begun, campaign, "bob") == 1
    assert n_unrated(begun, campaign, "carol") == 2


def test_a_standing_knows_open_sessions_and_who_has_left(begun: Database) -> None:
    standing = round_standing(begun, "c1", "bob")
    assert standing is not None
    assert (standing.rater_id, standing.n_open_sessions, standing.has_left) == ("bob", 1, False)

    save(begun, RoundExit(campaign_id="c1", rater_id="bob", left_at=NOON))

    left = round_standing(begun, "c1", "bob")
    assert left is not None
    assert left.has_left
    assert round_standing(begun, "c1", "carol") is None
    assert round_standing(begun, "another", "bob") is None
