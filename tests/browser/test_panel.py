"""The panel in a real browser: how far it is, in both languages, and what a rater may see when."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.test_first_light import LOCALES
from tests.web.app_process import AppProcess, running_app
from tests.web.studio import furnish
from videogen.texts import t

pytestmark = pytest.mark.browser

N_CLIPS = 6


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    data_dir: Path = tmp_path_factory.mktemp("panel") / "data"
    furnish(data_dir, n_prompts=3, n_conditions=2)
    with running_app(data_dir) as started:
        yield started


@pytest.fixture(params=LOCALES)
def visit(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[tuple[Page, str]]:
    context = chromium.new_context(
        viewport={"width": 1200, "height": 1000}, locale=LOCALES[request.param]
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page(), request.param
    context.close()


def test_a_rater_sees_the_panel_only_once_the_round_is_left(
    visit: tuple[Page, str], app: AppProcess
) -> None:
    page, language = visit
    name = f"Somsri {language}"
    page.goto(f"{app.url}/rate")
    page.get_by_role("textbox", name=t("rate.name", language)).fill(name)
    page.get_by_role("button", name=t("rate.start", language)).click()
    player = page.locator(".player")
    expect(player).to_have_attribute("data-phase", "open")
    page.keyboard.press("4")
    expect(player.locator(".position")).to_contain_text("2")

    page.goto(f"{app.url}/panel")
    expect(page.get_by_text(t("blinding.title", language))).to_be_visible()
    expect(page.locator(".vg-table")).to_have_count(0)
    page.get_by_role("button", name=t("blinding.leave", language)).click()
    page.get_by_role("button", name=t("blinding.leave_yes", language)).click()

    row = page.locator(".vg-table tbody tr").filter(has_text=name)
    expect(row).to_contain_text(t("panel.rated_of", language, n_rated=1, n_clips=N_CLIPS))
    expect(row).to_contain_text(t("panel.has_left", language))
    expect(row).to_contain_text(t("panel.is_unscreened", language))
    page.goto(f"{app.url}/")
    expect(page.locator(".vg-verdict h1")).to_be_visible()


def test_the_panel_of_a_stranger_shows_raters_and_rules(
    visit: tuple[Page, str], app: AppProcess
) -> None:
    page, language = visit
    page.goto(f"{app.url}/panel")

    expect(page.get_by_role("heading", name=t("panel.title", language), exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name=t("panel.rules", language))).to_be_visible()
    expect(page.get_by_text(t("panel.rules_not_registered", language))).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)
