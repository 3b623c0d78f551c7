"""Ratings in and out by the Panel page: what comes in wrong is told row by row."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.pages import checked, visit, words
from tests.ui.rating import begin, campaign_with_clips, first_run, rate_clips
from videogen import store
from videogen.bootstrap import Application
from videogen.domain.campaign import Campaign
from videogen.panel.ratings_file import RatingsFormat
from videogen.texts import t
from videogen.ui import panel_exchange


@pytest.fixture
def campaign(application: Application) -> Campaign:
    found = campaign_with_clips(application)
    rate_clips(application, begin(application, found, "Nok"), 99)
    return found


def _imported(campaign: Campaign, rows: Sequence[str]) -> AppTest:
    page = visit("10_panel.py", campaign=campaign.campaign_id)
    content = "\n".join(["clip_id,rater,score", *rows]).encode()
    page.file_uploader[0].set_value(("ratings.csv", content, "text/csv"))
    (go,) = (one for one in page.button if one.label == t("panel.import_go", "en"))
    return checked(go.click().run())


def test_ratings_may_be_taken_away_in_three_forms(campaign: Campaign) -> None:
    page = visit("10_panel.py", campaign=campaign.campaign_id)

    assert [one.proto.label for one in page.get("download_button")] == ["CSV", "PARQUET", "JSON"]


def test_a_file_brings_its_rater_into_the_table(
    application: Application, campaign: Campaign
) -> None:
    clip_id = first_run(application, campaign).clip_id

    said = words(_imported(campaign, [f"{clip_id},Malee,4"]))

    assert t("panel.imported", "en", n_added=1, n_known=0, n_raters=1) in said
    assert "Malee" in said
    assert "Malee" in {one.name for one in store.raters(application.database)}


def test_wrong_rows_are_named_by_number_and_nothing_is_taken(
    application: Application, campaign: Campaign
) -> None:
    clip_id = first_run(application, campaign).clip_id

    said = words(_imported(campaign, [f"{clip_id},Malee,4", f"{clip_id},Dao,6", "unknown,Fon,3"]))

    assert [number for number in (2, 3, 4) if f"<b>Row {number}" in said] == [3, 4]
    assert [one.name for one in store.raters(application.database)] == ["Nok"]


def test_the_same_file_again_brings_nothing_new(
    application: Application, campaign: Campaign
) -> None:
    rows = [f"{first_run(application, campaign).clip_id},Malee,4"]
    _imported(campaign, rows)

    said = words(_imported(campaign, rows))

    assert t("panel.imported_nothing", "en", n_known=1) in said


def test_an_export_is_named_after_its_campaign_and_the_day(
    application: Application, campaign: Campaign
) -> None:
    named = replace(campaign, name="Q3: wan / veo?")

    name = panel_exchange.export_name(named, RatingsFormat.CSV)

    assert re.fullmatch(r"ratings-Q3-wan-veo-\d{4}-\d\d-\d\d\.csv", name)
