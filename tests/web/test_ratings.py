from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.full_disk import no_room
from tests.panel.campaigns import NOW
from tests.web.conftest import Studio
from videogen.domain.rating import PanelSession, Presentation
from videogen.panel import next_presentation, start
from videogen.store import get_presentation, presentations_of, raters, ratings_of


def _vote(studio: Studio, session: PanelSession, **changes: Any) -> dict[str, Any]:
    shown = next_presentation(studio.application.database, session.session_id, NOW)
    assert shown is not None
    return {
        "rating_id": str(uuid4()),
        "presentation_id": shown.presentation_id,
        "dimension": "overall",
        "score": 4,
        "replays": 0,
        "stalls": 0,
        "dropped_frames": 0,
        "played_to_end": True,
    } | changes


def _address(session: PanelSession, what: str = "ratings") -> str:
    return f"/rate/{session.session_id}/{what}"


def test_a_vote_is_saved_and_answered_with_the_next_clip_and_the_one_after(
    studio: Studio, session: PanelSession
) -> None:
    vote = _vote(studio, session)

    reply = studio.http.post(_address(session), json=vote)

    told = reply.json()
    (rating,) = ratings_of(studio.application.database, session.session_id)
    assert reply.status_code == 200
    assert told["saved"] == vote["rating_id"] == rating.rating_id
    assert (told["n_rated"], told["total"], told["done"]) == (1, 6, False)
    assert (told["next"]["position"], told["after"]["position"]) == (1, 2)
    assert studio.http.get(f"/clips/{told['next']['clip']}").status_code == 200


def test_a_vote_that_meets_a_full_disk_is_to_be_sent_again_and_counts_then(
    studio: Studio, session: PanelSession
) -> None:
    vote = _vote(studio, session)

    with no_room():
        refused = studio.http.post(_address(session), json=vote)
    again = studio.http.post(_address(session), json=vote)

    assert refused.status_code == 507  # a player keeps what is answered by 500 and more
    assert refused.json()["error"]["code"] == "database_full"
    assert (again.status_code, again.json()["n_rated"]) == (200, 1)


def test_the_same_vote_in_fifty_threads_is_counted_once(
    studio: Studio, session: PanelSession
) -> None:
    vote = _vote(studio, session)

    with ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(lambda _: _post(studio, session, vote), range(50)))

    assert [reply.status_code for reply in replies] == [200] * 50
    assert {reply.json()["n_rated"] for reply in replies} == {1}
    assert len(ratings_of(studio.application.database, session.session_id)) == 1


def test_the_last_vote_says_that_the_session_is_done(studio: Studio, session: PanelSession) -> None:
    replies = [
        studio.http.post(_address(session), json=_vote(studio, session)).json() for _ in range(6)
    ]

    assert [reply["done"] for reply in replies] == [False] * 5 + [True]
    assert replies[-1]["next"] is None


def test_undo_answers_with_the_clip_that_was_taken_back(
    studio: Studio, session: PanelSession
) -> None:
    vote = _vote(studio, session)
    studio.http.post(_address(session), json=vote)

    reply = studio.http.post(_address(session, "undo"), json={"n_rated": 1})

    assert reply.json()["undone"] == vote["presentation_id"]
    assert reply.json()["next"]["presentation_id"] == vote["presentation_id"]
    assert ratings_of(studio.application.database, session.session_id) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"score": 6}, "score"),
        ({"score": 0}, "score"),
        ({"score": 4.0}, "score"),
        ({"score": True}, "score"),
        ({"score": None}, "score"),
        ({"score": "4"}, "score"),
        ({"played_to_end": False}, "played_to_end"),
        ({"played_to_end": "yes"}, "played_to_end"),
        ({"rating_id": ""}, "rating_id"),
        ({"rating_id": "1"}, "rating_id"),
        ({"dimension": "beauty"}, "dimension"),
        ({"dimension": ["overall"]}, "dimension"),
        ({"replays": -1}, "replays"),
        ({"stalls": "many"}, "stalls"),
        ({"dropped_frames": 2**40}, "dropped_frames"),
        ({"watched_s": -1}, "watched_s"),
        ({"watched_s": "long"}, "watched_s"),
        ({"watched_s": True}, "watched_s"),
        ({"watched_s": 1e9}, "watched_s"),
        ({"display": 7}, "display"),
        ({"display": []}, "display"),
        ({"display": {"colour": 1}}, "display"),
        ({"display": {"window_width_px": "wide"}}, "window_width_px"),
        ({"display": {"stage_width_px": -4}}, "stage_width_px"),
        ({"display": {"device_pixel_ratio": [2]}}, "device_pixel_ratio"),
    ],
)
def test_a_vote_that_cannot_be_is_refused_by_the_name_of_its_field(
    studio: Studio, session: PanelSession, changes: dict[str, Any], field: str
) -> None:
    reply = studio.http.post(_address(session), json=_vote(studio, session, **changes))

    error = reply.json()["error"]
    assert reply.status_code == 400
    assert set(error) == {"code", "field", "value", "message", "hint"}
    assert error["field"] == field
    assert error["message"]
    assert error["hint"]
    assert ratings_of(studio.application.database, session.session_id) == []


def test_how_the_clip_was_watched_and_on_which_screen_is_stored(
    studio: Studio, session: PanelSession
) -> None:
    display = {
        "window_width_px": 1440,
        "window_height_px": 900,
        "stage_width_px": 960,
        "stage_height_px": 540.5,
        "device_pixel_ratio": 1.25,
    }
    vote = _vote(studio, session, display=display, watched_s=2, dropped_frames=3)

    studio.http.post(_address(session), json=vote)

    watched = get_presentation(studio.application.database, vote["presentation_id"])
    assert watched.display == display
    assert (watched.watched_s, watched.dropped_frames) == (2.0, 3)


def test_a_stale_tab_is_told_where_the_session_stands(
    studio: Studio, session: PanelSession
) -> None:
    vote = _vote(studio, session)
    answer = studio.http.post(_address(session), json=vote).json()

    reply = studio.http.post(
        _address(session) + "?lang=th", json=vote | {"rating_id": str(uuid4()), "score": 1}
    )

    told = reply.json()
    (rating,) = ratings_of(studio.application.database, session.session_id)
    assert reply.status_code == 409
    assert (told["error"]["code"], told["error"]["field"]) == ("already_rated", "presentation_id")
    assert "ให้คะแนนไปแล้ว" in told["error"]["message"]
    assert told["standing"] == {
        name: value for name, value in answer.items() if name not in {"saved", "prompt"}
    }
    assert rating.score == 4


def test_the_same_request_again_gets_the_same_answer(studio: Studio, session: PanelSession) -> None:
    vote = _vote(studio, session)

    replies = [studio.http.post(_address(session), json=vote).json() for _ in range(3)]

    assert replies == [replies[0]] * 3
    assert len(ratings_of(studio.application.database, session.session_id)) == 1


def test_an_unseen_clip_cannot_be_rated(studio: Studio, session: PanelSession) -> None:
    vote = _vote(studio, session)
    unseen = presentations_of(studio.application.database, session.session_id)[3]

    reply = studio.http.post(
        _address(session), json=vote | {"presentation_id": unseen.presentation_id}
    )

    assert reply.status_code == 400
    assert reply.json()["error"]["field"] == "presentation_id"
    assert ratings_of(studio.application.database, session.session_id) == []


def test_a_rater_cannot_rate_in_another_raters_session(
    studio: Studio, session: PanelSession
) -> None:
    other = start(studio.application.database, "c1", f"Rater {uuid4()}", now=datetime.now(UTC))

    reply = studio.http.post(_address(other), json=_vote(studio, session))

    assert reply.status_code == 400
    assert reply.json()["error"]["field"] == "presentation_id"
    for each in (session, other):
        assert ratings_of(studio.application.database, each.session_id) == []


def test_details_are_asked_with_the_prompt_once_the_overall_opinion_is_saved(
    studio: Studio,
) -> None:
    session = start(
        studio.application.database,
        "c1",
        f"Rater {uuid4()}",
        now=datetime.now(UTC),
        asks_details=True,
    )
    vote = _vote(studio, session)
    detail = vote | {"rating_id": str(uuid4()), "dimension": "prompt_match", "score": 2}

    early = studio.http.post(_address(session), json=detail)
    overall = studio.http.post(_address(session), json=vote)
    late = studio.http.post(_address(session), json=detail)

    assert (early.status_code, overall.status_code, late.status_code) == (400, 200, 200)
    assert early.json()["error"]["field"] == "dimension"
    assert overall.json()["prompt"]["text"].startswith("a red kite")
    assert (late.json()["saved"], late.json()["prompt"]) == (detail["rating_id"], None)
    assert late.json()["next"] == overall.json()["next"]
    assert late.json()["n_rated"] == 1


def test_fifty_requests_with_fifty_keys_for_one_clip_are_one_rating(
    studio: Studio, session: PanelSession
) -> None:
    vote = _vote(studio, session)
    bodies = [vote | {"rating_id": str(uuid4())} for _ in range(50)]

    with ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(lambda body: _post(studio, session, body), bodies))

    assert sorted(reply.status_code for reply in replies) == [200] + [409] * 49
    assert len(ratings_of(studio.application.database, session.session_id)) == 1


def _post(studio: Studio, session: PanelSession, body: dict[str, Any]) -> Any:
    return studio.http.post(_address(session), json=body)


def test_a_session_or_presentation_that_does_not_exist_is_not_found(
    studio: Studio, session: PanelSession
) -> None:
    vote = _vote(studio, session)

    nowhere = studio.http.post("/rate/nowhere/ratings", json=vote)
    nothing = studio.http.post(_address(session), json=vote | {"presentation_id": "nothing"})

    assert (nowhere.status_code, nothing.status_code) == (404, 404)
    assert nowhere.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"4"', b"\xff\xfe", b'{"rating_id": "\\ud800"}']
)
def test_a_body_that_is_no_json_object_is_refused(
    studio: Studio, session: PanelSession, body: bytes
) -> None:
    reply = studio.http.post(_address(session), content=body)

    assert reply.status_code == 400
    assert reply.json()["error"]["code"] == "invalid_input"


def test_a_body_larger_than_a_vote_can_be_is_refused(studio: Studio, session: PanelSession) -> None:
    reply = studio.http.post(_address(session), content=b" " * 20_000)

    assert reply.status_code == 413


@pytest.mark.parametrize(
    ("query", "accepted", "word"),
    [
        ("", "th-TH,th;q=0.9,en;q=0.8", "คะแนน"),
        ("", "en;q=0.1,th;q=0.7", "คะแนน"),
        ("?lang=th", "en", "คะแนน"),
        ("?lang=en", "th", "score"),
        ("", "de, fr;q=x", "score"),
    ],
)
def test_an_error_speaks_the_readers_language(
    studio: Studio, session: PanelSession, query: str, accepted: str, word: str
) -> None:
    reply = studio.http.post(
        _address(session) + query,
        json=_vote(studio, session, score=9),
        headers={"Accept-Language": accepted},
    )

    assert word in reply.json()["error"]["message"]


def test_a_refused_vote_makes_no_rater(studio: Studio, session: PanelSession) -> None:
    before = len(raters(studio.application.database))

    studio.http.post(_address(session), json={})

    assert len(raters(studio.application.database)) == before


def test_a_clip_that_is_put_off_comes_again_at_the_end(
    studio: Studio, session: PanelSession
) -> None:
    database = studio.application.database
    missing, then = (one.presentation_id for one in _shown(studio, session)[:2])
    body = {"presentation_id": missing}

    first = studio.http.post(_address(session, "put-off"), json=body).json()
    again = studio.http.post(_address(session, "put-off"), json=body).json()

    assert first == again
    assert first["next"]["presentation_id"] == then
    assert (first["next"]["position"], first["n_rated"], first["total"]) == (0, 0, 6)
    answers = [
        studio.http.post(_address(session), json=_vote(studio, session)).json() for _ in range(5)
    ]
    assert answers[-1]["next"]["presentation_id"] == missing
    assert [one.position for one in presentations_of(database, session.session_id)] == [*range(6)]


def test_putting_off_needs_a_session_that_is_there(studio: Studio) -> None:
    reply = studio.http.post("/rate/nowhere/put-off", json={"presentation_id": "p"})

    assert reply.status_code == 404


def _shown(studio: Studio, session: PanelSession) -> list[Presentation]:
    return presentations_of(studio.application.database, session.session_id)
