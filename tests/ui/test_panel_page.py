"""The operator's look at the panel: how far, who is left out and why, whom to remind."""

import pytest

from tests.ui.pages import visit, words
from tests.ui.rating import begin, campaign_with_clips, rate_clips
from tests.ui.stocked import NOW
from videogen.bootstrap import Application
from videogen.domain.campaign import Campaign
from videogen.panel.sessions import leave_round
from videogen.texts import t
from videogen.ui import panel_view, quality_loaders

N_CLIPS = 12  # of six prompts


@pytest.fixture
def campaign(application: Application) -> Campaign:
    return campaign_with_clips(application, n_prompts=N_CLIPS // 2)


def _code(campaign: Campaign) -> list[str]:
    page = visit("10_panel.py", campaign=campaign.campaign_id)
    return [one.value for one in page.code]


def test_without_campaigns_it_says_what_to_do_next(application: Application) -> None:
    assert t("panel.empty", "en") in words(visit("10_panel.py"))


def test_before_anybody_rates_it_asks_for_raters(campaign: Campaign) -> None:
    said = words(visit("10_panel.py", campaign=campaign.campaign_id))

    assert "0 of 6 planned raters have rated all 12 clips" in said
    assert "6 more raters are needed." in said
    assert t("panel.nobody", "en") in said


@pytest.mark.parametrize("lang", ["en", "th"])
def test_who_is_not_done_is_named_with_what_is_left(
    application: Application, campaign: Campaign, lang: str
) -> None:
    rate_clips(application, begin(application, campaign, "Malee"), 4)
    rate_clips(application, begin(application, campaign, "Nok"), 99)

    said = words(visit("10_panel.py", lang=lang, campaign=campaign.campaign_id))

    waiting = t("panel.unfinished_rater", lang, name="Malee", n_left=8, minutes=2)
    assert t("panel.unfinished", lang, raters=waiting) in said
    assert t("panel.missing_raters", lang, n=4) in said
    assert t("panel.informal", lang, n_raters=1) in said
    assert t("panel.n_counting_one", lang) in said
    assert t("panel.n_begun_one", lang) in said
    assert t("panel.rated_of", lang, n_rated=4, n_clips=12) in said


def test_the_reminder_says_it_in_both_languages(
    application: Application, campaign: Campaign
) -> None:
    rate_clips(application, begin(application, campaign, "Malee"), 5)

    thai, english = _code(campaign)

    assert "สวัสดีคุณMalee" in thai
    assert "7 clips" in english
    assert "/rate" in english
    assert "about 2 minutes" in english


def test_who_has_left_the_round_is_not_reminded(
    application: Application, campaign: Campaign
) -> None:
    session = begin(application, campaign, "Malee")
    rate_clips(application, session, 5)

    leave_round(application.database, campaign.campaign_id, session.rater_id, NOW)

    page = visit("10_panel.py", campaign=campaign.campaign_id)
    assert t("panel.has_left", "en") in words(page)
    assert t("panel.remind", "en") not in words(page)
    assert list(page.code) == []


def test_a_rater_left_out_is_shown_with_the_reason_and_no_colour_alone(
    application: Application, campaign: Campaign
) -> None:
    rate_clips(application, begin(application, campaign, "Zed"), 99, score=3)

    said = words(visit("10_panel.py", campaign=campaign.campaign_id))

    assert t("panel.left_out_one", "en", n=1) in said
    assert "vg-i-fail" in said
    assert "nearly the same score for everything (variance 0.00 of" in said
    decision = words(visit("1_decision.py", campaign=campaign.campaign_id))
    assert "One rater left out by the registered rules: Zed" in decision
    assert f"/panel?campaign={campaign.campaign_id}" in decision


def test_without_registered_rules_what_they_say_only_informs(
    application: Application, campaign: Campaign
) -> None:
    rate_clips(application, begin(application, campaign, "Zed"), 99, score=3)
    with application.database.write():
        application.database.execute(
            "UPDATE campaign SET screening_version = NULL WHERE campaign_id = $campaign_id",
            campaign_id=campaign.campaign_id,
        )

    said = words(visit("10_panel.py", campaign=campaign.campaign_id))

    assert t("panel.would_be_left_out", "en") in said
    assert t("panel.rules_not_registered", "en") in said
    assert "left out by the registered rules" not in words(visit("1_decision.py"))


def test_a_rater_without_known_clips_is_called_unscreened(
    application: Application, campaign: Campaign
) -> None:
    rate_clips(application, begin(application, campaign, "Nok"), 99)

    said = words(visit("10_panel.py", campaign=campaign.campaign_id))

    assert "Unscreened, for want of clips whose score is known: Nok." in said


def test_the_panel_has_as_many_raters_as_compare_says(
    application: Application, campaign: Campaign
) -> None:
    rate_clips(application, begin(application, campaign, "Nok"), 99)
    rate_clips(application, begin(application, campaign, "Malee"), 3)

    panel = words(visit("10_panel.py", campaign=campaign.campaign_id))
    opinions = quality_loaders.opinions(campaign.campaign_id)

    assert t("panel.informal", "en", n_raters=1) in panel
    assert opinions.n_raters == 1


@pytest.mark.parametrize(
    ("address", "is_here"),
    [
        ("http://127.0.0.1:8501/rate", True),
        ("http://localhost/rate", True),
        ("http://[::1]:8501/rate", True),
        ("http://gpu-box.lan:8501/rate", False),
        ("http://192.168.1.20/rate", False),
    ],
)
def test_an_address_that_only_the_server_itself_can_open_is_known(
    address: str, is_here: bool
) -> None:
    assert panel_view.is_only_here(address) is is_here


def test_the_rules_are_whole_sentences(campaign: Campaign) -> None:
    said = words(visit("10_panel.py", campaign=campaign.campaign_id))

    assert said.count("Left out if") == 5
