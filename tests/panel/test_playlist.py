import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.panel.campaigns import NOW, Panel
from tests.panel.references import add_references
from tests.panel.sitting_down import begin, current, vote_on
from videogen.clips import ClipTokens
from videogen.domain.rating import Dimension, PanelSession, PresentationKind
from videogen.errors import AlreadyRatedError, InvalidInputError
from videogen.panel import playlist
from videogen.panel.playlist import answer_undo, answer_vote
from videogen.store import Database, get_session, presentations_of, save

TOKENS = ClipTokens(b"a secret of thirty-two bytes....")


def _standing(panel: Panel, session: PanelSession, **later: float) -> Any:
    return playlist(panel.database, TOKENS, session.session_id, NOW + timedelta(**later))


def _rate_for(panel: Panel, session: PanelSession, minutes: float) -> Any:
    """One clip again and again without a pause: rated, taken back, rated; the last one stays."""
    answer: Any = None
    n_steps = math.ceil(minutes / 4)
    for step in range(n_steps + 1):
        now = NOW + timedelta(minutes=minutes) * step / n_steps
        if answer is not None:
            answer_undo(panel.database, TOKENS, session.session_id, now, n_rated=1)
        shown = current(panel, session, now)
        answer = answer_vote(panel.database, TOKENS, vote_on(shown), now)
    return answer


def test_a_player_is_told_the_next_two_clips_and_nothing_of_their_condition(panel: Panel) -> None:
    session = begin(panel)

    told = _standing(panel, session)

    assert set(told) == {"next", "after", "n_rated", "total", "done", "rest"}
    assert set(told["next"]) == {"presentation_id", "clip", "position", "is_training"}
    assert (told["next"]["position"], told["after"]["position"]) == (0, 1)
    assert (told["n_rated"], told["total"], told["done"], told["rest"]) == (0, 13, False, None)


def test_only_training_is_told_from_the_rest(panel: Panel) -> None:
    add_references(panel.database)
    session = begin(panel)
    told = []
    for _ in presentations_of(panel.database, session.session_id):
        told.append(_standing(panel, session)["next"])
        shown = current(panel, session)
        answer_vote(panel.database, TOKENS, vote_on(shown), NOW)

    assert [entry["is_training"] for entry in told] == [True] * 4 + [False] * 15


def test_the_addresses_stay_equal_within_an_hour_so_that_what_was_loaded_is_used(
    panel: Panel,
) -> None:
    session = begin(panel)

    assert _standing(panel, session)["after"] == _standing(panel, session, minutes=20)["after"]


def test_the_prompt_is_told_after_the_overall_opinion_where_details_are_asked(
    panel: Panel,
) -> None:
    session = begin(panel, asks_details=True)
    shown = current(panel, session)

    answer = answer_vote(panel.database, TOKENS, vote_on(shown), NOW)
    detail = vote_on(shown, dimension=Dimension.MOTION)
    again = answer_vote(panel.database, TOKENS, detail, NOW)

    number = next(n for n in range(4) if f"-p{n}-" in shown.clip_id)
    assert answer["prompt"] == {"text": f"a red kite {number}", "gloss_th": None}
    assert again["prompt"] is None
    assert again["next"] == answer["next"]


def test_the_prompt_is_not_told_where_no_details_are_asked(panel: Panel) -> None:
    session = begin(panel)

    answer = answer_vote(panel.database, TOKENS, vote_on(current(panel, session)), NOW)

    assert answer["prompt"] is None


def test_no_prompt_is_told_of_a_reference_clip(panel: Panel) -> None:
    add_references(panel.database)
    session = begin(panel, asks_details=True)
    told: dict[PresentationKind, set[bool]] = {}
    for shown in presentations_of(panel.database, session.session_id):
        current(panel, session)
        answer = answer_vote(panel.database, TOKENS, vote_on(shown), NOW)
        told.setdefault(shown.kind, set()).add(answer["prompt"] is not None)

    asked = {PresentationKind.TEST, PresentationKind.REPEAT}
    assert told == {kind: {kind in asked} for kind in PresentationKind}


def test_the_same_vote_again_gets_the_same_answer(panel: Panel) -> None:
    session = begin(panel, asks_details=True)
    vote = vote_on(current(panel, session))

    first = answer_vote(panel.database, TOKENS, vote, NOW)
    second = answer_vote(panel.database, TOKENS, vote, NOW + timedelta(seconds=2))

    assert first == second


def test_a_break_is_advised_after_twenty_minutes_and_the_clips_go_on(panel: Panel) -> None:
    session = begin(panel)

    answer = _rate_for(panel, session, 20)

    assert answer["rest"] == {"kind": "break", "seated_s": 1200.0, "until": None}
    assert answer["next"] is not None


def test_after_thirty_minutes_nothing_is_shown_until_five_minutes_after_the_last_rating(
    panel: Panel,
) -> None:
    session = begin(panel)

    answer = _rate_for(panel, session, 30)
    before = _standing(panel, session, minutes=34)
    after = _standing(panel, session, minutes=35)

    until = (NOW + timedelta(minutes=35)).isoformat()
    assert answer["rest"] == {"kind": "stop", "seated_s": 1800.0, "until": until}
    assert (answer["next"], answer["after"], answer["done"]) == (None, None, False)
    assert before["rest"] == answer["rest"]
    assert after["rest"] is None
    assert after["next"]["position"] == 1


def test_a_vote_that_was_cast_when_the_stop_came_is_saved(panel: Panel) -> None:
    session = begin(panel)
    _rate_for(panel, session, 29.5)
    shown = current(panel, session, NOW + timedelta(minutes=29, seconds=40))
    other = begin(panel, "Anan")

    late = answer_vote(panel.database, TOKENS, vote_on(shown), NOW + timedelta(minutes=31))

    assert late["n_rated"] == 2
    assert late["rest"]["kind"] == "stop"  # type: ignore[index]
    assert _standing(panel, other, minutes=31)["rest"] is None


def test_short_sessions_in_a_row_are_one_sitting(panel: Panel) -> None:
    session = begin(panel)
    _rate_for(panel, session, 25)
    ended = replace(get_session(panel.database, session.session_id), ended_at=NOW)
    further = replace(session, session_id="2f7c7b9e-5a53-4b0e-8f7a-0f4f1a4a6a11", round=2)
    again = replace(
        presentations_of(panel.database, session.session_id)[0],
        presentation_id="again",
        session_id=further.session_id,
        served_at=None,
        ended_at=None,
    )
    save(panel.database, ended, further, again)

    assert _standing(panel, further, minutes=26)["rest"]["kind"] == "break"


def test_a_session_that_is_done_says_so_and_sends_nobody_to_rest(panel: Panel) -> None:
    session = begin(panel)
    answer: Any = None
    for step in range(13):
        now = NOW + step * timedelta(minutes=4)
        answer = answer_vote(panel.database, TOKENS, vote_on(current(panel, session, now)), now)

    assert (answer["done"], answer["next"], answer["rest"]) == (True, None, None)


def test_a_refused_vote_stores_nothing_at_all(panel: Panel) -> None:
    session = begin(panel)
    shown = current(panel, session)
    answer_vote(panel.database, TOKENS, vote_on(shown), NOW)
    version = panel.database.version

    with pytest.raises(AlreadyRatedError):
        answer_vote(panel.database, TOKENS, vote_on(shown), NOW)
    with pytest.raises(InvalidInputError):
        answer_vote(panel.database, TOKENS, vote_on(shown, rating_id="1"), NOW)

    assert panel.database.version == version
    assert _n_events(panel.database) == 1


def _n_events(database: Database) -> int:
    n_events: int = database.value("SELECT count(*) FROM event WHERE kind = 'presentation.rated'")
    return n_events
