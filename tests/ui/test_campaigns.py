"""The Campaigns page: planning, one campaign in hand, the POC plan, setup time."""

import dataclasses
import io
from datetime import date

import pytest
from PIL import Image

from tests.ui.pages import checked, read, visit, words
from tests.ui.stocked import NOW, ended_campaign
from videogen import store
from videogen.bootstrap import Application
from videogen.domain.campaign import Campaign
from videogen.domain.run import Origin, RunStatus
from videogen.runs.plan import plan_campaign, start_campaign
from videogen.texts import LANGUAGES, t

PAGE = "4_campaigns.py"


def begun(application: Application) -> Campaign:
    """Two runs wait, nothing takes them."""
    named = {one.name: one for one in application.conditions}
    campaign = plan_campaign(
        application.database,
        name="Night run",
        candidates=[named["wan-1.3b"]],
        baselines=[named["animatediff"]],
        suite=application.suites[0],
        n_prompts=1,
        seeds=(1,),
        rated_seeds=(1,),
        planned_n_raters=6,
        owner="Nok",
        now=NOW,
    )
    start_campaign(
        application.database, campaign.campaign_id, origin=Origin.SANDBOX, now=NOW, who="Chai"
    )
    return store.get_campaign(application.database, campaign.campaign_id)


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_usual_plan_is_filled_in_with_what_it_takes_and_proves(lang: str) -> None:
    said = words(visit(PAGE, lang=lang))

    assert "120" in said
    assert t("campaigns.can_prove", lang) in said
    assert t("criterion.success", lang) in said
    assert "{" not in said


@pytest.mark.usefixtures("application")
def test_the_forecast_follows_the_form_before_any_button() -> None:
    app = visit(PAGE)

    checked(app.number_input(key="plan_n_prompts").set_value(20).run())

    said = words(app)
    assert t("campaigns.n_runs_note", "en", n=20) in said
    assert t("campaigns.provable.no", "en") in said  # 20 runs cannot show 90 %


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize(
    ("key", "text", "field"),
    [
        ("plan_seeds", "one", "field.seeds"),
        ("plan_seeds", "-1", "field.seeds"),
        ("plan_rated_seeds", "7", "field.rated_seeds"),
        ("plan_name", " ", "field.name"),
    ],
)
def test_a_plan_that_cannot_be_says_so_beside_the_form(key: str, text: str, field: str) -> None:
    app = visit(PAGE)

    checked(app.text_input(key=key).set_value(text).run())

    assert app.error[0].proto.title.startswith(t(field, "en"))
    assert "plan_keep" not in {button.key for button in app.button}


def test_a_plan_is_kept_without_starting_anything(application: Application) -> None:
    app = visit(PAGE)

    checked(app.button(key="plan_keep").click().run())

    (campaign,) = store.campaigns(application.database)
    assert campaign.frozen_at is None
    assert store.campaign_runs(application.database, campaign.campaign_id) == []
    assert t("campaigns.not_begun", "en") in words(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_campaign_shows_how_far_it_is_and_its_registration(
    lang: str, application: Application
) -> None:
    campaign = ended_campaign(application, n_failed=2)
    stored = store.get_campaign(application.database, campaign.campaign_id)

    app = visit(PAGE, lang=lang, campaign=campaign.campaign_id)

    said = words(app)
    assert t("campaigns.progress_of", lang, n_done=12, n_runs=12) in said
    assert t("failure.out_of_vram", lang) in said
    assert any((stored.preregistration_sha256 or "-")[:12] in one.label for one in app.expander)
    assert app.code[0].value == stored.preregistration_sha256
    assert "{" not in said


def test_a_campaign_is_paused_and_resumed_by_a_press(application: Application) -> None:
    campaign = begun(application)
    app = visit(PAGE, campaign=campaign.campaign_id)

    checked(app.button(key="pause").click().run())
    paused = store.get_campaign(application.database, campaign.campaign_id)
    checked(app.button(key="resume").click().run())

    resumed = store.get_campaign(application.database, campaign.campaign_id)
    assert paused.paused_at is not None
    assert resumed.paused_at is None


def test_the_rest_is_cancelled_by_a_second_press(application: Application) -> None:
    campaign = begun(application)
    app = visit(PAGE, campaign=campaign.campaign_id)

    checked(app.button(key="cancel_rest").click().run())

    runs = store.campaign_runs(application.database, campaign.campaign_id)
    assert {run.status for run in runs} == {RunStatus.CANCELLED}


def test_runs_that_nothing_takes_are_said_to_wait(application: Application) -> None:
    begun(application)

    assert t("campaigns.unserved", "en") in words(visit(PAGE))


def test_an_unknown_campaign_is_no_crash(application: Application) -> None:
    assert application.suites

    assert visit(PAGE, campaign="nothing").warning[0].value == t("campaigns.not_found", "en")


def test_a_task_is_ticked_by_a_person_with_a_name(application: Application) -> None:
    app = visit(PAGE)

    checked(app.checkbox(key="poc_developer").check().run())

    (event,) = store.events_of(application.database, "developer")
    assert (event.kind, event.data["who"]) == ("poc.ticked", "guest")


def test_simulated_runs_tick_no_task(application: Application) -> None:
    ended_campaign(application)

    said = words(visit(PAGE))

    assert t("poc.rule.timed", "en", have=0, need=29) in said


def test_the_first_day_is_kept_and_counted_from(application: Application) -> None:
    app = visit(PAGE)

    checked(app.date_input(key="poc_first_day").set_value(date(2026, 11, 1)).run())

    (event,) = store.events_of(application.database, "poc")
    assert event.data["on"] == "2026-11-01"


def test_setup_hours_are_added_and_summed(application: Application) -> None:
    app = visit(PAGE)

    app.text_input(key="setup_what").set_value("install <WanVideoWrapper>")
    app.text_input(key="setup_who").set_value("Nok")
    app.number_input(key="setup_person").set_value(3.5)
    submit = next(one for one in app.button if one.label == t("setup.save", "en"))
    checked(submit.click().run())

    (step,) = store.setup_steps(application.database)
    assert (step.condition_name, step.person_hours, step.who) == ("wan-1.3b", 3.5, "Nok")
    assert "3.5 h" in words(app)
    assert "<WanVideoWrapper>" not in words(app)


@pytest.mark.parametrize(
    ("what", "hours", "field"),
    [("", 1.0, "field.what"), ("x", -1.0, "field.person_hours"), ("x", 0.0, "field.person_hours")],
)
def test_a_setup_step_that_cannot_be_is_named(
    application: Application, what: str, hours: float, field: str
) -> None:
    app = visit(PAGE)

    app.text_input(key="setup_what").set_value(what)
    app.text_input(key="setup_who").set_value("Nok")
    app.number_input(key="setup_person").set_value(hours)
    submit = next(one for one in app.button if one.label == t("setup.save", "en"))
    checked(submit.click().run())

    assert app.error[0].proto.title.startswith(t(field, "en"))
    assert store.setup_steps(application.database) == []


def test_a_campaign_from_before_the_registration_still_opens(application: Application) -> None:
    campaign = dataclasses.replace(begun(application), campaign_id="old", name="Old")
    old = dataclasses.replace(campaign, preregistration_sha256=None)
    store.save(application.database, old)

    assert "Old" in words(visit(PAGE, campaign="old"))


def test_an_address_opens_a_tab_and_fills_the_plan_with_its_candidate(
    application: Application,
) -> None:
    app = visit(PAGE, tab="plan", candidate="wan-i2v-14b")

    assert app.multiselect(key="plan_candidates").value == ["wan-i2v-14b"]
    first = t("auto.needs_inputs", "en", slots=t("slot.image", "en"))
    assert first in words(app)  # nothing stands in it yet, which is no mistake

    content = io.BytesIO()
    Image.new("RGB", (832, 480), "teal").save(content, "PNG")
    upload = ("boat.png", content.getvalue(), "image/png")
    app.file_uploader(key="plan_upload_image_0").set_value(upload)
    checked(app.run())
    checked(app.button(key="plan_keep").click().run())

    (campaign,) = store.campaigns(application.database)
    (files,) = campaign.inputs.values()
    assert list(campaign.inputs) == ["image"]
    assert store.get_input(application.database, files["*"]).name == "boat.png"
    assert t("campaigns.inputs", "en") in words(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_prompt_without_its_file_is_named_in_the_words_of_the_form(
    application: Application, lang: str
) -> None:
    app = visit(PAGE, lang=lang, tab="plan", candidate="wan-i2v-14b")
    content = io.BytesIO()
    Image.new("RGB", (832, 480), "teal").save(content, "PNG")
    upload = ("first.png", content.getvalue(), "image/png")

    app.file_uploader(key="plan_own_image_0").set_value([upload])
    checked(app.run())

    (error,) = app.error
    said = read(f"{error.proto.title} {error.value}")
    assert t("condition.wan-i2v-14b", lang) in said
    assert t("slot.image", lang) in said
    assert application.suites[0].prompts[1].text[:30] in said
    assert "wan-i2v-14b" not in said
    assert application.suites[0].prompts[1].prompt_id not in said
