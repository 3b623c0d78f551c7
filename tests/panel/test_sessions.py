from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tests.panel.campaigns import NOW, Panel, make_panel
from videogen.domain.rating import PanelSession, Presentation
from videogen.domain.run import RunStatus
from videogen.errors import InvalidInputError, NotFoundError
from videogen.panel import Vote, next_presentation, next_turn, rate, start, undo_last
from videogen.store import (
    Database,
    campaign_runs,
    events_of,
    gate_ratings,
    get_session,
    presentations_of,
    ratings_of,
    save,
    sessions,
)


def _begin(panel: Panel, name: str = "Malee", seed: int | None = 7) -> PanelSession:
    return start(panel.database, panel.campaign.campaign_id, name, seed=seed, now=NOW)


def _vote(shown: Presentation, score: int = 4, **changes: object) -> Vote:
    vote = Vote(
        session_id=shown.session_id,
        rating_id=str(uuid4()),
        presentation_id=shown.presentation_id,
        score=score,
        played_to_end=True,
        replays=1,
        stalls=0,
        dropped_frames=2,
    )
    return replace(vote, **changes)  # type: ignore[arg-type]


def _current(panel: Panel, session: PanelSession) -> Presentation:
    shown = next_presentation(panel.database, session.session_id, NOW)
    assert shown is not None
    return shown


def _problem(error: pytest.ExceptionInfo[InvalidInputError]) -> str:
    return error.value.problem


def test_a_session_shows_each_clip_of_the_rated_seeds_once(panel: Panel) -> None:
    session = _begin(panel)

    shown = presentations_of(panel.database, session.session_id)
    rated_clips = {r.clip_id for r in campaign_runs(panel.database, "c1") if r.seed == 1}
    assert {one.clip_id for one in shown} == rated_clips
    assert [one.position for one in shown] == list(range(12))


def test_runs_that_made_no_clip_are_not_shown(panel: Panel) -> None:
    run = next(r for r in campaign_runs(panel.database, "c1") if r.seed == 1)
    failed = replace(run, run_id="failed", status=RunStatus.FAILED, clip_id=None)
    cancelled = replace(run, run_id="cancelled", status=RunStatus.CANCELLED, clip_id="clip-half")
    save(panel.database, failed, cancelled)

    session = _begin(panel)

    shown = presentations_of(panel.database, session.session_id)
    assert len(shown) == 12
    assert "clip-half" not in {one.clip_id for one in shown}


def test_the_same_seed_gives_the_same_order_and_raters_get_their_own(panel: Panel) -> None:
    first = _begin(panel, "Malee", seed=7)
    second = _begin(panel, "Anan", seed=7)
    third = _begin(panel, "Somsri", seed=None)

    clips = [
        [one.clip_id for one in presentations_of(panel.database, session.session_id)]
        for session in (first, second, third)
    ]
    assert clips[0] == clips[1]
    assert get_session(panel.database, third.session_id).seed is not None


def test_a_rater_who_comes_back_goes_on_where_the_session_stopped(panel: Panel) -> None:
    session = _begin(panel)
    rate(panel.database, _vote(_current(panel, session)), NOW)

    again = start(panel.database, "c1", "  Malee ", now=NOW)

    assert again.session_id == session.session_id
    turn = next_turn(panel.database, again.session_id, NOW)
    assert (turn.n_rated, turn.total) == (1, 12)
    assert turn.current is not None
    assert turn.current.position == 1
    assert turn.after is not None
    assert turn.after.position == 2


def test_two_tabs_of_one_rater_open_one_session(panel: Panel) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: _begin(panel), range(8)))

    assert len({session.session_id for session in opened}) == 1
    assert len(sessions(panel.database, "c1")) == 1


def test_a_vote_is_stored_with_how_the_clip_was_watched(panel: Panel) -> None:
    session = _begin(panel)
    shown = _current(panel, session)

    rating = rate(panel.database, _vote(shown, score=2), NOW)

    assert ratings_of(panel.database, session.session_id) == [rating]
    watched = presentations_of(panel.database, session.session_id)[0]
    assert (watched.served_at, watched.ended_at) == (NOW, NOW)
    assert (watched.replays, watched.stalls) == (1, 0)
    (event,) = events_of(panel.database, shown.presentation_id)
    assert event.data["dropped_frames"] == 2


def test_the_same_vote_from_eight_threads_counts_once(panel: Panel) -> None:
    session = _begin(panel)
    vote = _vote(_current(panel, session))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: rate(panel.database, vote, NOW), range(8)))

    assert len(ratings_of(panel.database, session.session_id)) == 1
    assert len(events_of(panel.database, vote.presentation_id)) == 1
    assert len(gate_ratings(panel.database, "c1")) == 1


def test_a_second_opinion_replaces_the_first_and_is_not_another_rating(panel: Panel) -> None:
    session = _begin(panel)
    shown = _current(panel, session)
    rate(panel.database, _vote(shown, score=2), NOW)

    rate(panel.database, _vote(shown, score=5), NOW + timedelta(seconds=3))

    assert [one.score for one in gate_ratings(panel.database, "c1")] == [5]
    assert next_turn(panel.database, session.session_id, NOW).n_rated == 1


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_outside_one_to_five_is_refused(panel: Panel, score: int) -> None:
    session = _begin(panel)

    with pytest.raises(InvalidInputError) as error:
        rate(panel.database, _vote(_current(panel, session), score=score), NOW)

    assert _problem(error) == "score_out_of_range"
    assert ratings_of(panel.database, session.session_id) == []


def test_a_vote_before_the_clip_ended_is_refused(panel: Panel) -> None:
    session = _begin(panel)

    with pytest.raises(InvalidInputError) as error:
        rate(panel.database, _vote(_current(panel, session), played_to_end=False), NOW)

    assert _problem(error) == "not_played_to_end"
    assert ratings_of(panel.database, session.session_id) == []


def test_a_presentation_of_another_session_is_refused(panel: Panel) -> None:
    mine, other = _begin(panel, "Malee"), _begin(panel, "Anan")
    vote = _vote(_current(panel, other), session_id=mine.session_id)

    with pytest.raises(InvalidInputError) as error:
        rate(panel.database, vote, NOW)

    assert _problem(error) == "presentation_of_another_session"


def test_a_session_that_does_not_exist_is_not_found(panel: Panel) -> None:
    session = _begin(panel)

    with pytest.raises(NotFoundError):
        rate(panel.database, _vote(_current(panel, session), session_id="nowhere"), NOW)


def test_a_key_that_is_no_uuid_is_refused(panel: Panel) -> None:
    session = _begin(panel)

    with pytest.raises(InvalidInputError) as error:
        rate(panel.database, _vote(_current(panel, session), rating_id="1"), NOW)

    assert _problem(error) == "rating_id_no_uuid"


def test_undo_asks_for_the_last_clip_again_and_nothing_else(panel: Panel) -> None:
    session = _begin(panel)
    for score in (1, 2, 3):
        rate(panel.database, _vote(_current(panel, session), score=score), NOW)

    undone = undo_last(panel.database, session.session_id, NOW)

    assert undone is not None
    assert undone.position == 2
    assert _current(panel, session).presentation_id == undone.presentation_id
    assert sorted(one.score for one in gate_ratings(panel.database, "c1")) == [1, 2]


def test_an_undo_that_arrives_twice_takes_back_one_rating(panel: Panel) -> None:
    session = _begin(panel)
    for _ in range(3):
        rate(panel.database, _vote(_current(panel, session)), NOW)

    undo_last(panel.database, session.session_id, NOW, n_rated=3)
    second = undo_last(panel.database, session.session_id, NOW, n_rated=3)

    assert second is None
    assert next_turn(panel.database, session.session_id, NOW).n_rated == 2


def test_a_vote_that_is_sent_again_after_its_undo_stays_undone(panel: Panel) -> None:
    session = _begin(panel)
    vote = _vote(_current(panel, session))
    rate(panel.database, vote, NOW)
    undo_last(panel.database, session.session_id, NOW)

    rate(panel.database, vote, NOW)

    assert ratings_of(panel.database, session.session_id) == []


def test_undo_in_an_untouched_session_is_refused(panel: Panel) -> None:
    session = _begin(panel)

    with pytest.raises(InvalidInputError) as error:
        undo_last(panel.database, session.session_id, NOW)

    assert _problem(error) == "nothing_to_undo"


def test_the_last_vote_ends_the_session_and_its_undo_opens_it_again(panel: Panel) -> None:
    session = _begin(panel)
    for _ in range(12):
        rate(panel.database, _vote(_current(panel, session)), NOW)

    ended = get_session(panel.database, session.session_id).ended_at
    assert next_turn(panel.database, session.session_id, NOW).current is None
    undo_last(panel.database, session.session_id, NOW)

    assert ended == NOW
    assert get_session(panel.database, session.session_id).ended_at is None


def test_who_has_rated_everything_is_told_so(panel: Panel) -> None:
    session = _begin(panel)
    for _ in range(12):
        rate(panel.database, _vote(_current(panel, session)), NOW)

    with pytest.raises(InvalidInputError) as error:
        _begin(panel)

    assert _problem(error) == "nothing_to_rate"


def test_a_large_campaign_is_several_sessions_that_share_no_clip(tmp_path: Path) -> None:
    with Database.open(tmp_path / "large.duckdb") as database:
        panel = make_panel(database, n_prompts=10, n_conditions=5)
        shown: list[str] = []
        sizes = []

        for _ in range(2):
            session = _begin(panel)
            presentations = presentations_of(database, session.session_id)
            sizes.append(len(presentations))
            shown += [one.clip_id for one in presentations]
            save(database, replace(session, ended_at=NOW))

    assert sizes == [40, 10]
    assert len(set(shown)) == 50


@pytest.mark.parametrize(
    ("name", "problem"), [("  ", "rater_name_empty"), ("x" * 61, "rater_name_too_long")]
)
def test_a_name_that_cannot_stand_beside_a_rating_is_refused(
    panel: Panel, name: str, problem: str
) -> None:
    with pytest.raises(InvalidInputError) as error:
        _begin(panel, name)

    assert _problem(error) == problem


def test_a_clip_of_a_degraded_run_is_never_shown(panel: Panel) -> None:
    smaller = next(r for r in campaign_runs(panel.database, "c1") if r.seed == 1)
    save(panel.database, replace(smaller, is_degraded=True))

    session = _begin(panel)

    shown = {one.clip_id for one in presentations_of(panel.database, session.session_id)}
    assert shown
    assert smaller.clip_id not in shown
