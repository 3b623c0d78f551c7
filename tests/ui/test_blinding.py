"""Who still rates a campaign sees none of its results, on no page; who has left sees them all."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.pages import ROOT, SHELL, checked, words
from tests.ui.rating import begin, campaign_with_clips, first_run, rate_clips
from tests.ui.stocked import NOW
from videogen import store
from videogen.bootstrap import Application
from videogen.domain.campaign import Campaign
from videogen.errors import InvalidInputError
from videogen.panel import undo_last
from videogen.panel.pairs import start_pairs
from videogen.texts import t
from videogen.ui import who

HIDDEN = t("blinding.title", "en")


@pytest.fixture
def campaign(application: Application) -> Campaign:
    found = campaign_with_clips(application)
    rate_clips(application, begin(application, found, "Nok"), 2)
    return found


def _visit(
    page: str, name: str | None = None, *, session: str | None = None, **query: str
) -> AppTest:
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    app.query_params = {"lang": "en", **query}
    if name is not None:
        app.session_state["who"] = name
    if session is not None:
        app.session_state["session"] = session
    app.switch_page(str(ROOT / "pages" / page)).run()
    return checked(app)


def test_a_rater_in_an_open_round_sees_no_results(campaign: Campaign) -> None:
    said = words(_visit("1_decision.py", "Nok", campaign=campaign.campaign_id))

    assert HIDDEN in said
    assert "vg-verdict" not in said


def test_who_is_called_as_nobody_is_sees_no_results_either(
    application: Application, campaign: Campaign
) -> None:
    begin(application, campaign, who.NOBODY)

    assert HIDDEN in words(_visit("1_decision.py", who.NOBODY, campaign=campaign.campaign_id))
    assert HIDDEN not in words(_visit("1_decision.py", campaign=campaign.campaign_id))


def test_the_session_in_the_pages_state_hides_them_from_whatever_name(
    application: Application, campaign: Campaign
) -> None:
    (session,) = store.sessions(application.database, campaign.campaign_id)

    assert HIDDEN in words(_visit("1_decision.py", session=session.session_id))
    assert HIDDEN in words(_visit("1_decision.py", "Malee", session=session.session_id))


def test_everybody_else_sees_them(campaign: Campaign) -> None:
    for name in (None, "Malee"):
        assert "vg-verdict" in words(_visit("1_decision.py", name))


def test_a_runs_page_is_closed_and_its_row_has_neither_picture_nor_link(
    application: Application, campaign: Campaign
) -> None:
    run = first_run(application, campaign)

    assert HIDDEN in words(_visit("5_runs.py", "Nok", run=run.run_id))
    listed = words(_visit("5_runs.py", "Nok"))
    assert f"run={run.run_id}" not in listed
    assert "/thumbs/" not in listed
    assert t("blinding.no_picture", "en") in listed
    assert f"run={run.run_id}" in words(_visit("5_runs.py", "Malee"))


def test_create_shows_no_clip_of_it_either(application: Application, campaign: Campaign) -> None:
    run = first_run(application, campaign)

    assert "<video" not in words(_visit("3_create.py", "Nok", run=run.run_id))


def test_a_campaigns_page_keeps_its_progress_and_hides_the_conditions(
    application: Application, campaign: Campaign
) -> None:
    said = words(_visit("4_campaigns.py", "Nok", campaign=campaign.campaign_id))

    assert t("blinding.part_hidden", "en") in said
    assert t("campaigns.role.candidate", "en") not in said
    others = words(_visit("4_campaigns.py", "Malee", campaign=campaign.campaign_id))
    assert t("campaigns.role.candidate", "en") in others


def test_leaving_the_round_shows_the_results(application: Application, campaign: Campaign) -> None:
    page = _visit("1_decision.py", "Nok")

    page.button(key="blinding_leave_yes").click().run()

    assert "vg-verdict" in words(checked(page))
    (left,) = store.round_exits(application.database, campaign.campaign_id)
    assert left.rater_id == store.raters(application.database)[0].rater_id


def test_rating_every_clip_shows_the_results(application: Application, campaign: Campaign) -> None:
    (session,) = store.sessions(application.database, campaign.campaign_id)

    rate_clips(application, session, 99)

    assert "vg-verdict" in words(_visit("1_decision.py", "Nok"))


def test_who_has_seen_the_results_can_take_no_rating_back(
    application: Application, campaign: Campaign
) -> None:
    (session,) = store.sessions(application.database, campaign.campaign_id)
    rate_clips(application, session, 99)
    _visit("1_decision.py", "Malee")
    assert store.round_exits(application.database, campaign.campaign_id) == []

    _visit("1_decision.py", "Nok")

    with pytest.raises(InvalidInputError):
        undo_last(application.database, session.session_id, NOW)


def test_another_campaign_is_as_open_as_ever(application: Application, campaign: Campaign) -> None:
    other = campaign_with_clips(application, name="Another")

    assert HIDDEN in words(_visit("1_decision.py", "Nok", campaign=campaign.campaign_id))
    assert "vg-verdict" in words(_visit("1_decision.py", "Nok", campaign=other.campaign_id))


def test_an_open_round_of_pairs_hides_them_too_until_it_is_left(
    application: Application, campaign: Campaign
) -> None:
    start_pairs(application.database, campaign.campaign_id, "Dao", campaign.condition_ids, now=NOW)
    run = first_run(application, campaign)
    assert f"run={run.run_id}" not in words(_visit("5_runs.py", "Dao"))

    page = _visit("1_decision.py", "Dao")
    assert t("blinding.pairs.title", "en") in words(page)
    page.button(key="blinding_leave_yes").click().run()

    assert "vg-verdict" in words(checked(page))
    assert f"run={run.run_id}" in words(_visit("5_runs.py", "Dao"))


def test_the_what_if_of_all_campaigns_waits_for_whoever_rates_one(
    application: Application, campaign: Campaign
) -> None:
    other = campaign_with_clips(application, name="Another")

    rating = words(_visit("7_costs.py", "Nok", campaign=other.campaign_id))
    others = words(_visit("7_costs.py", "Malee", campaign=other.campaign_id))

    assert t("blinding.any_hidden", "en") in rating
    assert t("mix.title", "en") not in rating
    assert t("mix.title", "en") in others
