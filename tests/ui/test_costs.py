"""The Costs page as a visitor gets it: the answer, the form beside it, prices and their history."""

from decimal import Decimal

import pytest

from tests.ui.pages import checked, labelled, visit, words
from tests.ui.stocked import ended_campaign
from videogen import store
from videogen.bootstrap import Application

PAGE = "7_costs.py"


def test_the_answer_comes_with_its_n_and_a_link_with_assumptions_changes_it(
    application: Application,
) -> None:
    ended_campaign(application, n_prompts=20)

    usual = visit(PAGE)
    shared = visit(PAGE, n="40000", gpus="2")

    said = words(usual)
    assert "At 1,000 videos a month WAN 1.3B is the cheapest with enough capacity" in said
    assert "per video (n = 20 runs)" in said
    assert "claimed" in said
    assert "Sandbox" in said
    assert "No condition has enough capacity for 40,000 videos a month" in words(shared)
    assert "Needs 4 GPUs, you have 2" in words(shared)


def test_what_cannot_be_used_is_said_under_its_field_and_the_last_result_stays(
    application: Application,
) -> None:
    ended_campaign(application, n_prompts=20)
    app = visit(PAGE)

    app.text_input(key="assume_n_videos_month").set_value("2000")
    checked(labelled(app, "costs.form.apply").click().run())
    app.text_input(key="assume_rent_usd_hour").set_value("0.5")
    checked(labelled(app, "costs.form.apply").click().run())

    said = words(app)
    assert app.query_params["n"] == "2000"
    assert "0.5 names no currency. Write the currency after the amount" in said
    assert "At 2,000 videos a month" in said

    checked(labelled(app, "costs.form.reset").click().run())

    assert "n" not in app.query_params
    assert "At 1,000 videos a month" in words(app)
    assert "names no currency" not in words(app)


def test_a_new_price_is_a_row_more_and_later_runs_are_costed_with_it(
    application: Application,
) -> None:
    ended_campaign(application, n_prompts=20)
    before = len(store.prices(application.database))
    app = visit(PAGE)

    app.text_input(key="price_amount").set_value("0.60")
    app.text_input(key="price_source").set_value("our books")
    checked(labelled(app, "costs.prices.add").click().run())
    refused = words(app)
    for amount in ("0.60 USD", "0.70 USD"):
        app.text_input(key="price_amount").set_value(amount)
        app.text_input(key="price_source").set_value("our books")
        checked(labelled(app, "costs.prices.add").click().run())

    assert "0.60 names no currency" in refused
    own = [one for one in store.prices(application.database) if one.kind == "own"]
    assert [one.amount_usd for one in own] == [Decimal("0.6"), Decimal("0.7")]
    assert len(store.prices(application.database)) == before + 2
    assert own[-1] in application.prices  # what the worker costs the next run with
    runs = store.campaign_runs(
        application.database, store.campaigns(application.database)[0].campaign_id
    )
    assert {run.cost_usd for run in runs} == {Decimal("0.0354")}


@pytest.mark.parametrize("lang", ["en", "th"])
def test_without_a_campaign_the_page_says_what_to_do(application: Application, lang: str) -> None:
    assert not store.campaigns(application.database)

    assert words(visit(PAGE, lang=lang))


def test_the_same_requests_under_other_rules_stand_beside_the_rules_in_force(
    application: Application,
) -> None:
    ended_campaign(application, n_prompts=20)
    app = visit(PAGE)

    in_force, older = (words(app).index(one) for one in ("brief-2", "brief-1"))
    assert "for the 90 % whose figure is known" in words(app)
    app.segmented_control(key="what_if_source").set_value("recent").run()
    recent = words(checked(app))

    assert in_force < older
    assert "nobody has rated it here yet" in recent
    assert app.number_input(key="what_if_n").value == 100


def test_a_mix_of_nothing_says_what_to_change(application: Application) -> None:
    ended_campaign(application, n_prompts=20)
    app = visit(PAGE)

    for field in [one for one in app.number_input if str(one.key).startswith("what_if_share_")]:
        field.set_value(0)
    checked(app.run())

    assert "Give at least one kind of video a share above 0 %." in words(app)
