"""The Decision page beyond its cards: other thresholds, other volumes, campaigns of one name."""

import pytest

from tests.ui.pages import ROOT, checked, read, visit, words
from tests.ui.stocked import NOW, ended_campaign
from videogen import store
from videogen.bootstrap import Application
from videogen.domain.decision import Criteria
from videogen.texts import LANGUAGES, t


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_campaign_keeps_its_thresholds_and_newer_ones_are_computed_beside(
    lang: str, application: Application
) -> None:
    ended_campaign(application)
    newer = Criteria(version=2, peak_vram_mib_max=8_000, who="Nok", why="Small cards", since=NOW)
    store.save(application.database, newer)

    said = words(visit(lang=lang))

    assert t("decision.limit.vram", lang, value="22.0 GB") in said
    told = t(
        "decision.newer_thresholds",
        lang,
        version=1,
        newest=2,
        when="22 Nov 2026" if lang == "en" else "22 พ.ย. 2026",
        verdict=t("verdict.no_go", lang),
    )
    assert told in said


def test_a_volume_that_is_none_is_said_and_another_changes_the_month_and_the_address(
    application: Application,
) -> None:
    ended_campaign(application)
    page = visit(n="many")
    refusal = t("costs.form.refused", "en", field=t("field.n_videos_month", "en"))
    assert refusal in words(page)
    assert "$35.40" in words(page)

    checked(page.selectbox(key="decision_volume").set_value(10_000).run())

    assert "$354" in words(page)
    assert refusal not in words(page)
    assert page.query_params["n"] == "10000"


def test_the_campaign_that_was_looked_at_is_kept_from_page_to_page(
    application: Application,
) -> None:
    ended_campaign(application, name="first")
    newest = ended_campaign(application, name="second", n_prompts=2)
    other = next(one for one in store.campaigns(application.database) if one.name == "first")
    page = visit(campaign=other.campaign_id)

    page.query_params.pop("campaign")
    checked(page.switch_page(str(ROOT / "pages" / "7_costs.py")).run())

    assert page.query_params["campaign"] == other.campaign_id != newest.campaign_id


def test_the_matrix_has_the_papers_columns_first_and_differences_from_today(
    application: Application,
) -> None:
    ended_campaign(application)

    said = words(visit())

    heads = [t(f"matrix.{name}", "en") for name in ("setup", "quality", "speed", "success")]
    places = [said.index(f">{head}</th>") for head in heads]
    assert places == sorted(places)
    assert t("matrix.delta_note", "en", reference="AnimateDiff") in said
    assert "Δ ±$0.00" in said
    assert t("matrix.claimed", "en", value=t("matrix.weeks", "en", n="2")) in said


def test_campaigns_of_one_name_are_told_apart(application: Application) -> None:
    first, second = (ended_campaign(application, n_prompts=2, name="Trial") for _ in range(2))

    picker = visit().selectbox(key="picked_campaign")

    assert len(set(picker.options)) == 2
    assert {first.campaign_id, second.campaign_id} >= {picker.value}


def test_new_thresholds_are_signed_and_refused_with_field_and_fix(
    application: Application,
) -> None:
    page = visit("9_system.py", tab="money")
    page.number_input(key="thresholds_success").set_value(120.0)
    page.text_input(key="thresholds_why").input("The team asked for more")
    page.text_input(key="thresholds_who").input("Nok")
    save = next(one for one in page.button if one.label == t("thresholds.save", "en", version=2))

    checked(save.click().run())
    assert read(page.error[-1].proto.title).startswith("Success rate: 120 %")

    page.number_input(key="thresholds_success").set_value(95.0)
    save = next(one for one in page.button if one.label == t("thresholds.save", "en", version=2))
    checked(save.click().run())

    newest = store.criteria(application.database)
    assert (newest.version, newest.success_rate_min, newest.who) == (2, 0.95, "Nok")
    assert "90 % → 95 %" in words(page)
