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


def test_another_content_under_the_same_version_is_replaced_only_after_a_click(
    application: Application,
) -> None:
    first = add_suite(application, EXAMPLE.read_bytes(), EXAMPLE.name, who="Nok").suite
    other = EXAMPLE.read_bytes().replace(b"A kite", b"A red kite")
    page = visit("4_campaigns.py")
    page.file_uploader[0].set_value(("mine.toml", other, "application/toml"))
    (button,) = (one for one in page.button if one.label == t("suites.save", "en"))

    page = checked(button.click().run())
    stood = next(one for one in application.suites if one.suite_id == first.suite_id)
    page = checked(page.button(key="suite_replace").click().run())

    assert stood == first
    now = next(one for one in application.suites if one.suite_id == first.suite_id)
    assert now.prompts[0].text.startswith("A red kite")
    hashes = {"old": first.content_sha256[:12], "content_sha256": now.content_sha256[:12]}
    assert t("suites.replaced", "en", suite_id=first.suite_id, **hashes) in words(page)
