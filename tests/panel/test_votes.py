from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.panel.campaigns import NOW, Panel
from tests.panel.references import add_references
from tests.panel.sitting_down import begin, current, rate_all, vote_on
from videogen.domain.rating import Dimension, PanelSession, Presentation, PresentationKind
from videogen.errors import AlreadyRatedError, InvalidInputError, NotFoundError
from videogen.panel import Vote, next_turn, rate, undo_last
from videogen.store import (
    Database,
    events_of,
    gate_ratings,
    get_presentation,
    get_session,
    presentations_of,
    ratings_of,
)

DETAILS = (Dimension.VISUAL_QUALITY, Dimension.MOTION, Dimension.PROMPT_MATCH)


def test_a_vote_is_stored_with_how_the_clip_was_watched(panel: Panel) -> None:
    session = begin(panel)
    shown = current(panel, session)

    rating = rate(panel.database, vote_on(shown, score=2), NOW)

    assert ratings_of(panel.database, session.session_id) == [rating]
    watched = presentations_of(panel.database, session.session_id)[0]
    assert (watched.served_at, watched.ended_at) == (NOW, NOW)
    assert (watched.replays, watched.stalls, watched.dropped_frames) == (1, 0, 2)
    assert watched.watched_s == 5.5
    assert watched.display == {"window_width_px": 1280.0, "device_pixel_ratio": 2.0}
    (event,) = events_of(panel.database, shown.presentation_id)
    assert event.data["dropped_frames"] == 2


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_outside_one_to_five_is_refused(panel: Panel, score: int) -> None:
    session = begin(panel)

    with pytest.raises(InvalidInputError) as error:
        rate(panel.database, vote_on(current(panel, session), score=score), NOW)

    assert error.value.problem == "score_out_of_range"
    assert ratings_of(panel.database, session.session_id) == []


def test_a_vote_before_the_clip_ended_is_refused(panel: Panel) -> None:
    session = begin(panel)

    with pytest.raises(InvalidInputError) as error:
        rate(panel.database, vote_on(current(panel, session), played_to_end=False), NOW)

    assert error.value.problem == "not_played_to_end"
    assert ratings_of(panel.database, session.session_id) == []


def test_a_presentation_of_another_session_is_refused(panel: Panel) -> None:
    mine, other = begin(panel, "Malee"), begin(panel, "Anan")
    vote = vote_on(current(panel, other), session_id=mine.session_id)

    with pytest.raises(InvalidInputError) as error:
        rate(panel.database, vote, NOW)

    assert error.value.problem == "presentation_of_another_session"


def test_a_session_that_does_not_exist_is_not_found(panel: Panel) -> None:
    session = begin(panel)

    with pytest.raises(NotFoundError):
        rate(panel.database, vote_on(current(panel, session), session_id="nowhere"), NOW)


def test_a_key_that_is_no_uuid_is_refused(panel: Panel) -> None:
    session = begin(panel)

    with pytest.raises(InvalidInputError) as error:
        rate(panel.database, vote_on(current(panel, session), rating_id="1"), NOW)

    assert error.value.problem == "rating_id_no_uuid"


def test_undo_asks_for_the_last_clip_again_and_nothing_else(panel: Panel) -> None:
    session = begin(panel)
    for score in (1, 2, 3):
        rate(panel.database, vote_on(current(panel, session), score=score), NOW)

    undone = undo_last(panel.database, session.session_id, NOW)

    assert undone is not None
    assert undone.position == 2
    assert current(panel, session).presentation_id == undone.presentation_id
    assert sorted(one.score for one in gate_ratings(panel.database, "c1")) == [1, 2]


def test_an_undo_that_arrives_twice_takes_back_one_rating(panel: Panel) -> None:
    session = begin(panel)
    for _ in range(3):
        rate(panel.database, vote_on(current(panel, session)), NOW)

    undo_last(panel.database, session.session_id, NOW, n_rated=3)
    second = undo_last(panel.database, session.session_id, NOW, n_rated=3)

    assert second is None
    assert next_turn(panel.database, session.session_id, NOW).n_rated == 2


def test_a_vote_that_is_sent_again_after_its_undo_stays_undone(panel: Panel) -> None:
    session = begin(panel)
    vote = vote_on(current(panel, session))
    rate(panel.database, vote, NOW)
    undo_last(panel.database, session.session_id, NOW)

    rate(panel.database, vote, NOW)

    assert ratings_of(panel.database, session.session_id) == []


def test_undo_in_an_untouched_session_is_refused(panel: Panel) -> None:
    session = begin(panel)

    with pytest.raises(InvalidInputError) as error:
        undo_last(panel.database, session.session_id, NOW)

    assert error.value.problem == "nothing_to_undo"


def test_the_last_vote_ends_the_session_and_its_undo_opens_it_again(panel: Panel) -> None:
    session = begin(panel)
    rate_all(panel, session)

    ended = get_session(panel.database, session.session_id).ended_at
    assert next_turn(panel.database, session.session_id, NOW).current is None
    undo_last(panel.database, session.session_id, NOW)

    assert ended == NOW
    assert get_session(panel.database, session.session_id).ended_at is None


def test_the_same_vote_from_fifty_threads_counts_once(panel: Panel) -> None:
    session = begin(panel)
    vote = vote_on(current(panel, session))

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(lambda _: rate(panel.database, vote, NOW), range(50)))

    assert len(ratings_of(panel.database, session.session_id)) == 1
    assert len(events_of(panel.database, vote.presentation_id)) == 1
    assert len(gate_ratings(panel.database, "c1")) == 1


def _n_rows(database: Database) -> int:
    n_rows: int = database.value("SELECT count(*) FROM rating")
    return n_rows


def _detail(shown: Presentation, dimension: Dimension, score: int = 3) -> Vote:
    return vote_on(shown, score=score, dimension=dimension, played_to_end=False)


def _until_kind(panel: Panel, session: PanelSession, kind: PresentationKind) -> Presentation:
    """Rates on until a clip of this kind is shown."""
    while (shown := current(panel, session)).kind is not kind:
        rate(panel.database, vote_on(shown), NOW)
    return shown


def test_a_stale_tab_cannot_rate_again_what_was_rated(panel: Panel) -> None:
    session = begin(panel)
    shown = current(panel, session)
    rate(panel.database, vote_on(shown, score=2), NOW)

    with pytest.raises(AlreadyRatedError):
        rate(panel.database, vote_on(shown, score=5), NOW + timedelta(seconds=3))

    assert [one.score for one in ratings_of(panel.database, session.session_id)] == [2]
    assert next_turn(panel.database, session.session_id, NOW).n_rated == 1


def test_of_two_tabs_that_rate_the_same_clip_at_once_one_is_told_of_the_other(
    panel: Panel,
) -> None:
    session = begin(panel)
    shown = current(panel, session)

    def try_to_rate(score: int) -> int | None:
        try:
            return rate(panel.database, vote_on(shown, score=1 + score % 5), NOW).score
        except AlreadyRatedError:
            return None

    with ThreadPoolExecutor(50) as pool:
        saved = [score for score in pool.map(try_to_rate, range(50)) if score is not None]

    assert len(saved) == 1
    assert [one.score for one in ratings_of(panel.database, session.session_id)] == saved
    assert _n_rows(panel.database) == 1


def test_a_clip_that_was_not_shown_cannot_be_rated(panel: Panel) -> None:
    session = begin(panel)
    current(panel, session)
    for unseen in presentations_of(panel.database, session.session_id)[1:]:
        with pytest.raises(InvalidInputError) as error:
            rate(panel.database, vote_on(unseen), NOW)
        assert error.value.problem == "presentation_not_shown"

    assert ratings_of(panel.database, session.session_id) == []


def test_a_key_cannot_be_used_for_another_vote_even_after_its_undo(panel: Panel) -> None:
    session = begin(panel)
    vote = vote_on(current(panel, session), score=2)
    rate(panel.database, vote, NOW)
    undo_last(panel.database, session.session_id, NOW)

    with pytest.raises(InvalidInputError) as error:
        rate(panel.database, replace(vote, score=3), NOW)

    assert error.value.problem == "rating_key_used"


def test_details_follow_the_overall_opinion_of_the_same_clip(panel: Panel) -> None:
    session = begin(panel)
    shown = current(panel, session)
    rate(panel.database, vote_on(shown, score=4), NOW)
    current(panel, session)

    for score, dimension in enumerate(DETAILS, start=2):
        rate(panel.database, _detail(shown, dimension, score), NOW)

    said = {one.dimension: one.score for one in ratings_of(panel.database, session.session_id)}
    assert said == dict(zip((Dimension.OVERALL, *DETAILS), (4, 2, 3, 4), strict=True))
    assert next_turn(panel.database, session.session_id, NOW).n_rated == 1
    assert [one.score for one in gate_ratings(panel.database, "c1")] == [4]


def test_of_a_detail_the_newest_word_counts(panel: Panel) -> None:
    session = begin(panel)
    shown = current(panel, session)
    rate(panel.database, vote_on(shown), NOW)

    for score in (2, 5):
        later = NOW + timedelta(seconds=score)
        rate(panel.database, _detail(shown, Dimension.MOTION, score), later)

    said = {one.dimension: one.score for one in ratings_of(panel.database, session.session_id)}
    assert said[Dimension.MOTION] == 5


def test_a_detail_before_the_overall_opinion_is_refused(panel: Panel) -> None:
    session = begin(panel)

    with pytest.raises(InvalidInputError) as error:
        rate(panel.database, _detail(current(panel, session), Dimension.MOTION), NOW)

    assert (error.value.problem, error.value.field) == ("overall_first", "dimension")
    assert ratings_of(panel.database, session.session_id) == []


@pytest.mark.parametrize(
    "kind", [PresentationKind.TRAINING, PresentationKind.GOLD, PresentationKind.TRAP]
)
def test_a_reference_clip_has_no_details(panel: Panel, kind: PresentationKind) -> None:
    add_references(panel.database)
    session = begin(panel)
    shown = _until_kind(panel, session, kind)
    rate(panel.database, vote_on(shown), NOW)

    with pytest.raises(InvalidInputError) as error:
        rate(panel.database, _detail(shown, Dimension.MOTION), NOW)

    assert error.value.problem == "no_details_asked"


def test_only_test_clips_reach_the_gate(panel: Panel) -> None:
    add_references(panel.database)
    session = begin(panel)

    n_shown = rate_all(panel, session)

    assert n_shown == 4 + 1 + 1 + 1 + 12
    assert len(gate_ratings(panel.database, "c1")) == 12


def test_undo_takes_back_all_that_was_said_of_the_last_clip(panel: Panel) -> None:
    session = begin(panel)
    first = current(panel, session)
    rate(panel.database, vote_on(first), NOW)
    shown = current(panel, session)
    rate(panel.database, vote_on(shown), NOW)
    for score in (2, 3):
        rate(panel.database, _detail(shown, Dimension.MOTION, score), NOW)
    rate(panel.database, _detail(first, Dimension.MOTION), NOW + timedelta(seconds=9))

    undone = undo_last(panel.database, session.session_id, NOW)

    assert undone == get_presentation(panel.database, shown.presentation_id)
    left = ratings_of(panel.database, session.session_id)
    assert {one.presentation_id for one in left} == {first.presentation_id}
    assert current(panel, session).presentation_id == shown.presentation_id


def test_an_undone_clip_can_be_rated_anew(panel: Panel) -> None:
    session = begin(panel)
    shown = current(panel, session)
    rate(panel.database, vote_on(shown, score=1), NOW)
    undo_last(panel.database, session.session_id, NOW)

    rate(panel.database, vote_on(shown, score=5), NOW + timedelta(seconds=1))

    assert [one.score for one in ratings_of(panel.database, session.session_id)] == [5]


def test_undos_and_votes_that_race_leave_each_clip_with_one_opinion_or_none(panel: Panel) -> None:
    session = begin(panel)
    for _ in range(4):
        rate(panel.database, vote_on(current(panel, session)), NOW)
    shown = current(panel, session)

    def act(number: int) -> None:
        try:
            if number % 2:
                undo_last(panel.database, session.session_id, NOW, n_rated=5)
            else:
                rate(panel.database, vote_on(shown), NOW)
        except AlreadyRatedError:
            pass

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(act, range(64)))

    rated = [one.presentation_id for one in ratings_of(panel.database, session.session_id)]
    assert len(rated) == len(set(rated))
    assert len(rated) in (4, 5)
    assert next_turn(panel.database, session.session_id, NOW).n_rated == len(rated)
