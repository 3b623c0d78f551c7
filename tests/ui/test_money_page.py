"""System's money tab and the header: what is left, a cap with its reason, the stop of all calls."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.store.records import make_reservation
from tests.ui.pages import checked, labelled, visit, words
from videogen import store
from videogen.bootstrap import Application
from videogen.runs.context import utc_now
from videogen.texts import t


@pytest.mark.parametrize("lang", ["en", "th"])
def test_the_page_says_what_is_left_and_warns_where_a_cap_runs_short(
    application: Application, lang: str
) -> None:
    asked = replace(
        make_reservation("a1", "41.00"), month=f"{utc_now():%Y-%m}", owner="<b>nok</b>",
        provider="vertex",
    )  # fmt: skip
    store.reserve(application.database, asked, Decimal(50))

    shown = words(visit("9_system.py", tab="money", lang=lang))

    assert t("money.left_of", lang, left="$9.00", cap="$50.00") in shown
    assert t("money.share", lang, share="82 %").replace("\N{NO-BREAK SPACE}", " ") in shown
    assert "&lt;b&gt;nok&lt;/b&gt;" in shown
    assert "vg-light vg-not_yet" in shown  # the header's sign, with its share
    assert "82 %" in shown


def test_a_cap_takes_a_reason_and_the_stop_is_said_on_every_page_until_it_is_lifted(
    application: Application,
) -> None:
    page = visit("9_system.py", tab="money")
    page.number_input(key="cap_usd").set_value(20.0)
    checked(labelled(page, "money.save").click().run())
    unsigned = page.error[-1].proto.title
    page.text_input(key="cap_why").input("the quarter's budget")
    checked(labelled(page, "money.save").click().run())
    page.text_input(key="money_stop_why").input("odd bill")
    checked(page.button(key="money_stop").click().run())

    elsewhere = words(visit("3_create.py"))
    page.text_input(key="money_resume_why").input("fine")
    checked(page.button(key="money_resume").click().run())

    (cap,) = store.spend_caps(application.database)
    assert unsigned
    assert (cap.cap_usd, cap.why) == (Decimal(20), "the quarter's budget")
    assert t("header.stopped", "en") in elsewhere
    assert store.paid_calls_stop(application.database) is None
    assert t("money.log.resumed", "en") in words(page)
