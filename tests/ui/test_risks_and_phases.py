"""Under the matrix: the risks with what triggers them, and the phases with what opens them."""

import pytest

from tests.ui.pages import checked, visit, words
from tests.ui.stocked import ended_campaign
from videogen.bootstrap import Application
from videogen.texts import t


@pytest.mark.parametrize("lang", ["en", "th"])
def test_a_run_out_of_memory_shows_as_a_triggered_risk_and_phase_two_stays_closed(
    application: Application, lang: str
) -> None:
    ended_campaign(application, n_prompts=4, n_failed=1)
    app = visit("1_decision.py", lang=lang)

    checked(app.segmented_control(key="decision_section").set_value("risks").run())
    risks = words(app)
    checked(app.segmented_control(key="decision_section").set_value("plan").run())
    plan = words(app)

    assert t("risks.state.triggered", lang) in risks
    assert t("risks.overall", lang, level=t("risks.level.high", lang)) in risks
    assert "only=over_vram" in risks
    assert t("phases.sandbox", lang) in plan
    assert t("phases.opens.production", lang) in plan
    assert app.checkbox(key="poc_api_routes").disabled
