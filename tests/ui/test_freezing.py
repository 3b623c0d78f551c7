"""Freezing a decision on the Decision page: signed, kept, compared and checked again."""

from tests.ui.pages import checked, visit, words
from tests.ui.stocked import ended_campaign
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.decisions import bundle_of
from videogen.texts import t


def test_a_decision_is_frozen_compared_with_and_checked_on_its_page(
    application: Application,
) -> None:
    campaign = ended_campaign(application)
    page = visit()
    before = words(page)

    button = next(one for one in page.button if one.label == t("freeze.freeze", "en"))
    unsigned = words(checked(button.click().run()))
    page.text_input(key="freeze_who").set_value("Anan & <b>Co</b>")
    page.text_input(key="freeze_why_0").set_value("Meeting of week 3")
    button = next(one for one in page.button if one.label == t("freeze.freeze", "en"))
    after = words(checked(button.click().run()))
    button = next(one for one in page.button if one.label == t("freeze.freeze", "en"))
    clicked_twice = words(checked(button.click().run()))
    (frozen,) = store.frozen_decisions(application.database, campaign.campaign_id)
    check = words(checked(page.button(key=f"check_{frozen.decision_id}").click().run()))

    assert t("freeze.note", "en") in before.replace("\\", "")
    assert "Who decides: A frozen decision needs the name of the person" in unsigned
    assert "needs a reason" not in clicked_twice
    assert (frozen.who, frozen.why) == ("Anan & <b>Co</b>", "Meeting of week 3")
    assert t("changes.nothing", "en") in after
    assert "Anan &amp; &lt;b&gt;Co" in after
    assert "<b>Co</b>" not in after
    assert t("freeze.same", "en", n=len(frozen.evidence)) in check
    assert bundle_of(application, frozen).is_file()
