"""The paper's claims, scenarios, options and insights as a visitor reads them."""

import pytest

from tests.ui.pages import checked, visit, words
from tests.ui.stocked import ended_campaign
from videogen.bootstrap import Application
from videogen.texts import t


@pytest.mark.parametrize("lang", ["en", "th"])
def test_the_costs_page_ends_with_the_contradictions_and_their_arithmetic(
    application: Application, lang: str
) -> None:
    ended_campaign(application, n_prompts=4)

    said = words(visit("7_costs.py", lang=lang))

    assert "= $0.4875" in said  # $0.26 over 32 minutes
    assert "122–143" in said
    assert t("brief.word.not_measured", lang) in said
    assert t("audit.sandbox_mark", lang) in said
    assert t("brief.word.contradicted", lang) not in said  # the sandbox settles no claim


def test_the_decision_page_answers_scenarios_options_and_insights(
    application: Application,
) -> None:
    ended_campaign(application, n_prompts=4)
    app = visit("1_decision.py")

    checked(app.segmented_control(key="decision_section").set_value("scenarios").run())
    scenarios = words(app)
    checked(app.segmented_control(key="decision_section").set_value("insights").run())
    insights = words(app)

    assert t("scenario.d.title", "en") in scenarios
    assert t("option.recommended_provisional", "en") in scenarios
    assert "3–4 months" in scenarios
    assert t("insight.word.refuted", "en") in insights  # 3-4 weeks beside 2 + 6 + 8
    assert "2 + 6 + 8 = 16 weeks" in insights
