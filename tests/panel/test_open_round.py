"""Who is in the middle of rating: from the first session to the last clip, or to leaving."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.panel.campaigns import NOW, Panel
from videogen.domain.rating import PanelSession, RoundExit
from videogen.domain.run import RunStatus
from videogen.panel import Vote, next_presentation, rate, start, undo_last
from videogen.panel.open_round import (
    is_rating,
    rated_all_and_not_left,
    rating_in_progress,
)
from videogen.store import campaign_runs, save


def _rate_all(panel: Panel, session: PanelSession) -> datetime:
    now = NOW
    while True:
        now += timedelta(seconds=10)
        shown = next_presentation(panel.database, session.session_id, now)
        if shown is None:
            return now
        vote = Vote(
            session_id=session.session_id,
            rating_id=str(uuid.uuid4()),
            presentation_id=shown.presentation_id,
            score=1 + shown.position % 5,
            played_to_end=True,
        )
        rate(panel.database, vote, now)


def test_nobody_rates_before_a_session_is_begun(panel: Panel) -> None:
    assert not is_rating(panel.database, panel.campaign, "Nok")


def test_a_begun_session_opens_the_round_under_that_name_alone(panel: Panel) -> None:
    session = start(panel.database, "c1", "Nok", now=NOW)

    assert rating_in_progress(panel.database, panel.campaign, " Nok ") == session.rater_id
    assert not is_rating(panel.database, panel.campaign, "Malee")


def test_who_has_rated_every_clip_is_done_until_one_is_taken_back(panel: Panel) -> None:
    session = start(panel.database, "c1", "Nok", now=NOW)
    end = _rate_all(panel, session)
    assert not is_rating(panel.database, panel.campaign, "Nok")

    undo_last(panel.database, session.session_id, end)

    assert is_rating(panel.database, panel.campaign, "Nok")


def test_clips_left_for_another_session_keep_the_round_open(panel: Panel) -> None:
    session = start(panel.database, "c1", "Nok", now=NOW)
    save(panel.database, replace(session, ended_at=NOW))

    assert is_rating(panel.database, panel.campaign, "Nok")


def test_who_is_done_is_known_while_ratings_could_be_taken_back_and_no_clip_may_come(
    panel: Panel,
) -> None:
    session = start(panel.database, "c1", "Nok", now=NOW)
    assert rated_all_and_not_left(panel.database, panel.campaign, "Nok") is None
    _rate_all(panel, session)
    assert rated_all_and_not_left(panel.database, panel.campaign, "Nok") == session.rater_id

    waiting = replace(campaign_runs(panel.database, "c1")[0], run_id="more", clip_id=None)
    save(panel.database, replace(waiting, status=RunStatus.QUEUED, ended_at=None))

    assert rated_all_and_not_left(panel.database, panel.campaign, "Nok") is None


def test_leaving_ends_it(panel: Panel) -> None:
    session = start(panel.database, "c1", "Nok", now=NOW)

    save(panel.database, RoundExit(campaign_id="c1", rater_id=session.rater_id, left_at=NOW))

    assert not is_rating(panel.database, panel.campaign, "Nok")


def test_imported_ratings_begin_no_round(panel: Panel) -> None:
    session = start(panel.database, "c1", "Nok", now=NOW)

    save(panel.database, replace(session, source="ratings.csv"))

    assert not is_rating(panel.database, panel.campaign, "Nok")


@pytest.mark.parametrize("variant", ["ZOË", "zoë", "Zoe\u0308", "Zo\u00eb\u200b", "  Zoë "])
def test_another_way_to_write_a_name_is_the_same_person(panel: Panel, variant: str) -> None:
    session = start(panel.database, "c1", "Zoë", now=NOW)

    assert rating_in_progress(panel.database, panel.campaign, variant) == session.rater_id
    assert start(panel.database, "c1", variant, now=NOW) == session
