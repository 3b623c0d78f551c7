from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.panel.campaigns import NOW, Panel, make_panel
from tests.panel.references import add_references
from tests.panel.sitting_down import begin, current, rate_all, vote_on
from videogen.domain.rating import PanelSession, Presentation, PresentationKind
from videogen.domain.run import Origin, RunStatus
from videogen.errors import InvalidInputError, NotFoundError
from videogen.panel import leave_round, next_turn, rate, start, undo_last
from videogen.store import (
    Database,
    campaign_runs,
    get_session,
    presentations_of,
    ratings_of,
    round_exits,
    save,
    sessions,
)

KINDS = (
    PresentationKind.TRAINING,
    PresentationKind.GOLD,
    PresentationKind.REPEAT,
    PresentationKind.TRAP,
    PresentationKind.TEST,
)


def _test_clips(panel: Panel, session: PanelSession) -> list[str]:
    shown = presentations_of(panel.database, session.session_id)
    return [one.clip_id for one in shown if one.kind is PresentationKind.TEST]


def _n_of_kinds(shown: list[Presentation]) -> list[int]:
    return [sum(one.kind is kind for one in shown) for kind in KINDS]


def test_a_session_shows_each_clip_of_the_rated_seeds_once_and_repeats_one(panel: Panel) -> None:
    session = begin(panel)

    shown = presentations_of(panel.database, session.session_id)
    rated_clips = {r.clip_id for r in campaign_runs(panel.database, "c1") if r.seed == 1}
    assert set(_test_clips(panel, session)) == rated_clips
    assert _n_of_kinds(shown) == [0, 0, 1, 0, 12]
    assert [one.position for one in shown] == list(range(13))


def test_runs_that_made_no_clip_are_not_shown(panel: Panel) -> None:
    run = next(r for r in campaign_runs(panel.database, "c1") if r.seed == 1)
    failed = replace(run, run_id="failed", status=RunStatus.FAILED, clip_id=None)
    cancelled = replace(run, run_id="cancelled", status=RunStatus.CANCELLED, clip_id="clip-half")
    save(panel.database, failed, cancelled)

    session = begin(panel)

    shown = _test_clips(panel, session)
    assert len(shown) == 12
    assert "clip-half" not in shown


def test_the_same_seed_gives_the_same_order_and_raters_get_their_own(panel: Panel) -> None:
    first = begin(panel, "Malee", seed=7)
    second = begin(panel, "Anan", seed=7)
    third = begin(panel, "Somsri", seed=None)

    clips = [
        [one.clip_id for one in presentations_of(panel.database, session.session_id)]
        for session in (first, second, third)
    ]
    assert clips[0] == clips[1]
    assert get_session(panel.database, third.session_id).seed is not None


def test_a_rater_who_comes_back_goes_on_where_the_session_stopped(panel: Panel) -> None:
    session = begin(panel)
    rate(panel.database, vote_on(current(panel, session)), NOW)

    again = start(panel.database, "c1", "  Malee ", now=NOW)

    assert again.session_id == session.session_id
    turn = next_turn(panel.database, again.session_id, NOW)
    assert (turn.n_rated, turn.total) == (1, 13)
    assert turn.current is not None
    assert turn.current.position == 1
    assert turn.after is not None
    assert turn.after.position == 2


def test_two_tabs_of_one_rater_open_one_session(panel: Panel) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: begin(panel), range(8)))

    assert len({session.session_id for session in opened}) == 1
    assert len(sessions(panel.database, "c1")) == 1


def test_who_has_rated_everything_is_told_so(panel: Panel) -> None:
    session = begin(panel)
    rate_all(panel, session)

    with pytest.raises(InvalidInputError) as error:
        begin(panel)

    assert error.value.problem == "nothing_to_rate"


def test_a_large_campaign_is_several_sessions_that_share_no_clip(tmp_path: Path) -> None:
    with Database.open(tmp_path / "large.duckdb") as database:
        panel = make_panel(database, n_prompts=10, n_conditions=5)
        shown: list[str] = []
        sizes = []

        for _ in range(2):
            session = begin(panel)
            presentations = presentations_of(database, session.session_id)
            sizes.append(len(presentations))
            shown += _test_clips(panel, session)
            save(database, replace(session, ended_at=NOW))

    assert sizes == [40, 14]
    assert len(set(shown)) == 50


@pytest.mark.parametrize(
    ("name", "problem"),
    [("  ", "rater_name_empty"), ("\u200b", "rater_name_empty"), ("x" * 61, "rater_name_too_long")],
)
def test_a_name_that_cannot_stand_beside_a_rating_is_refused(
    panel: Panel, name: str, problem: str
) -> None:
    with pytest.raises(InvalidInputError) as error:
        begin(panel, name)

    assert error.value.problem == problem


def test_a_clip_of_a_degraded_run_is_never_shown(panel: Panel) -> None:
    smaller = next(r for r in campaign_runs(panel.database, "c1") if r.seed == 1)
    save(panel.database, replace(smaller, is_degraded=True))

    session = begin(panel)

    shown = {one.clip_id for one in presentations_of(panel.database, session.session_id)}
    assert shown
    assert smaller.clip_id not in shown


def test_a_session_with_references_has_all_kinds_and_forty_presentations(tmp_path: Path) -> None:
    with Database.open(tmp_path / "large.duckdb") as database:
        panel = make_panel(database, n_prompts=10, n_conditions=5)
        add_references(database)

        session = begin(panel)

        shown = presentations_of(database, session.session_id)
        assert _n_of_kinds(shown) == [4, 4, 3, 1, 28]
        assert [one.clip_id for one in shown[:4]] == [
            f"sandbox-training-{score}" for score in (1, 2, 4, 5)
        ]


def test_references_of_another_origin_are_shown_to_nobody(panel: Panel) -> None:
    add_references(panel.database, origin=Origin.LIVE)

    session = begin(panel)

    shown = presentations_of(panel.database, session.session_id)
    assert _n_of_kinds(shown) == [0, 0, 1, 0, 12]


def test_a_retired_reference_is_in_no_new_session(panel: Panel) -> None:
    for known in add_references(panel.database):
        save(panel.database, replace(known, retired_at=NOW))

    session = begin(panel)

    assert _n_of_kinds(presentations_of(panel.database, session.session_id)) == [0, 0, 1, 0, 12]


def test_viewing_answers_and_the_wish_for_details_stay_with_the_session(panel: Panel) -> None:
    answers = {"device": "laptop", "brightness": "full", "glasses": "none", "distance": "arm"}

    session = start(
        panel.database, "c1", "Malee", now=NOW, asks_details=True, viewing_answers=answers
    )

    stored = get_session(panel.database, session.session_id)
    assert (stored.viewing_answers, stored.asks_details) == (answers, True)


@pytest.mark.parametrize("answers", [{"device": "toaster"}, {"mood": "good"}, {"room": ""}])
def test_a_viewing_answer_that_was_not_offered_is_refused(
    panel: Panel, answers: dict[str, str]
) -> None:
    with pytest.raises(InvalidInputError) as error:
        start(panel.database, "c1", "Malee", now=NOW, viewing_answers=answers)

    assert error.value.problem == "viewing_answer_unknown"
    assert sessions(panel.database, "c1") == []


def test_an_imported_session_is_not_gone_on_with(panel: Panel) -> None:
    session = begin(panel)
    save(panel.database, replace(session, session_id="imported", source="ratings.csv"))
    save(panel.database, replace(session, ended_at=NOW))
    # Half of the clips have not been asked for, so that there is something to rate.
    for shown in presentations_of(panel.database, session.session_id)[:6]:
        save(panel.database, replace(shown, kind=PresentationKind.TRAINING))

    again = begin(panel)

    assert again.session_id not in {"imported", session.session_id}
    assert again.round == 3


def test_who_leaves_a_round_has_ended_the_session_and_keeps_what_was_rated(panel: Panel) -> None:
    session = begin(panel)
    rate(panel.database, vote_on(current(panel, session)), NOW)

    left = leave_round(panel.database, "c1", session.rater_id, NOW)
    again = leave_round(panel.database, "c1", session.rater_id, NOW + timedelta(minutes=1))

    assert round_exits(panel.database, "c1") == [left] == [again]
    assert get_session(panel.database, session.session_id).ended_at == NOW
    assert len(ratings_of(panel.database, session.session_id)) == 1


def test_who_has_left_a_round_may_neither_begin_nor_rate_nor_undo(panel: Panel) -> None:
    session = begin(panel)
    rate(panel.database, vote_on(current(panel, session)), NOW)
    waiting = current(panel, session)
    leave_round(panel.database, "c1", session.rater_id, NOW)

    problems = []
    for act in (
        lambda: begin(panel),
        lambda: rate(panel.database, vote_on(waiting), NOW),
        lambda: undo_last(panel.database, session.session_id, NOW),
    ):
        with pytest.raises(InvalidInputError) as error:
            act()
        problems.append(error.value.problem)

    assert problems == ["round_left"] * 3
    assert len(ratings_of(panel.database, session.session_id)) == 1


def test_others_go_on_when_one_leaves(panel: Panel) -> None:
    mine, other = begin(panel, "Malee"), begin(panel, "Anan")

    leave_round(panel.database, "c1", mine.rater_id, NOW)

    assert begin(panel, "Anan").session_id == other.session_id


def test_a_stranger_cannot_leave(panel: Panel) -> None:
    with pytest.raises(NotFoundError):
        leave_round(panel.database, "c1", "nobody", NOW)


def test_fifty_tabs_that_ask_at_once_are_served_the_same_clip(panel: Panel) -> None:
    session = begin(panel)

    with ThreadPoolExecutor(50) as pool:
        served = list(pool.map(lambda _: current(panel, session), range(50)))

    assert {one.presentation_id for one in served} == {served[0].presentation_id}


def test_looking_again_at_what_is_shown_changes_no_row(panel: Panel) -> None:
    session = begin(panel)
    first = current(panel, session)
    version = panel.database.version

    again = current(panel, session, NOW + timedelta(minutes=3))

    assert again == first
    assert panel.database.version == version
