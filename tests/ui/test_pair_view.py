"""Pair votes on the Compare page: the way in, the blind round alone, and what the votes say."""

import dataclasses
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.pages import ROOT, SHELL, checked, visit, words
from tests.ui.rating import campaign_with_clips
from tests.ui.stocked import NOW, ended_campaign
from videogen import store
from videogen.bootstrap import Application
from videogen.domain.campaign import Campaign
from videogen.domain.rating import PairChoice, PairRound
from videogen.domain.run import Origin
from videogen.panel import pairs
from videogen.panel.simulated_pairs import simulate_pair_votes
from videogen.texts import LANGUAGES, t

PAGE = "6_compare.py"


@pytest.fixture
def campaign(application: Application) -> Campaign:
    return campaign_with_clips(application, n_prompts=6)


def _visit_as(name: str, *, tab: str = "pairs") -> AppTest:
    app = AppTest.from_file(str(SHELL), default_timeout=60)
    app.query_params = {"lang": "en", "tab": tab}
    app.session_state["who"] = name
    app.switch_page(str(ROOT / "pages" / PAGE)).run()
    return checked(app)


def _begin(application: Application, campaign: Campaign, name: str) -> PairRound:
    return pairs.start_pairs(
        application.database, campaign.campaign_id, name, campaign.condition_ids, seed=1, now=NOW
    )


def _vote(application: Application, begun: PairRound, choice: PairChoice) -> None:
    pair = pairs.next_pairs(application.database, begun.pair_round_id, NOW).current
    assert pair is not None
    ballot = pairs.PairBallot(
        pair_round_id=begun.pair_round_id,
        vote_id=str(uuid4()),
        pair_id=pair.pair_id,
        choice=choice,
        played_to_end=True,
    )
    pairs.vote(application.database, ballot, NOW)


@pytest.mark.usefixtures("campaign")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_before_the_first_vote_the_way_in_tells_how_long_it_takes(lang: str) -> None:
    app = visit(PAGE, lang=lang, tab="pairs")

    said = words(app)
    assert t("pairs.lead", lang) in said
    assert t("pairs.no_votes", lang) in said
    assert t("pairs.so_long", lang, n_pairs=7, minutes=1) in said
    assert app.text_input(key="pair_name").value == ""  # a guest is asked for a name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_votes_are_told_with_what_they_rest_on(
    application: Application, campaign: Campaign, lang: str
) -> None:
    simulate_pair_votes(application.database, campaign.campaign_id, 6, 1, NOW)

    said = words(visit(PAGE, lang=lang, tab="pairs"))

    assert t("pairs.n", lang, n_votes=36, n_prompts=6, n_raters=6) in said
    assert t("pairs.simulated", lang, n=6) in said
    assert t("quality.informal", lang, n=6) in said
    assert t("pairs.strength_note", lang) in said
    assert 'role="img"' in said  # the chart is named for those who cannot see it


def test_a_single_voters_preference_has_no_interval(
    application: Application, campaign: Campaign
) -> None:
    begun = _begin(application, campaign, "Malee")
    for choice in (PairChoice.LEFT, PairChoice.LEFT, PairChoice.TIE):
        _vote(application, begun, choice)
    pairs.leave_pairs(application.database, begun.pair_round_id, NOW)

    said = words(visit(PAGE, tab="pairs"))

    assert t("pairs.n", "en", n_votes=3, n_prompts=3, n_raters=1) in said
    assert "needs at least two raters" in said


def test_who_votes_sees_the_pair_alone(application: Application, campaign: Campaign) -> None:
    simulate_pair_votes(application.database, campaign.campaign_id, 6, 1, NOW)
    _begin(application, campaign, "Malee")

    voter, other = _visit_as("Malee"), _visit_as("Anan")

    said = words(voter)
    assert t("pairs.who", "en", name="Malee", campaign=campaign.name) in said
    assert t("pairs.strength_note", "en") not in said
    assert "WAN 1.3B" not in said
    assert not voter.tabs
    assert t("pairs.strength_note", "en") in words(other)


def test_a_round_that_is_ended_early_shows_the_results(
    application: Application, campaign: Campaign
) -> None:
    begun = _begin(application, campaign, "Malee")
    _vote(application, begun, PairChoice.RIGHT)
    app = _visit_as("Malee", tab="clips")

    checked(app.button(key="pair_leave_yes").click().run())

    assert t("pairs.n", "en", n_votes=1, n_prompts=1, n_raters=1) in words(app)
    assert store.get_pair_round(application.database, begun.pair_round_id).ended_at is not None


def test_simulated_votes_on_real_clips_are_left_out_and_named(
    application: Application, campaign: Campaign
) -> None:
    simulate_pair_votes(application.database, campaign.campaign_id, 2, 1, NOW)
    for run in store.campaign_runs(application.database, campaign.campaign_id):
        store.save(application.database, dataclasses.replace(run, origin=Origin.LIVE))
    begun = _begin(application, campaign, "Malee")
    _vote(application, begun, PairChoice.LEFT)
    pairs.leave_pairs(application.database, begun.pair_round_id, NOW)

    assert t("pairs.left_out", "en", n="14") in words(visit(PAGE, tab="pairs"))


def test_one_condition_alone_cannot_be_compared(application: Application) -> None:
    ended_campaign(application, n_prompts=2)

    assert visit(PAGE, tab="pairs").info[-1].value == t("pairs.too_few_conditions", "en")


def test_one_chosen_condition_starts_nothing(campaign: Campaign) -> None:
    app = visit(PAGE, tab="pairs")
    key = f"pair_conditions_{campaign.campaign_id}"

    checked(app.multiselect(key=key).set_value([campaign.condition_ids[0]]).run())

    assert app.button(key="pair_start").disabled
    assert t("pairs.choose_two", "en") in words(app)


def test_a_start_without_a_name_is_refused_in_words(campaign: Campaign) -> None:
    assert campaign.condition_ids
    app = visit(PAGE, tab="pairs")

    checked(app.button(key="pair_start").click().run())

    assert t("error.invalid_input.rater_name_empty.message", "en") in words(app)
