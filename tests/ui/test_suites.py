"""A suite of one's own on the Campaigns page."""

from pathlib import Path

from tests.ui.pages import checked, visit, words
from videogen.bootstrap import Application
from videogen.bootstrap.suites import add_suite
from videogen.texts import t

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "suite_example.toml"


def test_the_chosen_suite_shows_how_large_it_is_and_its_content_hash(
    application: Application,
) -> None:
    core = application.suites[0]

    shown = words(visit("4_campaigns.py"))

    counts = {"n_prompts": 40, "n_training": 4}
    assert t("suites.facts", "en", **counts, content_sha256=core.content_sha256[:12]) in shown
    assert t("suites.intro", "en") in shown


def test_an_added_suite_can_be_chosen_at_once_and_limits_the_number_of_prompts(
    application: Application,
) -> None:
    page = visit("4_campaigns.py")
    added = add_suite(application, EXAMPLE.read_bytes(), EXAMPLE.name, who="Nok")

    page = checked(page.run())
    page = checked(page.selectbox(key="plan_suite").select(added.suite.suite_id).run())

    assert page.number_input(key="plan_n_prompts").value == 2
    assert added.suite.content_sha256[:12] in words(page)


def test_asking_without_a_file_says_so(application: Application) -> None:
    page = visit("4_campaigns.py")
    (button,) = (one for one in page.button if one.label == t("suites.save", "en"))

    page = checked(button.click().run())

    assert t("suites.no_file", "en") in words(page)
