"""The rater's own look back: only when the round is over, and no condition is named."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.pages import checked, words
from tests.ui.rating import begin, campaign_with_clips, rate_clips
from videogen.bootstrap import Application
from videogen.domain.campaign import Campaign
from videogen.store import campaign_runs
from videogen.texts import t

OTHERS = ("Ann", "Ben", "Cho")


def _script(campaign_id: str, rater_id: str) -> None:
    from videogen.ui import calibration_view

    calibration_view.show(campaign_id, rater_id)


def _shown(campaign: Campaign, rater_id: str) -> str:
    app = AppTest.from_function(_script, default_timeout=30, args=(campaign.campaign_id, rater_id))
    app.query_params["lang"] = "en"
    checked(app.run())
    if app.button:  # what is about to be seen ends the round
        app.button(key="calibration_offer").click().run()
    return words(checked(app))


@pytest.fixture
def campaign(application: Application) -> Campaign:
    return campaign_with_clips(application, n_prompts=6)


def test_nothing_is_shown_while_the_round_is_open(
    application: Application, campaign: Campaign
) -> None:
    for name in OTHERS:
        rate_clips(application, begin(application, campaign, name), 99)
    own = begin(application, campaign, "Nok")
    rate_clips(application, own, 5)

    assert _shown(campaign, own.rater_id) == ""


def test_before_three_others_have_rated_it_says_when_it_comes(
    application: Application, campaign: Campaign
) -> None:
    own = begin(application, campaign, "Nok")
    rate_clips(application, own, 99)

    assert t("calibration.too_early", "en", n=3) in _shown(campaign, own.rater_id)


def test_a_stricter_rater_reads_it_kindly_and_may_look_again_without_a_condition(
    application: Application, campaign: Campaign
) -> None:
    runs = campaign_runs(application.database, campaign.campaign_id)
    usual = {run.clip_id or "": 3 + place % 3 for place, run in enumerate(runs)}
    for name in OTHERS:
        rate_clips(application, begin(application, campaign, name), 99, score_of=usual)
    own = begin(application, campaign, "Nok")
    stricter = {clip_id: score - 1 for clip_id, score in usual.items()}
    rate_clips(application, own, 99, score_of=stricter)

    said = _shown(campaign, own.rater_id)

    assert t("calibration.bias_stricter", "en", bias="1.0") in said
    assert said.count("<video") == 4
    assert said.count('src="/clips/') == 4
    for telling in ("animatediff", "wan", "a red kite", *usual):
        assert telling not in said.lower()


def test_own_scores_stand_beside_the_others(application: Application, campaign: Campaign) -> None:
    for name in OTHERS:
        rate_clips(application, begin(application, campaign, name), 99)
    own = begin(application, campaign, "Nok")
    rate_clips(application, own, 99)

    said = _shown(campaign, own.rater_id)

    assert t("calibration.steps", "en") in said
    assert t("calibration.steps_note", "en", n_clips=12) in said
