"""The Decision page hands over its report in the reader's language."""

from tests.ui.pages import visit, words
from tests.ui.stocked import ended_campaign
from videogen.bootstrap import Application
from videogen.evidence.case import load_case
from videogen.reports.making import ReportFormat
from videogen.texts import t
from videogen.ui import report_view


def test_a_report_may_be_taken_away_in_four_forms(application: Application) -> None:
    campaign = ended_campaign(application, n_prompts=2)

    page = visit("1_decision.py", campaign=campaign.campaign_id, lang="th")

    offered = [one.proto.label for one in page.get("download_button")]
    wanted = [t(f"report.take.{form}", "th") for form in ("pdf", "html", "md", "bundle")]
    assert [label for label in offered if label in wanted] == wanted
    assert t("report.take.sandbox", "th") in words(page)


def test_a_file_is_made_of_the_case_that_the_page_shows(application: Application) -> None:
    campaign = ended_campaign(application, n_prompts=2, name="WAN")
    case = load_case(
        application.database,
        campaign.campaign_id,
        claims=application.claims,
        prices=application.prices,
    )

    text = report_view.report_file(application.database, case, "en", ReportFormat.MARKDOWN)

    assert text.decode().startswith("# Evaluation report: WAN")
