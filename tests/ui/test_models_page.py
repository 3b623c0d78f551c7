"""The Models page: the list, one model's own page, and what waits for whoever still rates."""

import dataclasses

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.pages import ROOT, SHELL, checked, labelled, read, visit, words
from tests.ui.rating import begin, campaign_with_clips, rate_clips
from tests.ui.stocked import ended_campaign
from videogen.bootstrap import Application
from videogen.texts import t
from videogen.ui import markup, models_loaders, models_table

PAGE = "8_models.py"


@pytest.mark.parametrize("lang", ["en", "th"])
def test_the_list_says_how_much_is_ready_and_measured_and_finds_a_word(
    application: Application, lang: str
) -> None:
    ended_campaign(application, n_prompts=2)

    page = visit(PAGE, lang=lang)

    n_rows = len(models_loaders.rows())
    assert t("models.answer", lang, total=n_rows, ready=0, measured=2) in words(page)
    assert t("models.no_server", lang) in words(page)
    checked(page.text_input(key="models_q").set_value("wan-2.1-t2v-14b").run())
    assert page.query_params["q"] == "wan-2.1-t2v-14b"
    checked(page.pills(key="models_tag").set_value(["cloud"]).run())
    assert t("models.none_match", lang) in words(page)
    checked(page.button(key="models_clear").click().run())
    assert t("models.found", lang, n=n_rows, total=n_rows) in words(page)


def test_a_model_without_a_server_cannot_be_tried_and_says_why(application: Application) -> None:
    ended_campaign(application, n_prompts=2)

    page = visit(PAGE, entry="wan-2.1-t2v-1.3b")

    said = words(page)
    assert t("models.why_not.no_backend", "en") in said
    assert all(one.disabled for one in page.button if one.label == t("models.try", "en"))
    assert t("models.from.sandbox", "en") in said
    assert "4 min 21 s" in said
    (condition,) = (one for one in application.conditions if one.name == "wan-1.3b")
    assert markup.link("runs", "4 min 21 s", condition=condition.condition_id) in said


@pytest.mark.usefixtures("application")
def test_what_is_published_at_480p_widens_no_figure_of_720p() -> None:
    said = words(visit(PAGE, entry="wan-2.1-t2v-14b"))

    assert "15 min 32 s" in said  # of the model, with its setting
    assert "1 h 56 min" in said  # of the 720p condition
    assert "15 min 32 s – " not in said


def test_a_pick_is_in_the_address_and_its_commands_can_be_copied(application: Application) -> None:
    page = visit(PAGE, pick="wan-2.1-t2v-14b,animatediff-v15-v2")

    assert t("models.pick.no_server", "en") in words(page)
    (code,) = (one.value for one in page.code if "curl" in one.value)
    assert "mm_sd_v15_v2.ckpt" in code
    checked(labelled(page, "models.pick.clear").click().run())
    assert "pick" not in page.query_params


def test_a_model_without_a_workflow_says_what_it_takes(application: Application) -> None:
    bare = next(one for one in application.entries if one.needs_a_workflow and not one.published)

    page = visit(PAGE, entry=bare.entry_id, lang="th")

    assert t("models.needs_workflow_text", "th") in words(page)
    assert bare.summary_th in words(page)


def test_an_address_of_no_model_says_so(application: Application) -> None:
    page = visit(PAGE, entry="<b>none</b>")

    assert t("models.unknown", "en") in words(page)


def test_who_still_rates_a_campaign_sees_none_of_its_figures_nor_their_order(
    application: Application,
) -> None:
    campaign = campaign_with_clips(application)
    rate_clips(application, begin(application, campaign, "Nok"), 2)
    page = AppTest.from_file(str(SHELL), default_timeout=30)
    page.query_params["lang"] = "en"
    page.session_state["who"] = "Nok"
    page.run()

    checked(page.switch_page(str(ROOT / "pages" / PAGE)).run())

    n_rows = len(application.entries)
    assert t("models.answer", "en", total=n_rows, ready=0, measured=0) in words(page)


def test_hidden_figures_say_why_and_simulated_ones_are_marked(application: Application) -> None:
    campaign = ended_campaign(application, n_prompts=2)
    visit(PAGE)
    (row,) = (one for one in models_loaders.rows() if one.row_id == "wan-2.1-t2v-1.3b")
    bare = tuple(dataclasses.replace(one, measured={}) for one in row.conditions)
    waiting = dataclasses.replace(row, conditions=bare)

    shown = models_table.draw([row], hidden=frozenset(), address={})
    hidden = models_table.draw([waiting], hidden=frozenset(campaign.condition_ids), address={})

    assert "4 min 21 s" in shown
    assert t("sandbox.short", "en") in shown
    assert t("blinding.no_picture", "en") in hidden


@pytest.mark.usefixtures("application")
def test_a_cloud_model_shows_its_list_price_with_its_day_and_whose_word_it_is() -> None:
    said = words(visit(PAGE, entry="replicate-wan-2.2-t2v-fast"))
    (row,) = (one for one in models_loaders.rows() if one.row_id == "replicate-wan-2.2-t2v-fast")

    listed = read(models_table.draw([row], hidden=frozenset(), address={}))

    assert t("models.list_price.of_clip", "en", value="$0.050") in said
    assert "Third party, no page of Replicate" in said
    assert t("models.list_price", "en", value="$0.050") in listed
    assert "by a third party" in listed
