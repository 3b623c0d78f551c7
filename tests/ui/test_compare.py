"""The Compare page: its choices are a link, what differs is told, quality is the Decision's own."""

import dataclasses

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.pages import ROOT, SHELL, checked, visit, words
from tests.ui.rating import begin, campaign_with_clips, first_run, rate_clips
from tests.ui.stocked import ended_campaign
from videogen import store
from videogen.bootstrap import Application
from videogen.domain.campaign import Campaign
from videogen.domain.run import Run, RunStatus
from videogen.texts import LANGUAGES, t

PAGE = "6_compare.py"


@pytest.fixture
def campaign(application: Application) -> Campaign:
    return campaign_with_clips(application)


def _change(application: Application, campaign: Campaign, place: int, **changes: object) -> Run:
    run = store.campaign_runs(application.database, campaign.campaign_id)[place]
    changed = dataclasses.replace(run, **changes)  # type: ignore[arg-type]
    store.save(application.database, changed)
    return changed


def _cells(app: AppTest) -> str:
    """What was handed to the players."""
    return "".join(str(one.proto) for one in app.get("bidi_component"))


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_runs_the_page_says_what_to_do(lang: str) -> None:
    said = words(visit(PAGE, lang=lang))

    assert t("compare.empty_title", lang) in said
    assert t("compare.empty", lang) in said


def test_the_address_says_what_is_compared(campaign: Campaign) -> None:
    app = visit(PAGE)

    assert app.query_params["campaign"] == campaign.campaign_id
    assert app.query_params["prompt"] == campaign.prompt_ids[0]
    assert app.query_params["conditions"] == ",".join(campaign.condition_ids)


def test_a_link_opens_the_same_view_again(campaign: Campaign) -> None:
    app = visit(PAGE, prompt=campaign.prompt_ids[2], conditions=campaign.baselines[0])

    assert app.selectbox(key="compare_prompt").value == campaign.prompt_ids[2]
    assert app.multiselect(key="compare_conditions").value == [campaign.baselines[0]]
    assert app.info[0].value == t("compare.choose_more", "en")


def test_the_next_prompt_is_one_click_away(campaign: Campaign) -> None:
    app = visit(PAGE)

    checked(app.button(key="compare_next").click().run())

    assert app.selectbox(key="compare_prompt").value == campaign.prompt_ids[1]
    assert app.query_params["prompt"] == campaign.prompt_ids[1]


def test_an_address_that_names_nothing_known_gets_the_usual_view(campaign: Campaign) -> None:
    app = visit(PAGE, campaign="nowhere", prompt="none", conditions="x,y", seed="seven")

    assert app.multiselect(key="compare_conditions").value == list(campaign.condition_ids)


def test_another_campaign_brings_its_own_conditions_prompt_and_seed(
    application: Application, campaign: Campaign
) -> None:
    other = campaign_with_clips(application, n_prompts=2, name="Second")
    app = visit(
        PAGE, campaign=campaign.campaign_id, conditions=campaign.baselines[0],
        prompt=campaign.prompt_ids[2], seed="1", tab="clips",
    )  # fmt: skip

    checked(app.selectbox(key="picked_campaign").select(other.campaign_id).run())

    assert app.query_params["campaign"] == other.campaign_id
    assert app.multiselect(key="compare_conditions").value == list(other.condition_ids)
    assert app.selectbox(key="compare_prompt").value == other.prompt_ids[0]
    assert app.query_params["tab"] == "clips"


@pytest.mark.usefixtures("campaign")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_link_opens_its_tab_in_either_language_and_works_out_no_other(lang: str) -> None:
    app = visit(PAGE, lang=lang, tab="pairs")

    assert [one.label for one in app.tabs if len(one.children)] == [t("compare.tab.pairs", lang)]
    assert t("pairs.lead", lang) in words(app)
    assert not _cells(app)


@pytest.mark.usefixtures("campaign")
def test_an_unknown_tab_is_the_first() -> None:
    assert _cells(visit(PAGE, tab="nowhere"))


def test_only_what_differs_is_told_until_all_is_asked_for(campaign: Campaign) -> None:
    app = visit(PAGE)

    assert f">{t('fact.model', 'en')}<" in words(app)
    assert f">{t('fact.cost', 'en')}<" not in words(app)  # both cost the same

    checked(app.toggle(key="compare_show_all").set_value(True).run())

    assert f">{t('fact.cost', 'en')}<" in words(app)


def test_what_is_not_known_is_called_unknown_and_never_nought(
    application: Application, campaign: Campaign
) -> None:
    _change(application, campaign, 0, cost_usd=None, wall_time_s=None)

    app = visit(PAGE)

    assert t("compare.unknown", "en") in words(app)
    assert t("compare.cost_unknown", "en") in _cells(app)


def test_a_failed_run_stands_there_with_its_reason_and_its_link(application: Application) -> None:
    ended_campaign(application, n_prompts=3, n_failed=1)
    failed = store.find_runs(application.database, status=RunStatus.FAILED)[0]

    cells = _cells(visit(PAGE, prompt=failed.prompt_id))

    assert t("failure.out_of_vram", "en") in cells
    assert f"/runs?run={failed.run_id}" in cells


def test_a_condition_that_was_never_run_says_so(
    application: Application, campaign: Campaign
) -> None:
    run = store.campaign_runs(application.database, campaign.campaign_id)[0]
    _change(application, campaign, 0, seed=9)

    cells = _cells(visit(PAGE, prompt=run.prompt_id, seed="1"))

    assert t("compare.no_run_text", "en") in cells


def test_sandbox_and_smaller_settings_are_marked_on_the_clip(
    application: Application, campaign: Campaign
) -> None:
    _change(application, campaign, 0, is_degraded=True)

    cells = _cells(visit(PAGE))

    assert t("compare.origin.sandbox", "en") in cells
    assert t("run.degraded", "en") in cells


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_panel_under_fifteen_is_called_informal(
    lang: str, application: Application, campaign: Campaign
) -> None:
    for name in ("Nok", "Malee"):
        rate_clips(application, begin(application, campaign, name), 40)

    said = words(visit(PAGE, lang=lang, tab="quality"))

    # Humans' opinions of sandbox clips count: the clips are simulated, the opinions are not.
    assert t("quality.informal", lang, n=2) in said


@pytest.mark.usefixtures("campaign")
def test_clips_that_nobody_rated_lead_to_the_rate_page() -> None:
    said = words(visit(PAGE, tab="quality"))

    assert t("quality.empty_title", "en") in said
    assert 'href="/rate"' in said


def test_who_still_rates_sees_neither_clips_nor_figures(
    application: Application, campaign: Campaign
) -> None:
    session = begin(application, campaign, "Nok")
    rate_clips(application, session, 1)
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    app.session_state["session"] = session.session_id
    app.run()
    app.switch_page(str(ROOT / "pages" / PAGE)).run()

    assert t("blinding.title", "en") in words(checked(app))
    assert _cells(app) == ""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_with_two_raters_no_interval_is_claimed(
    lang: str, application: Application, campaign: Campaign
) -> None:
    for name in ("Nok", "Malee"):
        rate_clips(application, begin(application, campaign, name), 40)

    said = words(visit(PAGE, lang=lang, tab="quality"))

    assert t("quality.too_few_raters", lang, n=2) in said
    assert ' class="span"' not in said.split(t("quality.scores", lang))[0]


def test_a_clips_mean_stands_with_bounds_that_the_scale_has(
    application: Application, campaign: Campaign
) -> None:
    clip_id = first_run(application, campaign).clip_id
    assert clip_id is not None
    for place, name in enumerate(("Nok", "Malee", "Anan", "Dao")):
        session = begin(application, campaign, name)
        rate_clips(application, session, 40, score_of={clip_id: 4 if place == 0 else 5})

    said = words(visit(PAGE))

    assert "4.75, 95 % 3.95 – 5.00 (4 raters)" in said
